package import Domain
package import Platform

/// Work that was in hand when the program ended by a trap, as the store remembers it.
package struct QuarantineRecord: Equatable, Sendable {
  /// What operators name it by.
  package var key: Int64
  package var item: WorkItem
  /// The shop's id; `nil` when nobody knows whose it is.
  package var customer: String?
  /// `welcome, order o-1`; empty when nothing is known of it.
  package var about: String
  /// Of the last trap.
  package var signal: String
  /// How often it alone was in hand; 0 when it was one of several.
  package var crashes: Int
  /// When the last trap became known, or an event was set aside.
  package var at: Instant
  /// Since when it is set aside; `nil` while it is only suspected.
  package var since: Instant?
  /// An event or request as it was sent.
  package var content: String?

  package var isSetAside: Bool { since != nil }
}

extension QuarantineRecord {
  /// So often it has to be in hand alone before it is set aside.
  package static let limit = 2
}
