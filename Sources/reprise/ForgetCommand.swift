internal import Glibc
internal import Operations
internal import Platform
internal import Service

/// `reprise forget CUSTOMER`: erases a person for good. Asks first, and refuses if nobody can answer.
enum ForgetCommand: Command {
  static let spec = CommandLineSpec.Command(
    "forget", "Remove everything about a customer, for good, and never write to the addresses again",
    positionals: [.init("CUSTOMER", "the shop's id of the customer")],
    options: [.init("yes", "do not ask")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let customer = invocation.arguments.positionals[0]
    let question =
      "Everything about '\(customer)' is removed and cannot be brought back; what is known shows 'reprise export'."
    guard try Confirmation.isGiven(question, word: customer, invocation, command: "reprise forget") else {
      return EXIT_FAILURE
    }
    let reply = try await invocation.client.perform(ForgetRequest(customer: customer))
    invocation.show(reply) { _ in ForgetText.text(reply.answer) }
    return 0
  }
}
