/// The text of one statement, with placeholders `?1`, `?2`, ... for both dialects.
///
/// Literals and constants are identified by address, so that prepared statements are found without hashing:
/// write statements as literals, or keep composed ones as constants. Never put values into the text.
package struct SQLText: ExpressibleByStringLiteral, Sendable, CustomStringConvertible {
  enum Form: Sendable {
    case literal(StaticString)
    case constant(Constant)
    case composed(String)
  }

  /// A text identified by reference.
  final class Constant: Sendable {
    let text: String

    init(_ text: String) { self.text = text }
  }

  let form: Form

  package init(stringLiteral literal: StaticString) { form = .literal(literal) }

  /// A statement composed once, for a `static let`: every connection that runs it keeps it forever.
  package init(constant text: String) { form = .constant(Constant(text)) }

  /// A statement composed at run time, from parts of the program only.
  package init(_ text: String) { form = .composed(text) }

  package var description: String {
    switch form {
    case .literal(let literal): literal.description
    case .constant(let constant): constant.text
    case .composed(let text): text
    }
  }
}

/// The kind of database.
package enum SQLDialect: String, Sendable {
  case sqlite
  case postgresql
}

/// The prepared statements of one connection, by text.
///
/// Not thread-safe; belongs to the connection's thread.
struct StatementCache<Statement> {
  private var byAddress: [UnsafePointer<UInt8>: Statement] = [:]
  /// Retains the constants, so that their addresses stay unique.
  private var byConstant: [ObjectIdentifier: (constant: SQLText.Constant, statement: Statement)] = [:]
  private var byText: [ExactText: Statement] = [:]

  /// Returns the statement for `sql`, prepared with `prepare` and kept if it is new.
  mutating func statement(
    for sql: SQLText, prepare: (String) throws(SQLError) -> Statement
  ) throws(SQLError) -> Statement {
    switch sql.form {
    case .literal(let literal) where literal.hasPointerRepresentation:
      // Two literals at one address can differ in length only if one is a prefix of the other. Linkers merge suffixes,
      // never prefixes, because of the terminating zero.
      if let known = byAddress[literal.utf8Start] { return known }
      let made = try statement(text: literal.description, prepare: prepare)
      byAddress[literal.utf8Start] = made
      return made
    case .literal(let literal): return try statement(text: literal.description, prepare: prepare)
    case .constant(let constant):
      if let known = byConstant[ObjectIdentifier(constant)] { return known.statement }
      let made = try statement(text: constant.text, prepare: prepare)
      byConstant[ObjectIdentifier(constant)] = (constant, made)
      return made
    case .composed(let text): return try statement(text: text, prepare: prepare)
    }
  }

  private mutating func statement(
    text: String, prepare: (String) throws(SQLError) -> Statement
  ) throws(SQLError) -> Statement {
    if let known = byText[text] { return known }
    let made = try prepare(text)
    byText[text] = made
    return made
  }

  var count: Int { byText.count }

  mutating func removeAll() {
    byAddress = [:]
    byConstant = [:]
    byText = [:]
  }
}
