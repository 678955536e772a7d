/// What the rows of a file hold.
package enum ImportKind: String, Sendable, CaseIterable {
  case customers
  case orders
  case events
  case products
  case suppressions
  case consents
  /// Messages that another system sent.
  case sent

  /// The noun for `count` rows, singular or plural.
  package func noun(_ count: Int64) -> String {
    if self == .sent { return count == 1 ? "sent message" : "sent messages" }
    return count == 1 ? String(rawValue.dropLast()) : rawValue
  }
}
