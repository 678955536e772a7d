internal import CSQLite
internal import Glibc

/// SQLite's result codes as kinds of `SQLError` (https://sqlite.org/rescode.html).
enum SQLiteError {
  /// The error that the last call on `database` returned as `code`.
  static func last(of database: OpaquePointer, code: Int32, statement: String? = nil) -> SQLError {
    // SQLite's own words would be "unable to open database file" or "attempt to write a readonly database".
    if [.cannotOpen, .readOnly, .io].contains(kind(of: code)), sqlite3_system_errno(database) == EROFS {
      return SQLError(.readOnly, "the file system is read-only", code: String(code), statement: statement)
    }
    return SQLError(
      kind(of: code), String(cString: sqlite3_errmsg(database)), code: String(code), statement: statement)
  }

  /// - Parameter code: a primary or extended result code.
  static func kind(of code: Int32) -> SQLError.Kind {
    // The primary code is the low byte of the extended one: 2067 is 19 (constraint) with 8 (unique) above it.
    switch code {
    case 1555, 2067, 2579: return .uniqueViolation  // primary key, unique, rowid
    default: break
    }
    switch code & 0xff {
    case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: return .constraint
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy
    case SQLITE_FULL: return .full
    case SQLITE_READONLY, SQLITE_PERM: return .readOnly
    case SQLITE_IOERR: return .io
    case SQLITE_CORRUPT: return .corrupt
    case SQLITE_NOTADB: return .notADatabase
    case SQLITE_CANTOPEN: return .cannotOpen
    case SQLITE_INTERRUPT: return .interrupted
    case SQLITE_MISUSE, SQLITE_RANGE: return .misuse
    case SQLITE_ERROR, SQLITE_AUTH: return .syntax
    default: return .other
    }
  }
}
