internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise explain CUSTOMER [TRIGGER]`: what is planned, what was decided, and why.
enum ExplainCommand: Command {
  static let spec = CommandLineSpec.Command(
    "explain", "Explain what a customer gets, got and does not get, and why",
    positionals: [
      .init("CUSTOMER", "the shop's id of the customer"), .init("TRIGGER", "only this one", count: .optional),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let words = invocation.arguments.positionals
    let trigger = words.count > 1 ? TriggerID(words[1]) : nil
    let reply = try await invocation.client.perform(ExplainRequest(customer: words[0], trigger: trigger))
    invocation.show(reply) { ExplanationText.text(reply.answer, style: $0) }
    return 0
  }
}
