internal import Domain
internal import Templates

/// The mail rendered both here and by Ruby, in the common subset of Liquid.
enum ExampleMail {
  static let text = """
    <html><body><h1>{{ brand.name }}</h1>
    <p>Hi {{ customer.first_name | default: "there" | capitalize }},</p>
    {% if customer.orders_count > 3 and customer.city == "Hangzhou" %}<p>Welcome back to {{ customer.city }}!</p>{% else %}<p>Welcome!</p>{% endif %}
    <table>
    {% for line in cart.lines %}
    <tr class="{% cycle 'odd', 'even' %}"><td>{{ forloop.index }}</td><td>{{ line.name | escape }}</td><td>{{ line.quantity | times: line.price | round: 2 }}</td>
    {% if line.image %}<td><img src="{{ line.image }}"></td>{% endif %}</tr>
    {% endfor %}
    </table>
    {% assign total = 0 %}{% for line in cart.lines %}{% assign subtotal = line.quantity | times: line.price %}{% assign total = total | plus: subtotal %}{% endfor %}
    <p>Total: {{ total }}</p>
    {% case customer.tier %}{% when 'gold' %}Gold perks{% when 'silver' %}Silver perks{% else %}Join now{% endcase %}
    {% for tag in customer.tags limit: 3 %}{{ tag | upcase }}{% unless forloop.last %}, {% endunless %}{% endfor %}
    <a href="{{ unsubscribe_url }}">Unsubscribe</a>
    </body></html>

    """

  static let context: RenderContext = {
    let lines = (0..<8).map { number -> Value in
      var line: Record = [
        "name": .string("Tea <No. \(number)>"), "quantity": .integer(Int64(number + 1)),
        "price": .number(12.5 + Double(number)),
      ]
      if number.isMultiple(of: 2) { line["image"] = .string("https://img.example/\(number).png") }
      return .object(line)
    }
    let customer: Record = [
      "first_name": .string("mei"), "orders_count": .integer(5), "city": .string("Hangzhou"),
      "tier": .string("silver"), "tags": .array(["a", "b", "c", "d"].map { .string($0) }),
    ]
    let roots: [ExactText: Value] = [
      "customer": .object(customer), "cart": .object(["lines": .array(lines)]),
      "brand": .object(["name": .string("Qingshan Tea")]),
      "unsubscribe_url": .string("https://x.example/u/1"),
    ]
    return RenderContext(
      roots: roots, environment: RenderEnvironment(now: Instant(seconds: 0), currency: Stock.currency))
  }()

  /// Reads the mail from standard input; prints microseconds of processor time for one render and the text's
  /// length.
  static let rubyScript = """
    require "liquid"
    require "liquid/c"
    lines = (0...8).map { |i| h = {"name"=>"Tea <No. #{i}>","quantity"=>i+1,"price"=>12.5+i}; h["image"]="https://img.example/#{i}.png" if i.even?; h }
    data = {"customer"=>{"first_name"=>"mei","orders_count"=>5,"city"=>"Hangzhou","tier"=>"silver","tags"=>%w[a b c d]},"cart"=>{"lines"=>lines},"brand"=>{"name"=>"Qingshan Tea"},"unsubscribe_url"=>"https://x.example/u/1"}
    mail = Liquid::Template.parse(STDIN.read)
    300.times { mail.render(data) }
    clock = -> { Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) }
    start = clock.()
    1500.times { mail.render(data) }
    print (clock.() - start) / 1500 * 1e6, " ", mail.render(data).bytesize
    """
}
