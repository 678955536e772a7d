package import Configuration
package import Domain
package import Platform

/// The settings of a channel for one kind of adapter.
///
/// To add an adapter: a folder with a type that conforms to this, and a line in `AdapterRegistry`.
package protocol AdapterSettings: Sendable {
  /// The value of `adapter:`.
  static var word: String { get }
  /// The keys, except `adapter` itself.
  static var shape: Shape<Self> { get }

  var address: AddressKind { get }
  var flow: FlowSettings { get }
  var retry: RetryPolicy { get }
  /// The sender of its mail; `nil` if it writes no mail.
  var sender: MailIdentity? { get }

  /// Whether the provider adds a way to opt out to each text message.
  var addsOptOut: Bool { get }

  /// Its templates, with the names that each may use.
  var templates: [ChannelTemplates] { get }

  /// Creates the adapter, without connecting.
  func adapter(
    for channel: ChannelName, in environment: AdapterEnvironment
  ) throws(ChannelSetupError) -> any ChannelAdapter
}

extension AdapterSettings {
  package var sender: MailIdentity? { nil }
  package var addsOptOut: Bool { false }
  package var templates: [ChannelTemplates] { [] }

  /// Creates the channel with its adapter.
  package func channel(
    _ name: ChannelName, in environment: AdapterEnvironment
  ) throws(ChannelSetupError) -> Channel {
    Channel(
      name: name, address: address, adapter: try adapter(for: name, in: environment), flow: flow, retry: retry
    )
  }
}

/// What adapters get from the rest of the program.
package struct AdapterEnvironment: Sendable {
  /// Sends the mail and HTTP requests of all channels.
  package var engine: TransferEngine
  /// Language and currency for request templates.
  package var locale: String
  package var currency: Currency

  package init(engine: TransferEngine, locale: String, currency: Currency) {
    self.engine = engine
    self.locale = locale
    self.currency = currency
  }
}

/// Settings that are valid one by one but cannot work together.
package struct ChannelSetupError: Error, Equatable, CustomStringConvertible {
  package var channel: ChannelName
  package var problem: String

  package init(channel: ChannelName, problem: String) {
    self.channel = channel
    self.problem = problem
  }

  package var description: String { "channel '\(channel)': \(problem)" }
}

/// Keys with the same meaning for every adapter.
enum ChannelKeys {
  static let rate = Field<Rate?>.optional(
    "rate", .rate, "At most so many messages; without it as fast as the provider takes them.")

  static func connections(default count: Int) -> Field<Int> {
    .defaulted(
      "connections", .integer(1...1000, example: 10), default: "\(count)",
      "Messages under way at once, at most. A channel starts with 5 of them, or with all where they are fewer, and opens"
        + " while all goes well.")
  }

  static let addsOptOut = Field<Bool>.defaulted(
    "adds_opt_out", .bool, default: "false",
    "Whether the provider adds a way to opt out to each text message, such as 'Reply STOP'; 'check' then asks for none in"
      + " the templates.")

  static let onAmbiguous = Field<AmbiguousPolicy>.defaulted(
    "on_ambiguous", .word(), default: "park",
    "What to do when a message was handed over and no answer came: leave it for an operator, send it again (perhaps"
      + " twice), or take it as sent.")
}

extension FlowSettings {
  init(_ rate: Rate?, connections: Int) {
    self.init(rate: rate.map { SendRate(count: $0.count, period: $0.interval) }, connections: connections)
  }
}
