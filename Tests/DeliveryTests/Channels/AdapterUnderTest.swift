import Delivery
import Domain
import Platform
import Support
import Testing

/// The adapters with a provider each, for the behaviours they share.
enum AdapterUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case smtp
  case http
  /// The same with requests that have no body.
  case get
  case exec
  case capture

  var testDescription: String { rawValue }

  /// A value that may appear in no error, log or preview.
  static let secret = "s3cret-value"

  /// What the provider of this adapter can be asked for.
  func supports(_ behaviour: ProviderBehaviour) -> Bool {
    switch behaviour {
    case .accepts: true
    case .dropsKept: self != .capture && self != .exec
    default: self != .capture
    }
  }

  /// Whether what it sends is data, in which a line end or a secret means nothing.
  var carriesData: Bool { self == .http || self == .get || self == .exec }

  /// Runs `body` with an adapter whose provider behaves so, and a look at what reached the provider.
  func run(
    _ behaviour: ProviderBehaviour, provider: Provider = Provider(),
    _ body: (any ChannelAdapter, @escaping @Sendable () -> Int) async throws -> Void
  ) async throws {
    let engine = try TransferEngine()
    switch self {
    case .smtp:
      let server = try provider.smtp(behaviour)
      try await body(engine.mailChannel(port: server.port).adapter) { provider.received.count }
      server.stop()
    case .http:
      let server = try provider.http(behaviour)
      let channel = try engine.channel(
        """
        {adapter: http, url: "http://127.0.0.1:\(server.port)/send", allow_private: true, timeout: 5s, reference: id,
         json: {to: "{{ message.to }}", text: "{{ message.text }}"}, headers: {X-Subject: "{{ message.subject }}"},
         authentication: {type: bearer, token: \(Self.secret)}}
        """, named: "sms")
      try await body(channel.adapter) { provider.received.count }
      server.stop()
    case .get:
      let server = try provider.http(behaviour)
      let channel = try engine.channel(
        """
        {adapter: http, url: "http://127.0.0.1:\(server.port)/send?to={{ message.to }}", allow_private: true,
         method: GET, timeout: 5s, reference: id, headers: {X-Subject: "{{ message.subject }}",
         X-Text: "{{ message.text | strip }}"},
         authentication: {type: bearer, token: \(Self.secret)}}
        """, named: "sms")
      try await body(channel.adapter) { provider.received.count }
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
        case .fallsSilent, .dropsKept: "kill -9 $$"
        }
      let text = "#!/bin/sh\ncat > \"\(inbox)/$REPRISE_MESSAGE_ID\"\n\(end)\n"
      try Files.write(Array(text.utf8), to: script, permissions: 0o700)
      let channel = try engine.channel(
        "{adapter: exec, command: [/bin/sh, \(script)], environment: {TOKEN: \(Self.secret)}}", named: "shop")
      try await body(channel.adapter) {
        ((try? Files.names(in: inbox)) ?? []).count
      }
      try Files.removeTree(directory)
    case .capture:
      let directory = try Files.makeTemporaryDirectory()
      let channel = try engine.channel("{adapter: capture, directory: \(directory)}")
      try await body(channel.adapter) {
        ((try? Files.names(in: directory)) ?? []).count
      }
      try Files.removeTree(directory)
    }
    await engine.stop(within: .seconds(5))
  }
}
