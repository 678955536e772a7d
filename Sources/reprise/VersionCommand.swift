internal import Operations
internal import Platform
internal import Service

/// `reprise version`.
enum VersionCommand: Command {
  static let spec = CommandLineSpec.Command("version", "Print the version")

  static func run(_ invocation: Invocation) async throws -> Int32 {
    invocation.show(VersionAnswer(version: Version.text)) { _ in "reprise \(Version.text)\n" }
    return 0
  }
}
