internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise sources [NAME] [--now]`: the files that the daemon imports on its own.
enum SourcesCommand: Command {
  static let spec = CommandLineSpec.Command(
    "sources", "Show what the sources of files bring, or let them look for news at once",
    positionals: [.init("NAME", "only this source", count: .optional)],
    options: [.init("now", "look for news at once; a file that is still being written waits as always")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let request = SourcesRequest(
      source: invocation.arguments.positionals.first, isNow: invocation.arguments.has("now"))
    let reply = try await invocation.client.perform(request)
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    invocation.show(reply) { style in
      let text =
        reply.answer.sources.isEmpty
        ? "no sources; name them under sources: in reprise.yaml, see: \(style.call("help imports"))\n"
        : SourcesText.lines(reply.answer.sources, TimeText(now), style).joined(separator: "\n") + "\n"
      return request.isNow && !reply.answer.sources.isEmpty
        ? text + "looking for news now; see: \(style.call("sources"))\n" : text
    }
    return 0
  }
}
