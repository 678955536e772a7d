internal import Glibc
internal import Platform
internal import Service

/// `reprise forget CUSTOMER`: removes a person for good. On a terminal it asks first.
enum ForgetCommand: Command {
  static let spec = CommandLineSpec.Command(
    "forget", "Remove everything about a customer, for good, and never write to the addresses again",
    positionals: [.init("CUSTOMER", "the shop's id of the customer")],
    options: [.init("yes", "do not ask")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let customer = invocation.arguments.positionals[0]
    if !invocation.arguments.has("yes"), Terminal(descriptor: 0).isTerminal {
      Console.complain(
        "Everything about '\(customer)' is removed and cannot be brought back; what is known shows 'reprise export'.\nType the customer's id to go on: "
      )
      guard readLine() == customer else {
        Console.complain("nothing was done\n")
        return EXIT_FAILURE
      }
    }
    let answer = try await invocation.client.perform(["command": "forget", "customer": .string(customer)])
    invocation.show(answer) { _ in "\(customer) is forgotten\n" }
    return 0
  }
}
