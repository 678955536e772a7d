internal import Platform
internal import Service

/// `reprise suppress CHANNEL ADDRESS`: for an address that must get nothing more, whoever it belongs to.
enum SuppressCommand: Command {
  static let spec = CommandLineSpec.Command(
    "suppress", "Send nothing more to an address, service messages included",
    positionals: SuppressedAddress.positionals)

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let answer = try await SuppressedAddress.ask("suppress", invocation)
    invocation.show(answer) { _ in
      switch answer["before"]?.stringValue {
      case "unsubscribed"?, nil: "\(SuppressedAddress.text(answer)) gets nothing more\n"
      case let reason?: "\(SuppressedAddress.text(answer)) was suppressed already (\(reason))\n"
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
    let answer = try await SuppressedAddress.ask("unsuppress", invocation)
    invocation.show(answer) { _ in
      switch answer["before"]?.stringValue {
      case nil: "\(SuppressedAddress.text(answer)) was not suppressed\n"
      case "unsubscribed"?:
        "\(SuppressedAddress.text(answer)) was not suppressed; it unsubscribed, and gets marketing again only when its owner agrees\n"
      case let reason?:
        "\(SuppressedAddress.text(answer)) may get messages again; it was suppressed (\(reason))\n"
      }
    }
    return 0
  }
}

private enum SuppressedAddress {
  static let positionals: [CommandLineSpec.Positional] = [
    .init("CHANNEL", "its name in reprise.yaml"), .init("ADDRESS", "email address or phone number"),
  ]

  static func ask(_ command: String, _ invocation: Invocation) async throws -> JSON {
    let (channel, address) = (invocation.arguments.positionals[0], invocation.arguments.positionals[1])
    return try await invocation.client.perform([
      "command": .string(command), "channel": .string(channel), "address": .string(address),
    ])
  }

  static func text(_ answer: JSON) -> String {
    "\(answer["address"]?.stringValue ?? "?") on \(answer["channel"]?.stringValue ?? "?")"
  }
}
