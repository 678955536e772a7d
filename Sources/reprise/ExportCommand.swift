internal import Operations
internal import Platform
internal import Service

/// `reprise export CUSTOMER`: everything that is known of a person, always as JSON.
enum ExportCommand: Command {
  static let spec = CommandLineSpec.Command(
    "export", "Print everything that is stored about a customer, as JSON",
    positionals: [.init("CUSTOMER", "the shop's id of the customer")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let request = ExportRequest(customer: invocation.arguments.positionals[0])
    let reply = try await invocation.client.perform(request)
    Console.write(reply.json.text(pretty: true) + "\n")
    return 0
  }
}
