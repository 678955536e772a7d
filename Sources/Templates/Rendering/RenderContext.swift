package import Domain

/// Everything a render may look at; nothing else reaches a template.
package struct RenderContext: Sendable {
  /// The names a template begins its paths with.
  package var roots: [ExactText: Value]
  /// Asked once a render for a name that is not in `roots`; `nil` means there is no such name.
  package var lazyRoot: (@Sendable (String) -> Value?)?
  package var environment: RenderEnvironment
  package var limits: RenderLimits
  /// Where `{% render %}` finds its templates.
  package var library: TemplateLibrary
  /// Whether a missing value ends the render. Off only to compare with other Liquids.
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

/// Whose clock, language and money a text is written in.
package struct RenderEnvironment: Sendable {
  /// What `'now' | date` means.
  package var now: Instant
  /// A BCP 47 tag: `en-US`, `zh-Hans`. Unknown languages are written as English.
  package var locale: String { didSet { moneyFormat = MoneyFormat(locale: locale) } }
  /// The currency of plain numbers given to `money`.
  package var currency: Currency
  /// The customer's clock.
  package var localTime: @Sendable (Instant) -> LocalTime
  /// Of `locale`; read once for all the amounts of a message.
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

/// What one render may use up before it is stopped. The defaults leave room for any real message.
package struct RenderLimits: Hashable, Sendable {
  /// Of the output, of each captured or assigned text, and of each filter's result.
  package var outputBytes: Int
  /// Rounds of all loops together.
  package var loopSteps: Int
  /// Nodes rendered, plus one for every 256 bytes a filter reads: this stands for time, since no clock is read.
  package var totalSteps: Int
  /// Blocks inside blocks, through all partials.
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

/// Why a template gave no text.
package enum RenderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A value the text needs is not there, and no `default` stands in for it.
  case missingVariable(name: String, at: TemplateLocation)
  case missingTemplate(name: String, at: TemplateLocation)
  /// A filter or comparison was given what it cannot work on.
  case invalid(message: String, at: TemplateLocation)
  case limitReached(RenderLimit, value: Int, at: TemplateLocation)
  /// The template itself decided against the message with `{% abort %}`.
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
