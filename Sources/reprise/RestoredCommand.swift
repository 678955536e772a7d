internal import Glibc
internal import Platform
internal import Service

/// `reprise restored`: the store was put back from a backup. On a terminal it asks first.
enum RestoredCommand: Command {
  static let spec = CommandLineSpec.Command(
    "restored", "Go on with a store that was put back from a backup, and send nothing twice",
    options: [.init("yes", "do not ask")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    if !invocation.arguments.has("yes"), Terminal(descriptor: 0).isTerminal {
      Console.complain(
        "What fell due since the last decision in this store may have been sent: it will not be sent again, and\nwhat stood in the outbox becomes ambiguous.\nType 'restored' to go on: "
      )
      guard readLine() == "restored" else {
        Console.complain("nothing was done\n")
        return EXIT_FAILURE
      }
    }
    let answer = try await invocation.client.perform(["command": "restored"])
    invocation.show(answer) { _ in RestoredText.text(answer) }
    return 0
  }
}
