internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise status`: the state of the program, and what needs attention.
enum StatusCommand: Command {
  static let spec = CommandLineSpec.Command(
    "status", "Show queues, channels, today's counts, and what needs a hand",
    options: [.init("ambiguous", "only the messages nobody knows the end of")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let client = invocation.client
    if invocation.arguments.has("ambiguous") {
      let reply = try await client.perform(MessagesRequest(state: .ambiguous))
      invocation.show(reply) { AmbiguousText.text(reply.answer.messages, style: $0) }
      return 0
    }
    var status = try await client.perform(StatusRequest())
    if status.answer.queues.contains(where: { $0.value[.ambiguous] > 0 }) {
      status.answer.ambiguous = try await client.perform(MessagesRequest(state: .ambiguous)).answer.messages
    }
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    invocation.show(status) { StatusText.text(status.answer, now: now, style: $0) }
    return 0
  }
}
