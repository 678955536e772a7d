internal import Domain
internal import Glibc
internal import Operations
internal import Platform
internal import Service

/// `reprise resolve MESSAGE END`, or `reprise resolve END` with `--channel`, `--trigger` or `--since`:
/// settles messages of unknown result. For several, shows their number and asks first.
enum ResolveCommand: Command {
  private static let ends = Resolution.allCases.map(\.rawValue)

  static let spec = CommandLineSpec.Command(
    "resolve", "Settle messages that were handed over without an answer",
    positionals: [
      .init("MESSAGE", "its name, from: reprise status --ambiguous; left out with the options below"),
      .init(
        "END",
        "it arrived; it did not and shall not; send it again, within a day and at the risk of a second copy",
        count: .optional, choices: ends),
    ],
    options: [
      .init("channel", "all of this channel", value: "NAME"),
      .init("trigger", "all of this trigger", value: "NAME"),
      .init("since", "all that were handed over since: 2h, or 2026-03-01T09:00:00Z", value: "TIME"),
      .init("yes", "do not ask"),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let arguments = invocation.arguments
    let filters = ["channel", "trigger", "since"].filter { arguments[$0] != nil }
    switch (arguments.positionals.count, filters.isEmpty) {
    case (2, true):
      return try await resolve(arguments.positionals[0], as: arguments.positionals[1], invocation)
    case (1, false):
      return try await resolveMany(as: arguments.positionals[0], invocation)
    case (2, false):
      throw UsageError("MESSAGE and --\(filters[0]) do not go together", "reprise resolve")
    default:
      throw UsageError(
        "name a MESSAGE and its END, or the END alone with --channel, --trigger or --since", "reprise resolve"
      )
    }
  }

  private static func resolve(
    _ message: String, as end: String, _ invocation: Invocation
  ) async throws -> Int32 {
    let request = ResolveRequest(message: message, as: try resolution(end))
    let reply = try await invocation.client.perform(request)
    invocation.show(reply) { _ in
      request.resolution == .retry
        ? "\(message) goes out again, within a day\n" : "\(message) is settled as \(end)\n"
    }
    return 0
  }

  private static func resolveMany(as end: String, _ invocation: Invocation) async throws -> Int32 {
    let resolution = try resolution(end)
    let arguments = invocation.arguments
    let found = try await invocation.client.perform(
      AmbiguousRequest(
        channel: arguments["channel"].map { ChannelName($0) },
        trigger: arguments["trigger"].map { TriggerID($0) }, since: arguments["since"]))
    let messages = found.answer.messages
    let count = messages.count == 1 ? "1 message" : "\(messages.count) messages"
    if !messages.isEmpty, !arguments.has("yes") {
      guard Terminal(descriptor: 0).isTerminal else {
        throw UsageError("\(count) would be settled as \(end); add --yes", "reprise resolve")
      }
      Console.complain("\(count) would be settled as \(end). Type the number to go on: ")
      guard readLine() == "\(messages.count)" else {
        Console.complain("nothing was done\n")
        return EXIT_FAILURE
      }
    }
    let reply = try await invocation.client.perform(ResolveManyRequest(messages: messages, as: resolution))
    let resolved = reply.answer.resolved
    invocation.show(reply) { _ in
      resolution == .retry
        ? "\(resolved) of \(count) go out again, within a day\n"
        : "\(resolved) of \(count) settled as \(end)\n"
    }
    return 0
  }

  private static func resolution(_ end: String) throws -> Resolution {
    guard let resolution = Resolution(word: end) else {
      throw UsageError(
        "END is '\(end)', but must be one of \(ends.joined(separator: ", "))", "reprise resolve", near: end,
        among: ends)
    }
    return resolution
  }
}
