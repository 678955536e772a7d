/// What a database refused or failed to do.
///
/// It never holds a bound value, so it may be logged: `statement` is the text with its placeholders, and what a
/// server quotes from the data is cut out of `message`.
package struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    /// A row with this key is already there.
    case uniqueViolation = "unique_violation"
    /// Any other broken constraint: check, not null, foreign key, type.
    case constraint
    /// A lock was not to be had in time, or a serialization conflict or deadlock: the same transaction may work later.
    case busy
    /// The disk, or the allowed size of the database, is used up.
    case full
    case readOnly = "read_only"
    /// Reading, writing or syncing failed; whether the last commit happened is unknown until the file is re-read.
    case io
    case corrupt
    case notADatabase = "not_a_database"
    case cannotOpen = "cannot_open"
    /// The server is gone or could not be reached; whether a commit in flight happened is unknown.
    case connectionLost = "connection_lost"
    /// The server answers and turns us away: a wrong password, no such database. Waiting does not mend it.
    case refused
    /// The database is no longer this process's: another one has taken it, or its file was replaced.
    case taken
    /// The statement itself is wrong, or names something that is not in the schema.
    case syntax
    /// A running statement was told to stop.
    case interrupted
    /// A value no store can keep, such as a text with a NUL byte.
    case invalidValue = "invalid_value"
    /// The program used the connection wrongly.
    case misuse
    case other
  }

  package let kind: Kind
  /// The database's own words.
  package let message: String
  /// SQLite's extended result code in decimal, or the SQLSTATE; empty when the error is our own.
  package let code: String
  /// The statement with placeholders; `nil` when no statement was running.
  package let statement: String?

  package init(_ kind: Kind, _ message: String, code: String = "", statement: String? = nil) {
    self.kind = kind
    self.message = message
    self.code = code
    self.statement = statement
  }

  /// Whether the database as a whole cannot be written just now: no other transaction would have gone through either.
  package var isStorageFailure: Bool {
    switch kind {
    case .full, .readOnly, .io, .corrupt, .notADatabase, .cannotOpen, .connectionLost, .refused, .taken: true
    default: false
    }
  }

  /// Whether the values are at fault: the same write fails for ever, and another may go through.
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
