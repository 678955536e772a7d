internal import Platform
internal import Service

/// `reprise export CUSTOMER`: everything that is known of a person, always as JSON.
enum ExportCommand: Command {
  static let spec = CommandLineSpec.Command(
    "export", "Print everything that is stored about a customer, as JSON",
    positionals: [.init("CUSTOMER", "the shop's id of the customer")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let answer = try await invocation.client.perform([
      "command": "export", "customer": .string(invocation.arguments.positionals[0]),
    ])
    Console.write(answer.text(pretty: true) + "\n")
    return 0
  }
}
