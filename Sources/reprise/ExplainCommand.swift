internal import Platform
internal import Service

/// `reprise explain CUSTOMER [TRIGGER]`: what comes, what was decided, and why.
enum ExplainCommand: Command {
  static let spec = CommandLineSpec.Command(
    "explain", "Explain what a customer gets, got and does not get, and why",
    positionals: [
      .init("CUSTOMER", "the shop's id of the customer"), .init("TRIGGER", "only this one", count: .optional),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    var request: JSONObject = [
      "command": "explain", "customer": .string(invocation.arguments.positionals[0]),
    ]
    if invocation.arguments.positionals.count > 1 {
      request["trigger"] = .string(invocation.arguments.positionals[1])
    }
    let answer = try await invocation.client.perform(.object(request))
    invocation.show(answer) { ExplanationText.text(answer, style: $0) }
    return 0
  }
}
