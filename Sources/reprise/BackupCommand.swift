internal import Domain
internal import Glibc
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
      invocation.show(BackupText.json(contents, file: file, store: target.location)) { _ in
        "\(file): \(BackupText.text(contents))\n"
      }
    case .postgresql(let url):
      try await PostgresBackup.make(of: url, to: file, environment: invocation.processEnvironment)
      invocation.show(["file": .string(file), "store": .string(target.location.description)]) { _ in
        "\(file): a dump of \(target.location)\n"
      }
    }
    return 0
  }
}

/// What a copy of a SQLite store holds, as people and programs read it.
enum BackupText {
  static func text(_ contents: SQLiteBackup.Contents) -> String {
    let size = DecimalText.grouped(contents.bytes)
    let last =
      contents.lastDecision.map { "last decision \(Instant(milliseconds: $0).iso8601)" } ?? "no decision yet"
    let noun = contents.customers == 1 ? "customer" : "customers"
    return "\(size) bytes, \(DecimalText.grouped(contents.customers)) \(noun), \(last)"
  }

  static func json(_ contents: SQLiteBackup.Contents, file: String, store: StoreLocation) -> JSON {
    [
      "file": .string(file), "store": .string(store.description), "bytes": .integer(contents.bytes),
      "customers": .integer(contents.customers), "schema": .integer(Int64(contents.schema)),
      "last_decision": contents.lastDecision.map { .string(Instant(milliseconds: $0).iso8601) } ?? .null,
    ]
  }
}
