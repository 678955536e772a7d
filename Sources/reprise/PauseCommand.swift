internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise pause TRIGGER`.
enum PauseCommand: Command {
  static let spec = CommandLineSpec.Command(
    "pause", "Hold a trigger: nothing of it goes out until it is resumed",
    positionals: [.init("TRIGGER", "its name")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let name = invocation.arguments.positionals[0]
    let reply = try await invocation.client.perform(PauseRequest(trigger: TriggerID(name)))
    invocation.show(reply) {
      "\(name) is paused; what is due meanwhile waits, or expires. To go on: \($0.call("resume \(name)"))\n"
    }
    return 0
  }
}

/// `reprise resume TRIGGER`.
enum ResumeCommand: Command {
  static let spec = CommandLineSpec.Command(
    "resume", "Let a paused trigger go on", positionals: [.init("TRIGGER", "its name")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let name = invocation.arguments.positionals[0]
    let reply = try await invocation.client.perform(ResumeRequest(trigger: TriggerID(name)))
    invocation.show(reply) { _ in "\(name) goes on\n" }
    return 0
  }
}
