package import Platform

/// Why a store cannot be opened or used.
package enum StoreError: Error, Equatable, CustomStringConvertible {
  case invalidURL(String)
  case newerSchema(found: Int, known: Int)
  /// `holder` is the process that holds it, if known.
  case locked(path: String, holder: Int32?)
  case damaged(path: String, findings: [String])
  /// The file is at commit `found`, although `confirmed` was durable.
  case lostCommits(path: String, found: Int64, confirmed: Int64)
  /// A server's database is at commit `found`, although this machine knows of `confirmed`.
  case olderDatabase(location: String, found: Int64, confirmed: Int64)
  /// A store wrote the file, but nothing next to it says which commits were confirmed.
  case foreignCopy(path: String)
  /// There is no database file, or an empty one, but these files of an earlier one exist.
  case remains(path: String, isEmpty: Bool, left: [String])
  /// The file has tables, but none of ours.
  case foreignDatabase(path: String)
  /// The server's database has tables with the names of ours that are not a store of ours.
  case foreignTables(location: String, tables: [String])
  case unsafeServer(setting: String)
  /// A file to restore is not a store.
  case noBackup(path: String, reason: String)
  /// There is nothing to copy.
  case absent(path: String)
  /// The output would overwrite another file.
  case inTheWay(path: String)
  case database(SQLError)
  case io(path: String, reason: String)

  /// The exit code of the process, by sysexits: 65 for data that is damaged, newer or not a store, 66 nothing
  /// there, 73 locked or in the way, 74 input/output, 78 settings.
  package var exitCode: Int32 {
    switch self {
    case .invalidURL, .unsafeServer: 78
    case .newerSchema, .damaged, .lostCommits, .olderDatabase, .foreignCopy, .remains, .foreignDatabase,
      .foreignTables, .noBackup:
      65
    case .absent: 66
    case .locked, .inTheWay: 73
    case .io: 74
    case .database(let error):
      switch error.kind {
      case .corrupt, .notADatabase: 65
      case .taken: 73
      case .refused: 78
      default: 74
      }
    }
  }

  package var description: String {
    switch self {
    case .invalidURL(let url):
      "store: '\(url)' is no store; write sqlite:///path/to/reprise.db or postgresql://user@host/database"
    case .newerSchema(let found, let known):
      "store: it was written by a newer reprise (schema \(found), this program knows \(known)); install that version again, or restore a backup from before the upgrade"
    case .locked(let path, let holder):
      "store: \(path) is in use by \(holder.map { "process \($0)" } ?? "another reprise"); stop that one first"
    case .damaged(let path, let findings):
      "store: \(path) is damaged (\(findings.prefix(3).joined(separator: "; "))); nothing was changed; restore a backup, or save what is readable with: sqlite3 \(path) .recover"
    case .lostCommits(let path, let found, let confirmed):
      "store: \(path) lacks its last changes (it stands at commit \(found), \(confirmed) was confirmed): a message already sent could be sent again; put \(path)-wal back if it was removed; if this is a backup put here on purpose, say so with: reprise restored"
    case .olderDatabase(let location, let found, let confirmed):
      "store: \(location) went back (it stands at commit \(found), this machine saw \(confirmed)): a message already sent could be sent again; if a backup was put back on purpose, say so with: reprise restored"
    case .foreignCopy(let path):
      "store: \(path) was put here from elsewhere (there is no \(path)-generation beside it): what was sent since it was copied could be sent again; say that it is a backup with: reprise restored"
    case .remains(let path, let isEmpty, let left):
      Self.remains(path, isEmpty, left.joined(separator: ", "))
    case .foreignDatabase(let path):
      "store: \(path) is a database of another program; give reprise a file of its own"
    case .foreignTables(let location, let tables):
      "store: \(location) holds tables that are no store of reprise (\(tables.joined(separator: ", "))), and which it would drop; nothing was changed; give reprise a database of its own, or remove them"
    case .unsafeServer(let setting):
      "store: the PostgreSQL server runs with \(setting), which can lose what it has acknowledged; switch it on"
    case .noBackup(let path, let reason): "store: \(path): \(reason)"
    case .absent(let path): "store: \(path): there is no such store"
    case .inTheWay(let path):
      "store: \(path): it is there already; give the backup another name, or remove it"
    case .database(let error): "store: \(error)"
    case .io(let path, let reason): "store: \(path): \(reason)"
    }
  }

  private static func remains(_ path: String, _ isEmpty: Bool, _ left: String) -> String {
    let state = isEmpty ? "\(path) is empty" : "there is no \(path)"
    let old = isEmpty ? "\(path), \(left)" : left
    return
      "store: \(state), though there is still \(left): a new store in its place would forget what was sent; put \(path) back; or put a backup there and say so with: reprise restored; or, to begin a new shop, move \(old) away"
  }
}
