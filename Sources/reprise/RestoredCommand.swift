internal import Glibc
internal import Operations
internal import Platform
internal import Service

/// `reprise restored`: accepts a store restored from a backup. Asks first, and refuses if nobody can answer.
enum RestoredCommand: Command {
  static let spec = CommandLineSpec.Command(
    "restored", "Go on with a store that was put back from a backup, and send nothing twice",
    options: [.init("yes", "do not ask")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let target = try StoreTarget(invocation)
    let question =
      "\(target.text) What fell due since the last decision in this store may have been sent: it will not be sent again, and what stood in the outbox becomes ambiguous."
    guard try Confirmation.isGiven(question, word: "restored", invocation, command: "reprise restored") else {
      return EXIT_FAILURE
    }
    let reply = try await invocation.client.perform(RestoredRequest())
    invocation.show(reply) { RestoredText.text(reply, call: $0.call) }
    return 0
  }
}
