/// A range of bytes in a template's source, `start ..< end`.
struct Span: Hashable, Sendable {
  var start: Int
  var end: Int

  static let none = Span(start: 0, end: 0)
}

/// The text of a template, with what is needed to report positions in it.
final class TemplateText: Sendable {
  let name: String
  let bytes: [UInt8]
  private let firstLine: Int
  private let firstColumn: Int
  private let lineStarts: [Int]
  /// The number of scalars before each block of the source, so that a position on a long line is found
  /// quickly.
  private let scalarsBefore: [Int32]
  private static let block = 64

  /// The text starts on line `firstLine` of its file (after front matter), at column `firstColumn`.
  init(_ text: String, name: String, firstLine: Int, firstColumn: Int = 1) {
    self.name = name
    self.firstLine = firstLine
    self.firstColumn = firstColumn
    bytes = Array(text.utf8)
    var starts = [0]
    var counts: [Int32] = []
    counts.reserveCapacity(bytes.count / Self.block + 1)
    var scalars: Int32 = 0
    for (offset, byte) in bytes.enumerated() {
      if offset % Self.block == 0 { counts.append(scalars) }
      if byte & 0xC0 != 0x80 { scalars &+= 1 }
      if byte == .lineFeed { starts.append(offset + 1) }
    }
    lineStarts = starts
    scalarsBefore = counts
  }

  /// The line within the file and the column in Unicode scalars, both from 1.
  func location(of offset: Int) -> TemplateLocation {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = (low == 0 ? firstColumn : 1) + scalars(in: Span(start: lineStarts[low], end: offset))
    return TemplateLocation(template: name, line: firstLine + low, column: column)
  }

  func diagnostic(
    _ message: String, _ kind: TemplateDiagnostic.Kind = .other, at span: Span, cause: String? = nil
  ) -> TemplateDiagnostic {
    let place = location(of: span.start)
    return TemplateDiagnostic(
      template: name, line: place.line, column: place.column, length: max(1, scalars(in: span)),
      message: message, kind: kind, cause: cause)
  }

  func text(_ span: Span) -> String {
    String(decoding: bytes[span.start..<max(span.start, span.end)], as: UTF8.self)
  }

  private func scalars(in span: Span) -> Int {
    guard span.start < span.end else { return 0 }
    return scalars(before: min(span.end, bytes.count)) - scalars(before: span.start)
  }

  private func scalars(before offset: Int) -> Int {
    guard !scalarsBefore.isEmpty else { return 0 }
    let block = min(offset / Self.block, scalarsBefore.count - 1)
    var count = Int(scalarsBefore[block])
    for byte in bytes[block * Self.block..<offset] where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")

  /// The characters matched by Ruby's `\s`.
  var isSpace: Bool { self == 0x20 || (self >= 9 && self <= 13) }
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
  /// The characters matched by Ruby's `\w`.
  var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
}
