import Domain
import Support
import Testing

/// Who is joined to whom, and who is not.
struct NameVerdictTests {
  private static func customer(_ id: String, _ names: String...) -> Customer {
    var customer = Customer(key: CustomerKey(Int64(id.utf8.count)), id: id)
    if !names.isEmpty {
      customer.name(names.map { CustomerNames.Name($0, at: Instant(milliseconds: 0)) }, first: id)
    }
    return customer
  }

  /// What is there already, what is said, and what follows: ids joined, ids added, or why not.
  struct Row: Sendable, CustomTestStringConvertible {
    var there: [Customer]
    var statement: NameStatement
    var outcome: String
    var testDescription: String {
      "\(statement.kind) \(statement.name) of \(statement.customerID): \(outcome)"
    }

    init(_ there: [Customer], _ kind: NameStatement.Kind, _ name: String, of id: String, _ outcome: String) {
      self.there = there
      statement = NameStatement(kind, name, of: id, at: Instant(milliseconds: 5), messageID: "m")
      self.outcome = outcome
    }

    var verdict: NameVerdict {
      func known(_ id: String) -> Customer? { there.first { $0.isKnown(as: id) } }
      return NameVerdict(statement, user: known(statement.customerID), holders: statement.names.map(known))
    }
  }

  private static let rows: [Row] = [
    // A call with both ids.
    Row([], .visitor, "v", of: "ann", "adds anonymous:v"),
    Row([customer("ann")], .visitor, "v", of: "ann", "adds anonymous:v"),
    Row([customer("anonymous:v")], .visitor, "v", of: "ann", "joins anonymous:v"),
    Row([customer("ann"), customer("anonymous:v")], .visitor, "v", of: "ann", "joins anonymous:v"),
    Row([customer("ann", "anonymous:v")], .visitor, "v", of: "ann", ""),
    Row([customer("ann", "bob", "anonymous:v")], .visitor, "v", of: "bob", ""),
    // Two people at one browser.
    Row([customer("ann", "anonymous:v"), customer("bob")], .visitor, "v", of: "bob", "of_another"),
    Row([customer("ann", "anonymous:v")], .visitor, "v", of: "bob", "of_another"),
    // A user and a visitor may be called the same.
    Row([customer("v")], .visitor, "v", of: "v", "adds anonymous:v"),
    // An alias of a user.
    Row([], .alias, "old", of: "ann", "adds old anonymous:old"),
    Row([customer("old")], .alias, "old", of: "ann", "joins old adds anonymous:old"),
    Row([customer("old"), customer("ann")], .alias, "old", of: "ann", "joins old adds anonymous:old"),
    Row([customer("ann", "old", "anonymous:old")], .alias, "old", of: "ann", ""),
    Row(
      [customer("bob", "old", "anonymous:old"), customer("ann")], .alias, "old", of: "ann",
      "joins bob"),
    // Of a visitor.
    Row([customer("anonymous:v")], .alias, "v", of: "ann", "joins anonymous:v adds v"),
    Row([customer("bob", "anonymous:v"), customer("ann")], .alias, "v", of: "ann", "of_another"),
    Row([customer("bob", "anonymous:v"), customer("v")], .alias, "v", of: "ann", "joins v"),
    // Rings.
    Row([customer("ann", "old", "anonymous:old")], .alias, "ann", of: "old", "cycle"),
    Row([customer("c", "a", "b")], .alias, "c", of: "a", "cycle"),
    Row([customer("c", "a", "b")], .alias, "a", of: "b", "adds anonymous:a"),
  ]

  @Test(arguments: rows) func `what is said of two ids has its outcome`(_ row: Row) {
    let verdict = row.verdict
    var words: [String] = []
    words += verdict.joined.map { "joins \($0.id)" }
    if !verdict.added.isEmpty { words.append("adds \(verdict.added.joined(separator: " "))") }
    words += [verdict.refusal?.rawValue].compactMap(\.self)
    #expect(words.joined(separator: " ") == row.outcome)
  }

  @Test func `nobody gets more than a hundred ids, however they come together`() {
    func crowd(_ id: String, _ range: Range<Int>) -> Customer {
      var customer = Customer(key: CustomerKey(1), id: id)
      customer.name(
        range.map { CustomerNames.Name("anonymous:\(id)\($0)", at: Instant(milliseconds: 0)) }, first: id)
      return customer
    }
    let visitor = NameStatement(.visitor, "v", of: "ann", at: Instant(milliseconds: 5), messageID: "m")
    #expect(NameVerdict(visitor, user: crowd("ann", 0..<98), holders: [nil]).added == ["anonymous:v"])
    #expect(NameVerdict(visitor, user: crowd("ann", 0..<99), holders: [nil]).refusal == .tooMany)
    let alias = NameStatement(.alias, "old", of: "ann", at: Instant(milliseconds: 5), messageID: "m")
    // Both forms of a former id count once.
    #expect(NameVerdict(alias, user: crowd("ann", 0..<98), holders: [nil, nil]).refusal == nil)
    #expect(
      NameVerdict(alias, user: crowd("ann", 0..<49), holders: [crowd("old", 0..<49), nil]).refusal == nil)
    #expect(
      NameVerdict(alias, user: crowd("ann", 0..<50), holders: [crowd("old", 0..<49), nil]).refusal == .tooMany
    )
  }
}
