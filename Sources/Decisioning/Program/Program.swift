package import Domain
package import Templates

/// All that decides who gets what and when: the operator's configuration after every check, without anything
/// about how messages travel.
///
/// A value, built whole and swapped whole at a reload. Its parts lie in one place that all copies share: every decision
/// keeps a copy, and threads that count the references of each part would wait for each other at every one.
package struct Program: Sendable {
  private struct Parts: Sendable {
    var brand: Brand
    var channels: [ChannelName: ChannelPolicy]
    var limits: Limits
    var triggers: [TriggerID: Trigger]
    var templates: [ExactText: MessageTemplate]
    var partials: TemplateLibrary
    var zones: ZoneCatalog
    var links: LinkSigner
    var holdoutSalt: String
    var recordGap: RecordGap?
  }

  private var shared: Shared<Parts>

  package var brand: Brand {
    get { shared.value.brand }
    set { shared = shared.with { $0.brand = newValue } }
  }
  package var channels: [ChannelName: ChannelPolicy] {
    get { shared.value.channels }
    set { shared = shared.with { $0.channels = newValue } }
  }
  package var limits: Limits {
    get { shared.value.limits }
    set { shared = shared.with { $0.limits = newValue } }
  }
  /// By id.
  package var triggers: [TriggerID: Trigger] {
    get { shared.value.triggers }
    set { shared = shared.with { $0.triggers = newValue } }
  }
  /// By name without suffix, `cart/reminder`.
  package var templates: [ExactText: MessageTemplate] {
    get { shared.value.templates }
    set { shared = shared.with { $0.templates = newValue } }
  }
  /// Fragments that templates include with `render`.
  package var partials: TemplateLibrary { shared.value.partials }
  package var zones: ZoneCatalog { shared.value.zones }
  package var links: LinkSigner {
    get { shared.value.links }
    set { shared = shared.with { $0.links = newValue } }
  }
  /// Makes holdout groups of this shop unlike those of any other; stable over restarts.
  package var holdoutSalt: String {
    get { shared.value.holdoutSalt }
    set { shared = shared.with { $0.holdoutSalt = newValue } }
  }
  /// What fell due in it may have been sent, and is not sent again; `nil` when the store was never put back.
  package var recordGap: RecordGap? {
    get { shared.value.recordGap }
    set { shared = shared.with { $0.recordGap = newValue } }
  }

  package init(
    brand: Brand, channels: [ChannelName: ChannelPolicy], limits: Limits, triggers: [TriggerID: Trigger],
    templates: [ExactText: MessageTemplate], partials: TemplateLibrary, zones: ZoneCatalog, links: LinkSigner,
    holdoutSalt: String
  ) {
    shared = Shared(
      Parts(
        brand: brand, channels: channels, limits: limits, triggers: triggers, templates: templates,
        partials: partials, zones: zones, links: links, holdoutSalt: holdoutSalt))
  }

  /// Whether this is a copy of the other, unchanged since.
  package func isIdentical(to other: Program) -> Bool { shared === other.shared }

  /// The customer's own zone, or the shop's when it is absent or unknown.
  package func zone(of customer: Customer) -> TimeZoneRules {
    customer.timeZone.flatMap { zones[$0] } ?? brand.zone
  }
}

/// The shop, as messages speak of it.
package struct Brand: Sendable {
  package var name: String
  package var url: String
  /// Postal address; shown in marketing mail. Empty if not given.
  package var address: String
  package var zone: TimeZoneRules
  package var currency: Currency
  /// BCP 47 tag.
  package var locale: String
  /// Where telephone numbers without a country code are at home; `nil` refuses them.
  package var callingCode: CallingCode?

  package init(
    name: String, url: String, address: String, zone: TimeZoneRules, currency: Currency, locale: String,
    callingCode: CallingCode? = nil
  ) {
    self.name = name
    self.url = url
    self.address = address
    self.zone = zone
    self.currency = currency
    self.locale = locale
    self.callingCode = callingCode
  }
}

/// Every IANA zone of the machine, by name.
package struct ZoneCatalog: Sendable {
  private let zones: [ExactText: TimeZoneRules]

  package init(_ zones: [ExactText: TimeZoneRules] = [:]) { self.zones = zones }

  package subscript(name: String) -> TimeZoneRules? { zones[name] }
}

/// What deciding needs to know of a channel.
package struct ChannelPolicy: Sendable, Equatable {
  package var name: ChannelName
  package var address: AddressKind
  package var medium: Medium
  package var consent: ConsentPolicy

  package init(name: ChannelName, address: AddressKind, medium: Medium, consent: ConsentPolicy) {
    self.name = name
    self.address = address
    self.medium = medium
    self.consent = consent
  }

  /// Where the channel reaches the customer, if that is an address that the same person may have under another id.
  package func sharedAddress(of customer: Customer) -> String? {
    address == .customerID ? nil : customer.address(address)
  }
}

/// Which halves of a template a channel sends.
package enum Medium: String, Sendable, CaseIterable {
  /// Subject, HTML and text.
  case email
  /// The `.sms.liquid` half, or the text half without one.
  case text
}

package enum ConsentPolicy: String, Sendable, CaseIterable {
  /// Everybody who has not withdrawn.
  case optOut = "opt_out"
  /// Only customers with an explicit grant.
  case optIn = "opt_in"
}

/// What holds for all triggers together.
package struct Limits: Sendable, Equatable {
  package var quietHours: QuietHours?
  package var caps: [FrequencyCap]

  package init(quietHours: QuietHours? = nil, caps: [FrequencyCap] = []) {
    self.quietHours = quietHours
    self.caps = caps
  }
}

/// The daily hours in which nothing goes out, in the customer's zone; `from` after `to` spans midnight.
package struct QuietHours: Sendable, Equatable {
  package var from: ClockTime
  /// The opening: the first moment at which messages may go again.
  package var to: ClockTime

  package init(from: ClockTime, to: ClockTime) {
    self.from = from
    self.to = to
  }
}

/// At most `limit` marketing messages to one customer in a window.
package struct FrequencyCap: Sendable, Equatable {
  /// `nil` counts all channels together.
  package var channel: ChannelName?
  package var limit: Int
  package var window: Window

  package enum Window: Sendable, Equatable {
    /// The last so much time.
    case rolling(Duration)
    /// The calendar day in the customer's zone.
    case localDay

    /// So far back it looks at most: a local day has 25 hours when a clock is put back.
    package var reach: Duration {
      switch self {
      case .rolling(let duration): duration
      case .localDay: .hours(25)
      }
    }
  }

  package init(channel: ChannelName?, limit: Int, window: Window) {
    self.channel = channel
    self.limit = limit
    self.window = window
  }
}
