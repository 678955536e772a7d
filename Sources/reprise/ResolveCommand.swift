internal import Platform
internal import Service
internal import Store

/// `reprise resolve MESSAGE sent|dead|retry`: an operator's word on a message nobody knows the end of.
enum ResolveCommand: Command {
  static let spec = CommandLineSpec.Command(
    "resolve", "Settle a message that was handed over without an answer",
    positionals: [
      .init("MESSAGE", "its name, from: reprise status --ambiguous"),
      .init(
        "END",
        "it arrived; it did not and shall not; send it again, within a day and at the risk of a second copy",
        choices: Resolution.allCases.map(\.rawValue)),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let (message, end) = (invocation.arguments.positionals[0], invocation.arguments.positionals[1])
    let answer = try await invocation.client.perform([
      "command": "resolve", "message": .string(message), "as": .string(end),
    ])
    invocation.show(answer) { _ in
      end == "retry" ? "\(message) goes out again, within a day\n" : "\(message) is settled as \(end)\n"
    }
    return 0
  }
}
