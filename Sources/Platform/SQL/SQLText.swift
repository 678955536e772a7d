/// The text of one statement, with the places of its values written `?1`, `?2`, ... in both dialects.
///
/// A literal and a constant are known by their address, so finding the prepared statement costs no hashing of the
/// text: write statements as literals, or keep a composed one as a constant. Values never stand in the text.
package struct SQLText: ExpressibleByStringLiteral, Sendable, CustomStringConvertible {
  enum Form: Sendable {
    case literal(StaticString)
    case constant(Constant)
    case composed(String)
  }

  /// A text that is known by its identity.
  final class Constant: Sendable {
    let text: String

    init(_ text: String) { self.text = text }
  }

  let form: Form

  package init(stringLiteral literal: StaticString) { form = .literal(literal) }

  /// A statement composed once, to be kept in a `static let`: every connection that runs it keeps it for good.
  package init(constant text: String) { form = .constant(Constant(text)) }

  /// A statement put together at run time, from parts that are all part of the program.
  package init(_ text: String) { form = .composed(text) }

  package var description: String {
    switch form {
    case .literal(let literal): literal.description
    case .constant(let constant): constant.text
    case .composed(let text): text
    }
  }
}

/// Which of the two databases a connection talks to.
package enum SQLDialect: String, Sendable {
  case sqlite
  case postgresql
}

/// The prepared statements of one connection, found by their text.
///
/// Not thread-safe; it belongs to the connection's thread.
struct StatementCache<Statement> {
  private var byAddress: [UnsafePointer<UInt8>: Statement] = [:]
  /// Holds the constants, so that their addresses mean nothing else meanwhile.
  private var byConstant: [ObjectIdentifier: (constant: SQLText.Constant, statement: Statement)] = [:]
  private var byText: [ExactText: Statement] = [:]

  /// The statement of `sql`, or what `prepare` makes of its text, which is then kept.
  mutating func statement(
    for sql: SQLText, prepare: (String) throws(SQLError) -> Statement
  ) throws(SQLError) -> Statement {
    switch sql.form {
    case .literal(let literal) where literal.hasPointerRepresentation:
      // Two literals at one address differ in length only when one is the head of the other, and linkers
      // merge tails, never heads: the terminating zero stands between them.
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
