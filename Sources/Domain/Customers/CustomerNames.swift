/// The other ids of a customer who was known under several: what was said or sent under any of them counts for
/// all.
package struct CustomerNames: Equatable, Sendable {
  package struct Name: Equatable, Sendable {
    /// A customer id, of a user or a visitor.
    package var id: String
    /// When the shop said so.
    package var at: Instant

    package init(_ id: String, at: Instant) {
      self.id = id
      self.at = at
    }
  }

  /// Maximum ids of one customer, besides their own.
  package static let maximum = 100

  /// Sorted by the bytes of the id, without the customer's own.
  package private(set) var others: [Name]
  /// The id of the one who was known first: it decides about holdouts and the like, which must not change when
  /// two become one.
  package var first: String

  package init(first: String, others: [Name] = []) {
    self.first = first
    self.others = others.sorted { ExactText($0.id) < ExactText($1.id) }
  }

  package mutating func insert(_ name: Name) {
    let place = others.partitionIndex { !(ExactText($0.id) < ExactText(name.id)) }
    if place < others.count, others[place].id.hasSameBytes(as: name.id) { return }
    others.insert(name, at: place)
  }
}

extension Customer {
  /// All ids, their own first.
  package var ids: [String] { [id] + (names?.others.map(\.id) ?? []) }

  /// The id by which lots are drawn: holdouts, and the place in what is spread over days.
  package var lotID: String { names?.first ?? id }

  package func isKnown(as other: String) -> Bool {
    id.hasSameBytes(as: other) || names?.others.contains { $0.id.hasSameBytes(as: other) } ?? false
  }

  /// Whether the shop has no id for them under any name.
  package var isVisitor: Bool { Visitor.isVisitor(id) }
}
