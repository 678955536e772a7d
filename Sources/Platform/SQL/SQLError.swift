/// A database error.
///
/// Contains no bound values and may be logged: `statement` has placeholders, and quoted data is removed from
/// the server's `message`.
package struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    /// A row with this key already exists.
    case uniqueViolation = "unique_violation"
    /// Any other violated constraint: check, not null, foreign key, type.
    case constraint
    /// A lock timeout, serialization conflict or deadlock: a retry of the transaction may succeed.
    case busy
    /// The disk is full, or the database has reached its maximum size.
    case full
    case readOnly = "read_only"
    /// Reading, writing or syncing failed; whether the last commit happened is unknown until the file is
    /// re-read.
    case io
    case corrupt
    case notADatabase = "not_a_database"
    case cannotOpen = "cannot_open"
    /// The server is gone or unreachable; whether a commit in flight happened is unknown.
    case connectionLost = "connection_lost"
    /// The server refuses the connection: wrong password, no such database. Waiting does not help.
    case refused
    /// The database belongs to another process now, or its file was replaced.
    case taken
    /// The statement is wrong, or uses a name that is not in the schema.
    case syntax
    /// A running statement was interrupted.
    case interrupted
    /// A value that no store can hold, such as a text with a NUL byte.
    case invalidValue = "invalid_value"
    /// The program used the connection incorrectly.
    case misuse
    case other
  }

  package let kind: Kind
  /// The database's message.
  package let message: String
  /// SQLite's extended result code in decimal, or the SQLSTATE; empty for our own errors.
  package let code: String
  /// The statement with placeholders; `nil` if none was running.
  package let statement: String?

  package init(_ kind: Kind, _ message: String, code: String = "", statement: String? = nil) {
    self.kind = kind
    self.message = message
    self.code = code
    self.statement = statement
  }

  /// Whether the database as a whole cannot be written now: any other transaction would have failed too.
  package var isStorageFailure: Bool {
    switch kind {
    case .full, .readOnly, .io, .corrupt, .notADatabase, .cannotOpen, .connectionLost, .refused, .taken: true
    default: false
    }
  }

  /// Whether the values are at fault: the same write would always fail, while others may succeed.
  package var concernsContent: Bool {
    switch kind {
    case .uniqueViolation, .constraint, .invalidValue: true
    default: false
    }
  }

  package var description: String {
    var text = "\(kind.rawValue.replacing("_", with: " ")): \(message)"
    if !code.isEmpty { text += " (code \(code))" }
    if let statement { text += " in: \(statement)" }
    return text
  }

  static func wrongCount(bound: Int, wanted: Int, in statement: String) -> SQLError {
    SQLError(.misuse, "the statement takes \(wanted) values, \(bound) were bound", statement: statement)
  }

  static func textHoldsNul(in statement: String) -> SQLError {
    SQLError(.invalidValue, "a text holds a NUL byte, which cannot be stored", statement: statement)
  }
}
