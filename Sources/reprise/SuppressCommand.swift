internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise suppress CHANNEL ADDRESS`: for an address that must get nothing more, no matter whose it is.
enum SuppressCommand: Command {
  static let spec = CommandLineSpec.Command(
    "suppress", "Send nothing more to an address, service messages included",
    positionals: SuppressedAddress.positionals)

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let words = invocation.arguments.positionals
    let request = SuppressRequest(channel: ChannelName(words[0]), address: words[1])
    let reply = try await invocation.client.perform(request)
    let address = SuppressedAddress.text(reply.answer)
    invocation.show(reply) { _ in
      switch reply.answer.before {
      case .unsubscribed, nil: "\(address) gets nothing more\n"
      case let reason?: "\(address) was suppressed already (\(reason.rawValue))\n"
      }
    }
    return 0
  }
}

/// `reprise unsuppress CHANNEL ADDRESS`: for an address that works again, or was suppressed by mistake.
enum UnsuppressCommand: Command {
  static let spec = CommandLineSpec.Command(
    "unsuppress", "Let an address get messages again; consent is another matter and stays as it is",
    positionals: SuppressedAddress.positionals)

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let words = invocation.arguments.positionals
    let request = UnsuppressRequest(channel: ChannelName(words[0]), address: words[1])
    let reply = try await invocation.client.perform(request)
    let address = SuppressedAddress.text(reply.answer)
    invocation.show(reply) { _ in
      switch reply.answer.before {
      case nil: "\(address) was not suppressed\n"
      case .unsubscribed:
        "\(address) was not suppressed; it unsubscribed, and gets marketing again only when its owner agrees\n"
      case let reason?:
        "\(address) may get messages again; it was suppressed (\(reason.rawValue))\n"
      }
    }
    return 0
  }
}

private enum SuppressedAddress {
  static let positionals: [CommandLineSpec.Positional] = [
    .init("CHANNEL", "its name in reprise.yaml"), .init("ADDRESS", "email address or phone number"),
  ]

  static func text(_ answer: SuppressAnswer) -> String { "\(answer.address) on \(answer.channel)" }
}
