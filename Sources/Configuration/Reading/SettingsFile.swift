internal import Decisioning
internal import Domain
internal import Platform

/// `reprise.yaml` as parsed, before cross-checks. A member is `nil` if it had an error, which was reported.
struct SettingsFile<Adapter: Sendable, Source: Sendable>: Sendable {
  var brand: BrandFile?
  var store: ServiceURL?
  var http: Located<HTTPFile>?
  /// An entry with an error still has its name here.
  var channels: [NamedEntry<Adapter?>]?
  var sources: [NamedEntry<Source>]?
  var limits: LimitsFile?
  var consent: [NamedEntry<ConsentPolicy>]?
  var measures: [NamedEntry<MeasureFile>]?
  var retention: RetentionFile?
  var control: String?

  static func shape(_ adapters: Shape<Adapter>, _ sources: Shape<Source>) -> Shape<SettingsFile> {
    .mapping(
      "reprise.yaml",
      .attempted(.required("brand", BrandFile.shape, "The shop, as messages speak of it.")),
      .attempted(
        .required("store", .storeURL, "sqlite:///path or postgresql://user@host/database.")),
      .attempted(
        .required("http", HTTPFile.shape.located(), "Events come in here, and customers to the pages.")),
      .attempted(
        .required(
          "channels", .table(of: adapters.attempted(), name: "channel"), "Ways to a customer, by name.")),
      .attempted(
        .defaulted(
          "sources", .table(of: sources, name: "source", key: .identifier(example: "shop_orders")),
          default: "{}", "Files of the shop that are imported by themselves, by name.")),
      .attempted(
        .defaulted("limits", LimitsFile.shape, default: "{}", "What holds for all triggers together.")),
      .attempted(
        .defaulted(
          "consent", Shape.table(of: .word(), name: "channel").described(example: "{sms: opt_in}"),
          default: "{}",
          "By channel: opt_out (everybody who has not unsubscribed; the default), soft_opt_in (with an explicit grant, or "
            + "an order and no objection) or opt_in (only with an explicit grant).")),
      .attempted(
        .defaulted(
          "measures",
          Shape.table(of: MeasureFile.shape, name: "measure", key: .identifier(example: "orders_90d")),
          default: "{}", "Named windows over orders and events, usable as customer.NAME.")),
      .attempted(
        .defaulted(
          "retention", RetentionFile.shape, default: "400d",
          "How long finished messages and decisions are kept, for explain and for the caps; no cap may count further "
            + "back. As a mapping, also for how long visitors without an address are.")),
      .attempted(
        .optional(
          "control_socket", .text(maximum: 107, example: "/run/reprise/control.sock"),
          "Where commands reach the daemon."))
    ) { brand, store, http, channels, sources, limits, consent, measures, retention, control in
      SettingsFile(
        brand: brand, store: store, http: http, channels: channels, sources: sources, limits: limits,
        consent: consent, measures: measures, retention: retention, control: control ?? nil)
    }
  }
}

struct BrandFile: Sendable {
  var name: String
  var url: ServiceURL
  var address: String
  var timeZone: Located<String>
  var currency: Currency
  var locale: String
  var callingCode: CallingCode?

  static let shape = Shape<BrandFile>.mapping(
    "brand",
    .required("name", .text(maximum: 200, example: "Qingshan Tea"), "The shop's name."),
    .required("url", .webURL, "The shop's address on the web."),
    .defaulted(
      "address", .text(maximum: 500, emptyAllowed: true, example: "No. 1 Hill Road, Hangzhou"),
      default: "\"\"",
      "Postal address; the law wants it in marketing mail in many countries."),
    .required("time_zone", Shape<String>.timeZone.located(), "For customers without one of their own."),
    .required("currency", .currency, "Of carts, and of totals over orders."),
    .required("locale", .locale, "For customers without one of their own: how dates and money are written."),
    .optional(
      "calling_code", .callingCode,
      "Where telephone numbers without a country code are at home; without it they are refused.")
  ) { name, url, address, zone, currency, locale, code in
    BrandFile(
      name: name, url: url, address: address, timeZone: zone, currency: currency, locale: locale,
      callingCode: code ?? nil)
  }
}

