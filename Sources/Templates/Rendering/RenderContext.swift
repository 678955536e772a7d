package import Domain

/// The complete input of a render.
package struct RenderContext: Sendable {
  /// The names that paths start with.
  package var roots: [ExactText: Value]
  /// Called once per render for a name missing in `roots`; `nil` if there is no such name.
  package var lazyRoot: (@Sendable (String) -> Value?)?
  package var environment: RenderEnvironment
  package var limits: RenderLimits
  /// The templates for `{% render %}`.
  package var library: TemplateLibrary
  /// Whether a missing value ends the render. False only for comparisons with other Liquids.
  package var isStrict: Bool

  package init(
    roots: [ExactText: Value] = [:], lazyRoot: (@Sendable (String) -> Value?)? = nil,
    environment: RenderEnvironment,
    limits: RenderLimits = RenderLimits(), library: TemplateLibrary = TemplateLibrary(), isStrict: Bool = true
  ) {
    self.roots = roots
    self.lazyRoot = lazyRoot
    self.environment = environment
    self.limits = limits
    self.library = library
    self.isStrict = isStrict
  }
}

/// The clock, language and money of a text.
package struct RenderEnvironment: Sendable {
  /// The meaning of `'now' | date`.
  package var now: Instant
  /// A BCP 47 tag: `en-US`, `zh-Hans`. Unknown languages use English.
  package var locale: String { didSet { moneyFormat = MoneyFormat(locale: locale) } }
  /// The currency of plain numbers passed to `money`.
  package var currency: Currency
  /// Converts to the customer's local time.
  package var localTime: @Sendable (Instant) -> LocalTime
  /// Derived from `locale` once for all amounts of a message.
  private(set) var moneyFormat: MoneyFormat

  package init(
    now: Instant, locale: String = "en", currency: Currency,
    localTime: @escaping @Sendable (Instant) -> LocalTime = LocalTime.utc
  ) {
    self.now = now
    self.locale = locale
    moneyFormat = MoneyFormat(locale: locale)
    self.currency = currency
    self.localTime = localTime
  }
}

/// The resources that one render may use. The defaults are enough for any real message.
package struct RenderLimits: Hashable, Sendable {
  /// Maximum bytes of the output, of each captured or assigned text, and of each filter's result.
  package var outputBytes: Int
  /// Maximum iterations of all loops together.
  package var loopSteps: Int
  /// Maximum nodes rendered, plus one for every 256 bytes that filters read. Stands in for time, since no clock is
  /// read.
  package var totalSteps: Int
  /// Maximum nesting of blocks, including partials.
  package var depth: Int

  package init(
    outputBytes: Int = 2 << 20, loopSteps: Int = 100_000, totalSteps: Int = 2_000_000, depth: Int = 100
  ) {
    self.outputBytes = outputBytes
    self.loopSteps = loopSteps
    self.totalSteps = totalSteps
    self.depth = depth
  }
}

/// A limit of `RenderLimits`; raw values are stable.
package enum RenderLimit: String, Hashable, Sendable {
  case outputBytes = "output_bytes"
  case loopSteps = "loop_steps"
  case totalSteps = "total_steps"
  case depth
}

/// Why a template could not be rendered.
package enum RenderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A required value is missing and has no `default`.
  case missingVariable(name: String, at: TemplateLocation)
  case missingTemplate(name: String, at: TemplateLocation)
  /// A filter or comparison got unsuitable input.
  case invalid(message: String, at: TemplateLocation)
  case limitReached(RenderLimit, value: Int, at: TemplateLocation)
  /// The template itself cancelled the message with `{% abort %}`.
  case aborted(reason: String, at: TemplateLocation)

  package var description: String {
    switch self {
    case .missingVariable(let name, let place):
      "\(place): '\(name)' has no value; give one with '| default: ...' or test it with 'if'"
    case .missingTemplate(let name, let place): "\(place): there is no template '\(name)' to render"
    case .invalid(let message, let place): "\(place): \(message)"
    case .limitReached(let limit, let value, let place):
      switch limit {
      case .outputBytes: "\(place): the text grows beyond \(value) bytes; make it shorter"
      case .loopSteps: "\(place): loops go round more than \(value) times; limit them with 'limit:'"
      case .totalSteps: "\(place): the template takes more than \(value) steps; make it simpler"
      case .depth:
        "\(place): blocks and partials are nested deeper than \(value); does a partial render itself?"
      }
    case .aborted(let reason, let place): "\(place): aborted: \(reason)"
    }
  }
}
