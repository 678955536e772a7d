package import Configuration
package import Domain
import Platform

/// `adapter: capture`: messages are written to files; nothing is sent.
package struct CaptureSettings: AdapterSettings {
  package var directory: String
  package var address: AddressKind
  package var identity: MailIdentity
  package var flow: FlowSettings
  package var addsOptOut = false

  package init(
    directory: String, address: AddressKind = .email, identity: MailIdentity = CaptureSettings.nobody,
    flow: FlowSettings = FlowSettings(connections: 4)
  ) {
    self.directory = directory
    self.address = address
    self.identity = identity
    self.flow = flow
  }

  package static let word = "capture"
  package var sender: MailIdentity? { identity }
  /// Writing a file twice gives the same file, so retries are harmless.
  package var retry: RetryPolicy { RetryPolicy(onAmbiguous: .retry) }

  /// The sender of captured mail if the configuration gives none.
  package static let nobody: MailIdentity = {
    do {
      return MailIdentity(from: try Mailbox("Reprise <capture@localhost>"))
    } catch {
      preconditionFailure("the built-in sender is not an address: \(error)")
    }
  }()

  package static let shape = Shape<CaptureSettings>.mapping(
    "channel",
    .required(
      "directory", .text(maximum: 4096, example: "./var/outbox"),
      "Where the files are written; made if it is not there."),
    .defaulted(
      "address", .word(), default: "email",
      "What is delivered to: email writes .eml files, phone .txt, customer_id .json."),
    .optional("from", .mailbox, "The sender in .eml files."),
    ChannelKeys.rate, ChannelKeys.addsOptOut
  ) { directory, address, from, rate, addsOptOut in
    var settings = CaptureSettings(
      directory: directory, address: address, identity: from.map { MailIdentity(from: $0) } ?? nobody,
      flow: FlowSettings(rate, connections: 4))
    settings.addsOptOut = addsOptOut
    return settings
  }

  package func adapter(
    for channel: ChannelName, in environment: AdapterEnvironment
  ) throws(ChannelSetupError) -> any ChannelAdapter {
    try CaptureAdapter(self, channel: channel)
  }
}
