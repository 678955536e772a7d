internal import Domain
internal import Operations
internal import Platform
internal import Service
internal import Store

/// `reprise backup FILE`: a copy of the store, while the daemon works.
enum BackupCommand: Command {
  static let spec = CommandLineSpec.Command(
    "backup", "Copy the store into a file while the daemon works, and look through the copy",
    positionals: [.init("FILE", "where the copy goes; must not exist")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let target = try StoreTarget(invocation)
    let file = invocation.arguments.positionals[0]
    switch target.location {
    case .sqlite(let path):
      let contents = try await WorkerThread.run("backup") { try SQLiteBackup.make(of: path, to: file) }
      let answer = BackupAnswer(
        file: file, store: target.location.description, contents: BackupAnswer.Contents(contents))
      invocation.show(answer) { _ in
        "\(file): \(BackupText.text(contents))\n"
      }
    case .postgresql(let url):
      try await PostgresBackup.make(of: url, to: file, environment: invocation.processEnvironment)
      invocation.show(BackupAnswer(file: file, store: target.location.description)) { _ in
        "\(file): a dump of \(target.location)\n"
      }
    }
    return 0
  }
}

/// Describes the copy of a SQLite store.
enum BackupText {
  static func text(_ contents: SQLiteBackup.Contents) -> String {
    let size = DecimalText.grouped(contents.bytes)
    let last =
      contents.lastDecision.map { "last decision \(Instant(milliseconds: $0).iso8601)" } ?? "no decision yet"
    let noun = contents.customers == 1 ? "customer" : "customers"
    return "\(size) bytes, \(DecimalText.grouped(contents.customers)) \(noun), \(last)"
  }
}

extension BackupAnswer.Contents {
  fileprivate init(_ contents: SQLiteBackup.Contents) {
    self.init(
      bytes: contents.bytes, customers: contents.customers, schema: contents.schema,
      lastDecision: contents.lastDecision.map { OffsetTime(Instant(milliseconds: $0)) })
  }
}
