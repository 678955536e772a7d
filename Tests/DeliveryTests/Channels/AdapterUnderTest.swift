import Configuration
import Delivery
import Domain
import Platform
import Support
import Testing

/// The four adapters with a provider each, for the behaviours they share.
enum AdapterUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case smtp
  case http
  case exec
  case capture

  var testDescription: String { rawValue }

  /// A value that may appear in no error, log or preview.
  static let secret = "s3cret-value"

  /// What the provider of this adapter can be asked for.
  func supports(_ behaviour: ProviderBehaviour) -> Bool { self != .capture || behaviour == .accepts }

  /// Runs `body` with an adapter whose provider behaves so, and a look at what reached the provider.
  func run(
    _ behaviour: ProviderBehaviour,
    _ body: (any ChannelAdapter, @escaping @Sendable () -> Int) async throws -> Void
  ) async throws {
    let engine = try TransferEngine()
    let environment = AdapterEnvironment(
      engine: engine, locale: "en", currency: try #require(Currency("CNY")))
    let provider = Provider()
    switch self {
    case .smtp:
      let server = try provider.smtp(behaviour)
      let settings = try settings(
        """
        {adapter: smtp, url: "smtp://127.0.0.1:\(server.port)", encryption: none, from: Tea <hello@tea.example>}
        """)
      try await body(settings.channel("email", in: environment).adapter) { provider.received.count }
      server.stop()
    case .http:
      let server = try provider.http(behaviour)
      let settings = try settings(
        """
        {adapter: http, url: "http://127.0.0.1:\(server.port)/send", allow_private: true, timeout: 5s, reference: id,
         json: {to: "{{ message.to }}", text: "{{ message.text }}"}, headers: {X-Subject: "{{ message.subject }}"},
         authentication: {type: bearer, token: \(Self.secret)}}
        """)
      try await body(settings.channel("sms", in: environment).adapter) { provider.received.count }
      server.stop()
    case .exec:
      let directory = try Files.makeTemporaryDirectory()
      let script = FilePath.join(directory, "deliver.sh")
      let inbox = FilePath.join(directory, "inbox")
      try Files.makeDirectories(inbox)
      let end =
        switch behaviour {
        case .accepts: "echo ABC123; exit 0"
        case .refusesMessage: "echo \"not this one $TOKEN\" >&2; exit 65"
        case .refusesForNow: "echo \"later $TOKEN\" >&2; exit 75"
        case .fallsSilent: "kill -9 $$"
        }
      let text = "#!/bin/sh\ncat > \"\(inbox)/$REPRISE_MESSAGE_ID\"\n\(end)\n"
      try Files.write(Array(text.utf8), to: script, permissions: 0o700)
      let settings = try settings(
        "{adapter: exec, command: [/bin/sh, \(script)], environment: {TOKEN: \(Self.secret)}}")
      try await body(settings.channel("shop", in: environment).adapter) {
        ((try? Files.names(in: inbox)) ?? []).count
      }
      try Files.removeTree(directory)
    case .capture:
      let directory = try Files.makeTemporaryDirectory()
      let settings = try settings("{adapter: capture, directory: \(directory)}")
      try await body(settings.channel("email", in: environment).adapter) {
        ((try? Files.names(in: directory)) ?? []).count
      }
      try Files.removeTree(directory)
    }
    await engine.stop(within: .seconds(5))
  }

  private func settings(_ yaml: String) throws -> any AdapterSettings {
    let (value, diagnostics) = AdapterRegistry.channel.decode(yaml)
    return try #require(value, "\(diagnostics.map(\.headline))")
  }
}

extension Shape {
  /// The value written in YAML, and what was wrong with it.
  func decode(_ yaml: String) -> (value: Value?, diagnostics: [Diagnostic]) {
    var context = DecodingContext(file: "reprise.yaml")
    let value = YAMLDocument(parsing: Array(yaml.utf8)).root.flatMap { read($0, &context) }
    return (value, context.diagnostics)
  }
}
