/// Writes CSV (RFC 4180) with CR LF line ends.
package struct CSVWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private let separator: UInt8
  private let defendsFormulas: Bool
  private var isLineBegun = false

  /// - Parameter defendsFormulas: puts `'` before a field that begins with `=`, `+`, `-`, `@`, TAB, CR or LF and
  ///   quotes every field, so that a spreadsheet does not run what a customer wrote (OWASP, CSV Injection). A field
  ///   that begins with such a `'` of its own gets one more, so that `isDefended` tells which to take away. For
  ///   files that people open.
  package init(separator: UInt8 = UInt8(ascii: ","), defendsFormulas: Bool = true) {
    self.separator = separator
    self.defendsFormulas = defendsFormulas
  }

  package mutating func row(_ fields: some Sequence<String>) {
    for text in fields { field(text) }
    endRow()
  }

  package mutating func field(_ text: String) {
    if isLineBegun { bytes.append(separator) }
    var text = text
    text.withUTF8 { append($0) }
    isLineBegun = true
  }

  package mutating func endRow() {
    bytes += [0x0D, 0x0A]
    isLineBegun = false
  }

  /// What was written since the last call, for writing it to a file.
  package mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    let isFormula = defendsFormulas && CSVWriter.beginsFormula(text)
    let needsQuotes =
      defendsFormulas || text.contains { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
      // A row of one empty field would read as an empty line.
      || text.isEmpty && !isLineBegun
    guard needsQuotes else {
      bytes.append(contentsOf: text)
      return
    }
    bytes.append(0x22)
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in text {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  /// Whether the first byte of a field as it was written is the `'` of the defence, and no part of the text.
  package static func isDefended(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    field.first == UInt8(ascii: "'") && beginsFormula(field)
  }

  /// Whether a formula begins behind any number of `'`.
  private static func beginsFormula(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch text.first(where: { $0 != UInt8(ascii: "'") }) {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: true
    default: false
    }
  }
}
