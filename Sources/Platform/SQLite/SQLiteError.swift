internal import CSQLite
internal import Glibc

/// Maps SQLite's result codes to kinds of `SQLError` (https://sqlite.org/rescode.html).
enum SQLiteError {
  /// The error that the last call on `database` returned as `code`.
  static func last(of database: OpaquePointer, code: Int32, statement: String? = nil) -> SQLError {
    let words = String(cString: sqlite3_errmsg(database))
    // For other disk failures SQLite only says "disk I/O error" and hides the kernel's reason.
    if [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY].contains(code & 0xff),
      let cause = cause(code: code, system: sqlite3_system_errno(database))
    {
      return SQLError(cause.kind, cause.message, code: String(code), statement: statement)
    }
    return SQLError(kind(of: code), words, code: String(code), statement: statement)
  }

  /// The actual cause of an I/O error, if it is not the disk itself.
  ///
  /// - Parameter system: the errno of the failed call.
  static func cause(code: Int32, system: Int32) -> (kind: SQLError.Kind, message: String)? {
    switch system {
    case ENOSPC: return (.full, "the disk is full")
    case EDQUOT: return (.full, "the disk quota is used up")
    case EROFS: return (.readOnly, "the file system is read-only")
    // The WAL's index cannot be enlarged; SQLite gives no reason, but it is almost always this.
    default: return code == SQLITE_IOERR | (19 << 8) ? (.full, "the disk is full") : nil
    }
  }

  /// - Parameter code: a primary or extended result code.
  static func kind(of code: Int32) -> SQLError.Kind {
    // The low byte of an extended code is the primary one: 2067 is 19 (constraint) plus 8 (unique) in the
    // next byte.
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
