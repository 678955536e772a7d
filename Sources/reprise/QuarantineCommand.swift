internal import Glibc
internal import Operations
internal import Platform
internal import Service

/// `reprise quarantine list|retry|drop`: work that crashed the program twice.
enum QuarantineCommand: Command {
  static let spec = CommandLineSpec.Command(
    "quarantine",
    "Show, retry or drop for good what ended the program twice and is set aside",
    positionals: [
      .init("ACT", "what to do", choices: ["list", "retry", "drop"]),
      .init("ITEM", "its number, from the list, or all", count: .optional),
    ],
    options: [.init("yes", "do not ask before dropping: what is dropped is never decided, sent or read in")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let words = invocation.arguments.positionals
    if words[0] == "list" {
      if words.count > 1 {
        throw UsageError("'list' shows all of them and takes no number", "reprise quarantine")
      }
      let reply = try await invocation.client.perform(QuarantineListRequest())
      invocation.show(reply) { QuarantineText.list(reply.answer.items, style: $0) }
      return 0
    }
    guard words.count > 1 else {
      throw UsageError("'\(words[0])' needs the number of an item, or all", "reprise quarantine")
    }
    if words[0] == "drop" {
      let what = words[1] == "all" ? "everything that is set aside" : "item \(words[1])"
      guard
        try Confirmation.isGiven(
          "This drops \(what) for good: it is never decided, sent or read in again.", word: words[1],
          invocation, command: "reprise quarantine")
      else { return EXIT_FAILURE }
    }
    let client = invocation.client
    let reply =
      words[0] == "drop"
      ? try await client.perform(QuarantineDropRequest(item: words[1]))
      : try await client.perform(QuarantineRetryRequest(item: words[1]))
    invocation.show(reply) { _ in QuarantineText.done(reply.answer) }
    return 0
  }
}
