internal import Domain
internal import Glibc
internal import Platform
internal import Service
internal import Store

/// `reprise restore FILE`: puts a backup in the place of the store, and goes on with it so that nothing is sent twice.
enum RestoreCommand: Command {
  static let spec = CommandLineSpec.Command(
    "restore",
    "Put a backup in the place of the store, and go on so that nothing is sent twice; the daemon must be stopped",
    positionals: [.init("FILE", "what 'reprise backup' has made")],
    options: [.init("yes", "do not ask")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let target = try StoreTarget(invocation)
    let file = invocation.arguments.positionals[0]
    guard Files.exists(file) else { throw ServiceError("there is no \(file)", exitCode: EX_NOINPUT) }
    guard !invocation.client.isDaemonRunning else {
      throw ServiceError("a daemon uses \(target.location); stop it first", exitCode: 73)
    }
    let question =
      "\(target.text) What it holds is replaced by \(file). What fell due since that backup will not be sent, and what stood in its outbox becomes ambiguous."
    guard try Confirmation.isGiven(question, word: "restore", invocation, command: "reprise restore") else {
      return EXIT_FAILURE
    }
    switch target.location {
    case .sqlite(let path):
      var bar = ProgressBar(
        "restoring", total: try Files.status(file).size, unit: "bytes", write: { Console.draw($0) })
      let now = Timestamp.text(milliseconds: SystemTime.wallMilliseconds())
      let stamp = String(decoding: now.utf8.prefix(19).filter { (0x30...0x39).contains($0) }, as: UTF8.self)
      let restored = try SQLiteBackup.restore(file, to: path, stamp: stamp) { bar.update($0) }
      bar.finish()
      Console.complain("\(path): \(BackupText.text(restored.contents))\n")
      if let former = restored.former { Console.complain("The store that was there is \(former) now.\n") }
    case .postgresql(let url):
      try await PostgresBackup.restore(file, to: url, environment: invocation.processEnvironment)
    }
    let answer = try await invocation.client.perform(["command": "restored"])
    invocation.show(answer) { _ in RestoredText.text(answer) }
    return 0
  }
}
