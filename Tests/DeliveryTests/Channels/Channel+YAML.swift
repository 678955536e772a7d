import Configuration
import Delivery
import Domain
import Platform
import Support
import Testing

extension TransferEngine {
  /// Lends an engine and stops it afterwards.
  static func lend(_ body: (TransferEngine) async throws -> Void) async throws {
    let engine = try TransferEngine()
    do {
      try await body(engine)
    } catch {
      await engine.stop(within: .zero)
      throw error
    }
    await engine.stop(within: .seconds(5))
  }

  /// The channel that an operator describes so in `reprise.yaml`.
  func channel(_ yaml: String, named name: ChannelName = "email") throws -> Channel {
    let (settings, diagnostics) = AdapterRegistry.channel.decode(yaml)
    let environment = AdapterEnvironment(engine: self, locale: "en", currency: try #require(Currency("CNY")))
    return try #require(settings, "\(diagnostics.map(\.headline))").channel(name, in: environment)
  }

  /// A channel that speaks plain SMTP to a server on this machine.
  func mailChannel(port: UInt16, _ more: String = "") throws -> Channel {
    try channel(
      """
      {adapter: smtp, url: "smtp://127.0.0.1:\(port)", encryption: none, from: Tea <hello@tea.example>\(more)}
      """)
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

extension ChannelAdapter {
  /// One attempt, and whether it went through the gate.
  func attempt(_ message: ClaimedMessage) async -> (report: DeliveryReport, isHandedOver: Bool) {
    let gate = OpenedGate()
    let report = await deliver(message, at: noon, through: HandoffGate { gate.open() })
    return (report, gate.wasOpened)
  }
}
