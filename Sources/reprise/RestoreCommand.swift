internal import Domain
internal import Glibc
internal import Operations
internal import Platform
internal import Service
internal import Store

/// `reprise restore FILE`: replaces the store with a backup, and continues from it without sending anything
/// twice.
enum RestoreCommand: Command {
  static let spec = CommandLineSpec.Command(
    "restore",
    "Put a backup in the place of the store, and go on so that nothing is sent twice; the daemon must be stopped",
    positionals: [.init("FILE", "what 'reprise backup' has made")],
    options: [
      .init("yes", "do not ask"),
      .init("discard", "with PostgreSQL, keep no dump of the store that is there"),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let target = try StoreTarget(invocation)
    let file = invocation.arguments.positionals[0]
    guard Files.exists(file) else { throw ServiceError("there is no \(file)", exitCode: EX_NOINPUT) }
    guard !invocation.client.isDaemonRunning else {
      throw ServiceError("a daemon uses \(target.location); stop it first", exitCode: 73)
    }
    let now = Timestamp.text(milliseconds: SystemTime.wallMilliseconds())
    let stamp = String(decoding: now.utf8.prefix(19).filter { (0x30...0x39).contains($0) }, as: UTF8.self)
    let former = try former(of: target.location, file, stamp, invocation)
    let end = former.map { "is kept as \($0)" } ?? "is gone then: --discard keeps nothing of it"
    let question =
      "\(target.text) What it holds is replaced by \(file), and \(end). What fell due since that backup will not be sent, and what stood in its outbox becomes ambiguous."
    guard try Confirmation.isGiven(question, word: "restore", invocation, command: "reprise restore") else {
      return EXIT_FAILURE
    }
    switch target.location {
    case .sqlite(let path):
      var bar = ProgressBar(
        "restoring", total: try Files.status(file).size, unit: "bytes", write: { Console.draw($0) })
      let restored = try SQLiteBackup.restore(file, to: path, stamp: stamp) { bar.update($0) }
      bar.finish()
      Console.complain("\(path): \(BackupText.text(restored.contents))\n")
      if let former = restored.former { Console.complain("The store that was there is \(former) now.\n") }
    case .postgresql(let url):
      let isKept = try await PostgresBackup.restore(
        file, to: url, keeping: former, environment: invocation.processEnvironment)
      if isKept, let former { Console.complain("The store that was there is \(former) now, a dump.\n") }
    }
    let reply = try await invocation.client.perform(RestoredRequest())
    invocation.show(reply) { RestoredText.text(reply, call: $0.call) }
    return 0
  }

  /// Where the current store will be kept: a file next to it, or for a server a dump next to the backup; `nil` if it
  /// is not kept.
  private static func former(
    of location: StoreLocation, _ file: String, _ stamp: String, _ invocation: Invocation
  ) throws -> String? {
    let discards = invocation.arguments.has("discard")
    switch location {
    case .sqlite(let path):
      guard !discards else {
        throw UsageError(
          "--discard is for PostgreSQL: a SQLite store costs no room to keep", "reprise restore")
      }
      return SQLiteBackup.formerPath(of: path, stamp: stamp)
    case .postgresql:
      return discards
        ? nil : FilePath.join(FilePath.directory(of: file), "before-restore-\(stamp).dump")
    }
  }
}
