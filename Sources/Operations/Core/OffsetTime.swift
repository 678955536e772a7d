package import Domain

/// A point in time as shown in answers: ISO 8601 with the UTC offset of the wall clock it is shown on.
package struct OffsetTime: JSONRepresentable, CustomStringConvertible {
  /// `2026-03-01T18:00:00+08:00`.
  package let text: String

  package init(_ instant: Instant, in zone: TimeZoneRules) { text = instant.iso8601(in: zone) }

  /// In UTC.
  package init(_ instant: Instant) { text = instant.iso8601 }

  package init(text: String) { self.text = text }

  /// `nil` outside the years 0001 to 9999, which ISO 8601 cannot express.
  package var instant: Instant? { Instant(iso8601: text) }

  package var description: String { text }

  package var json: JSON { .string(text) }
  package init(json: JSON) throws(JSONMismatch) { text = try String(json: json) }
}
