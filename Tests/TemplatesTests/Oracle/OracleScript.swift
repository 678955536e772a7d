/// The Ruby side of `Oracle`.
let oracleScript = #"""
  # Renders templates with Ruby's liquid: JSON on standard input, one line for each template on standard output.
  # A line is "=" and the output, or "!" and the error; "\n" and "\\" stand for line feeds and backslashes.
  require "json"
  require "liquid"

  # The tests' clock, and the customer's zone in place of the text's.
  require "time"
  class Time
    class << self
      def now
        at(1_772_359_200).utc
      end

      alias_method :parse_there, :parse
      def parse(text)
        parse_there(text, now).localtime
      end
    end
  end

  # Rails defines blank?, and Shopify documents it; plain Ruby has none.
  class Object
    def blank?
      respond_to?(:empty?) ? !!empty? : !self
    end
  end

  class String
    def blank?
      match?(/\A[[:space:]]*\z/)
    end
  end

  # Liquid 5.5's filter, which 5.4 does not have yet.
  module Sum
    def sum(input, property = nil)
      items = Liquid::StandardFilters::InputIterator.new(input, context)
      return 0 if items.empty?
      values = items.map { |item| property.nil? ? item : item.respond_to?(:[]) ? item[property] : 0 }
      result = Liquid::StandardFilters::InputIterator.new(values, context).sum { |item| Liquid::Utils.to_number(item) }
      result.is_a?(BigDecimal) ? result.to_f : result
    end
  end
  Liquid::Template.register_filter(Sum)

  Partials = Struct.new(:texts) do
    def read_template_file(name)
      texts.fetch(name)
    end
  end

  request = JSON.parse($stdin.read)
  partials = Partials.new(request["partials"])
  request["templates"].each do |text|
    line =
      begin
        template = Liquid::Template.parse(text, error_mode: :strict)
        context = Liquid::Context.build(
          static_environments: request["data"], registers: Liquid::Registers.new(file_system: partials),
          rethrow_errors: true
        )
        context.strict_filters = true
        "=" + template.render(context)
      rescue StandardError, SystemStackError => error
        "!" + error.message
      end
    puts line.dup.force_encoding("UTF-8").gsub("\\") { "\\\\" }.gsub("\n", "\\n")
  end
  """#
