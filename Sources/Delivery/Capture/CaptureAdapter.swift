package import Domain
import Platform

/// Writes messages to files instead of sending them.
///
/// A file's name consists of the message's due time, trigger, step, customer and id, so that writing the same
/// message twice gives one file. Files are written atomically, and are durable when the message counts as
/// sent.
package final class CaptureAdapter: ChannelAdapter {
  /// The code of a written message.
  package static let writtenCode = "written"

  private let settings: CaptureSettings
  private let composer: MailComposer

  package init(_ settings: CaptureSettings, channel: ChannelName) throws(ChannelSetupError) {
    self.settings = settings
    do throws(CompositionError) {
      composer = try MailComposer(settings.identity, channel: channel)
    } catch {
      throw ChannelSetupError(channel: channel, problem: error.description)
    }
  }

  package func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm {
    switch settings.address {
    case .email: return WireForm(format: "eml", bytes: try composer.compose(message, date: now))
    case .phone:
      try MailHeaders.check(message.content.to, field: "to")
      let text = "To: \(message.content.to)\n\n\(message.content.text)"
      return WireForm(format: "txt", bytes: Array((text.hasSuffix("\n") ? text : text + "\n").utf8))
    case .customerID:
      var bytes: [UInt8] = []
      MessageJSON.value(of: message).write(into: &bytes, pretty: true)
      bytes.append(0x0A)
      return WireForm(format: "json", bytes: bytes)
    }
  }

  package func deliver(
    _ message: ClaimedMessage, at now: Instant, through gate: HandoffGate
  ) async -> DeliveryReport {
    let form: WireForm
    do {
      // Dated with the due time, so that writing it again later gives the same bytes.
      form = try preview(message, at: message.dueAt)
    } catch {
      return .refused(error)
    }
    guard !Task.isCancelled, await gate.open() else { return .released }
    let name = fileName(of: message, format: form.format)
    do {
      try await WorkerThread.run("capture") { [directory = settings.directory] in
        try Files.makeDirectories(directory)
        try Files.write(form.bytes, to: FilePath.join(directory, name))
      }
      return DeliveryReport(.accepted, reference: name, code: Self.writtenCode)
    } catch {
      // The file is written whole or not at all, so a failure is definite.
      return DeliveryReport(.providerFault, code: "not_written", detail: ErrorText.text(error))
    }
  }

  package func close() async {}

  /// The path of a file from the name in its report.
  package func path(of name: String) -> String { FilePath.join(settings.directory, name) }

  /// The part of a file's name that stands for a customer's id. Ids that differ only in punctuation have the same
  /// part.
  package static func namePart(customer id: String) -> String { safe(id) }

  /// The customer's part of a file's name; `nil` if the name was not made by a capture channel.
  package static func customerPart(ofName name: String) -> String? {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")),
      ["eml", "txt", "json"].contains(String(name[name.utf8.index(after: dot)...]))
    else { return nil }
    let parts = name[..<dot].utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    return parts.count == 5 ? String(parts[3]) : nil
  }

  private func fileName(of message: ClaimedMessage, format: String) -> String {
    let parts = [
      Self.stamp(message.dueAt), message.trigger.rawValue, message.step.rawValue, Self.customer(of: message),
      message.uid,
    ]
    return parts.map(Self.safe).joined(separator: "_") + "." + format
  }

  /// `20260301T120000Z`.
  private static func stamp(_ instant: Instant) -> String {
    String(decoding: instant.iso8601.utf8.prefix(19).filter { $0 != 0x2D && $0 != 0x3A }, as: UTF8.self) + "Z"
  }

  private static func customer(of message: ClaimedMessage) -> String {
    if case .object(let customer)? = message.content.data["customer"], case .string(let id)? = customer["id"]
    {
      return id
    }
    return "\(message.customer.rawValue)"
  }

  /// Keeps letters, digits, `-` and inner `.`; everything else becomes `-`, so that the result cannot be a
  /// path.
  private static func safe(_ text: String) -> String {
    let bytes = text.utf8.prefix(60).map { byte -> UInt8 in
      let isSafe =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      return isSafe ? byte : UInt8(ascii: "-")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
