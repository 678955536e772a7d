/// A time whose record was lost: the store was put back from a backup, and nobody can say what went out meanwhile.
package struct RecordGap: Equatable, Sendable {
  /// The last moment of which the store knows what was decided; not in the gap.
  package var from: Instant
  /// When the store was put back; in the gap.
  package var to: Instant

  package init(from: Instant, to: Instant) {
    self.from = from
    self.to = to
  }

  package func contains(_ instant: Instant) -> Bool { instant > from && instant <= to }
}
