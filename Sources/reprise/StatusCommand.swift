internal import Domain
internal import Platform
internal import Service

/// `reprise status`: how things stand, and what needs a hand.
enum StatusCommand: Command {
  static let spec = CommandLineSpec.Command(
    "status", "Show queues, channels, today's counts, and what needs a hand",
    options: [.init("ambiguous", "only the messages nobody knows the end of")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let client = invocation.client
    if invocation.arguments.has("ambiguous") {
      let answer = try await client.perform(["command": "messages", "state": "ambiguous"])
      invocation.show(answer) { StatusText.ambiguous(answer, style: $0) }
      return 0
    }
    var status = try await client.perform(["command": "status"])
    let isClear = (status["queues"]?.objectValue ?? JSONObject()).allSatisfy {
      $0.value["ambiguous"]?.integerValue == 0
    }
    let ambiguous: JSON? =
      isClear ? nil : try await client.perform(["command": "messages", "state": "ambiguous"])
    if case .object(var object) = status, let messages = ambiguous?["messages"] {
      object["ambiguous"] = messages
      status = .object(object)
    }
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    invocation.show(status) { StatusText.text(status, ambiguous: ambiguous, now: now, style: $0) }
    return 0
  }
}
