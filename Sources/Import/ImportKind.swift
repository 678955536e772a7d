/// What the rows of a file hold.
package enum ImportKind: String, Sendable, CaseIterable {
  case customers
  case orders
  case events
  case products
  case suppressions
  case consents

  /// The word for `count` of them.
  package func noun(_ count: Int64) -> String { count == 1 ? String(rawValue.dropLast()) : rawValue }
}
