/// Writes CSV (RFC 4180) with CR LF line ends.
package struct CSVWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private let separator: UInt8
  private let defendsFormulas: Bool
  private var isLineBegun = false

  /// - Parameter defendsFormulas: for files that people open: quotes every field, and puts `'` before a field
  ///   that starts with `=`, `+`, `-`, `@`, TAB, CR or LF, so that a spreadsheet does not run a customer's
  ///   text (OWASP, CSV Injection). A field that already starts with such a `'` gets one more, so that
  ///   `isDefended` shows which one to remove.
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

  /// Returns and clears the output so far.
  package mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    let isFormula = defendsFormulas && CSVWriter.beginsFormula(text)
    let needsQuotes =
      defendsFormulas || text.contains { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
      // A row with a single empty field would read as an empty line.
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

  /// Whether a written field starts with a `'` added by this writer rather than one of its own.
  package static func isDefended(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    field.first == UInt8(ascii: "'") && beginsFormula(field)
  }

  /// Whether a formula character follows any number of leading `'`.
  private static func beginsFormula(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch text.first(where: { $0 != UInt8(ascii: "'") }) {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: true
    default: false
    }
  }
}
