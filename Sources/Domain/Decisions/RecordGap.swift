/// A period whose record was lost: the store was restored from a backup, and what was sent meanwhile is
/// unknown.
package struct RecordGap: Equatable, Sendable {
  /// The last moment with known decisions; not part of the gap.
  package var from: Instant
  /// When the store was restored; part of the gap.
  package var to: Instant

  package init(from: Instant, to: Instant) {
    self.from = from
    self.to = to
  }

  package func contains(_ instant: Instant) -> Bool { instant > from && instant <= to }
}
