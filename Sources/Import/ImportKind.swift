/// What the rows of a file hold.
package enum ImportKind: String, Sendable, CaseIterable {
  case customers
  case orders
  case events
  case products
  case suppressions
  case consents
  /// Messages that another system has sent.
  case sent

  /// The word for `count` of them.
  package func noun(_ count: Int64) -> String {
    if self == .sent { return count == 1 ? "sent message" : "sent messages" }
    return count == 1 ? String(rawValue.dropLast()) : rawValue
  }
}
