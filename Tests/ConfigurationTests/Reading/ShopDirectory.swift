import Configuration
import Decisioning
import Domain
import Platform

/// A configuration directory of a test: a small shop that loads without a word, to be changed file by file.
struct ShopDirectory {
  /// Stands for the adapters of the program.
  enum Adapter: Equatable {
    case mail(Configuration.ServiceURL)
    case text(Configuration.ServiceURL)
  }

  static let adapters = Shape<Adapter>.variant(
    "channel", on: "adapter", summary: "How messages of this channel leave.",
    [
      (
        "smtp",
        .mapping(
          "channel",
          .required(
            "url", .url(ServiceURL.Rules(schemes: ["smtps", "smtp"]), example: "smtps://smtp.example"),
            "Server."),
          .optional("password", .secret, "Password.")
        ) { url, _ in .mail(url) }
      ),
      (
        "http",
        .mapping("channel", .required("url", .webURL, "Address."), .optional("token", .secret, "Token.")) {
          url, _ in .text(url)
        }
      ),
    ])

  /// Stands for the sources of the program.
  static let sources = Shape<String>.mapping(
    "source", .required("from", .text(example: "/srv/exports"), "Where from.")
  ) { $0 }

  static let zones: ZoneCatalog = {
    var zones: [ExactText: TimeZoneRules] = [:]
    for name in ["Asia/Shanghai", "Europe/Berlin"] {
      let bytes = try? Files.read("/usr/share/zoneinfo/\(name)", limit: 1 << 16)
      zones[name] = bytes.flatMap { try? TimeZoneRules(name: name, tzif: $0) }
    }
    return ZoneCatalog(zones)
  }()

  static let settings = """
    brand:
      name: Qingshan Tea
      url: https://tea.example/
      time_zone: Asia/Shanghai
      currency: CNY
      locale: en
    store: sqlite:///var/lib/reprise/reprise.db
    http:
      public_url: https://hello.tea.example
      write_keys: ["${env:KEY}"]
    channels:
      email: {adapter: smtp, url: "smtps://smtp.example:465"}
      sms: {adapter: http, url: "https://sms.example/send"}
    """

  static let trigger = """
    trigger: win_back
    when: {lapsed: 90d}
    steps:
      - {channel: email, template: winback/miss-you}
    """

  static let template = """
    ---
    subject: It has been a while
    ---
    <p>Come back. {{ unsubscribe_url }}</p>
    """

  private let scratch = Scratch()
  var secrets: SecretSource?

  init() {
    write("reprise.yaml", Self.settings)
    write("triggers/win-back.yaml", Self.trigger)
    write("templates/winback/miss-you.html.liquid", Self.template)
  }

  var path: String { scratch.path }

  func write(_ name: String, _ text: String) { scratch.write(name, text) }
  func write(_ name: String, _ bytes: [UInt8]) { scratch.write(name, bytes) }

  /// Replaces a part of a file, which must be there.
  func change(_ name: String, _ part: String, to other: String) {
    let bytes = (try? Files.read("\(path)/\(name)", limit: 1 << 20)) ?? []
    let text = String(decoding: bytes, as: UTF8.self)
    precondition(text.contains(part), "\(name) has no '\(part)'")
    write(name, text.replacing(part, with: other))
  }

  func load(
    kinds: [any TriggerKind.Type] = TriggerKinds.all
  ) -> (loaded: LoadedConfiguration<Adapter, String>?, report: DiagnosticReport) {
    ConfigurationLoader(
      directory: path, adapters: Self.adapters, sources: Self.sources,
      policy: { adapter in
        switch adapter {
        case .mail: (.email, .email)
        case .text: (.phone, .text)
        }
      }, zones: Self.zones, secrets: secrets, kinds: kinds
    ).load()
  }

  /// The whole report, with the directory named `config`.
  func report() -> String { load().report.rendered().replacing(path, with: "config") }

  /// The first lines of the messages alone.
  func headlines() -> [String] {
    load().report.diagnostics.map { $0.headline.replacing(path, with: "config") }
  }
}