struct HTTPFile: Sendable {
  var listen: Located<ListenAddress>
  var publicURL: Located<ServiceURL>
  var writeKeys: [Secret]
  var hosts: [String]
  var isBehindProxy: Bool
  var isExposed: Bool
  var hooks: HooksFile?

  static let shape = Shape<HTTPFile>.mapping(
    "http",
    .defaulted(
      "listen", Shape<ListenAddress>.listenAddress.located(), default: "127.0.0.1:8750", "Address and port."),
    .required(
      "public_url",
      Shape<ServiceURL>.webURL.described(example: "https://hello.tea.example").refusing(afterPath).located(),
      "How customers reach this from outside, for links in messages."),
    .defaulted(
      "write_keys", .list(of: .secret(named: "write_key")), default: "[]",
      "What the shop's event library signs in with."),
    .defaulted(
      "hosts", .list(of: .text(maximum: 253, example: "reprise.internal")), default: "[]",
      "Names beside localhost and addresses under which /metrics, /readyz and /healthz may be asked for."),
    .defaulted(
      "behind_proxy", .bool, default: "false", "All clients share the proxy's address; no limit per address."),
    .defaulted(
      "exposed", .bool, default: "false",
      "Needed to listen beyond this machine: TLS and a guard stand before it."),
    .optional("hooks", HooksFile.shape, "Shop systems whose webhooks are taken under /v1/hooks/.")
  ) {
    HTTPFile(
      listen: $0, publicURL: $1, writeKeys: $2, hosts: $3, isBehindProxy: $4, isExposed: $5, hooks: $6)
  }

  private static let afterPath: @Sendable (ServiceURL) -> ScalarProblem? = { url in
    guard url.path.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
      return nil
    }
    return .objection("must end behind the path", hint: "remove what follows '?' or '#'")
  }
}

struct LimitsFile: Sendable {
  var quietHours: QuietHours?
  var caps: [CapFile]

  static let shape = Shape<LimitsFile>.mapping(
    "limits",
    .optional("quiet_hours", quietHours, "Nothing goes out then, by the customer's clock."),
    .defaulted(
      "caps", .list(of: CapFile.shape), default: "[]", "At most so many marketing messages to one customer.")
  ) { LimitsFile(quietHours: $0, caps: $1) }

  private static let quietHours = Shape<QuietHours>.mapping(
    "quiet_hours",
    .required("from", .clockTime, "The first minute of the night."),
    .required("to", Shape.clockTime.described(example: "\"09:00\""), "The opening.")
  ) { QuietHours(from: $0, to: $1) }
  .refusing { hours in
    guard hours.from == hours.to else { return nil }
    return .objection(
      "from \(hours.from) to \(hours.to) leaves no moment to send in",
      hint: "leave an opening, such as {from: \"21:00\", to: \"09:00\"}")
  }
}

struct CapFile: Sendable {
  var channel: Located<String>?
  var limit: Int
  var window: Located<FrequencyCap.Window>

  static let shape = Shape<CapFile>.choice(
    "cap",
    [
      (
        "window",
        .mapping(
          "cap", channel, limit,
          .required(
            "window", Shape<Duration>.duration(example: "7d").map { .rolling($0) }.located(),
            "Counted back from now.")
        ) { CapFile(channel: $0, limit: $1, window: $2) }
      ),
      (
        "per",
        .mapping(
          "cap", channel, limit,
          .required(
            "per", Shape<String>.word("local_day").map { _ in .localDay }.located(),
            "The calendar day by the customer's clock.")
        ) { CapFile(channel: $0, limit: $1, window: $2) }
      ),
    ])

  var cap: FrequencyCap {
    FrequencyCap(channel: channel.map { ChannelName($0.value) }, limit: limit, window: window.value)
  }

  private static let channel = Field<Located<String>?>.optional(
    "channel", Shape<String>.identifier(example: "email").located(),
    "Only this channel; all together without it.")
  private static let limit = Field<Int>.required("limit", .integer(1...1000, example: 1), "So many.")
}
