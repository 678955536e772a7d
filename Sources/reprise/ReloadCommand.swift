internal import Operations
internal import Platform
internal import Service

/// `reprise reload`: applies the current configuration files to the daemon, all or nothing.
enum ReloadCommand: Command {
  static let spec = CommandLineSpec.Command(
    "reload", "Let the daemon take over the configuration as it now stands")

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let reply = try await invocation.client.perform(ReloadRequest())
    invocation.show(reply) { ReloadText.text(reply.answer, style: $0) }
    return 0
  }
}
