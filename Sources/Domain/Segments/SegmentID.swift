/// A segment's id: the `segment:` of its file.
package struct SegmentID: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
{
  package let rawValue: String
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }
  package var description: String { rawValue }
  package static func < (a: SegmentID, b: SegmentID) -> Bool { a.rawValue < b.rawValue }

  /// Stands for all measures where what segments need is kept; no name of a segment has a colon.
  package static let measures: SegmentID = "measures:"
}
