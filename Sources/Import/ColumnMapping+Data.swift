extension ColumnMapping {
  /// Whether a cell of the first line cannot be the name of a column, since an email address is in it, or it is a
  /// telephone number. In a file without a header that line is data, which nobody should read in an error.
  static func isData(_ cell: String) -> Bool {
    let bytes = Array(cell.utf8)
    return holdsAddress(bytes) || isTelephoneNumber(bytes)
  }

  /// Whether there is an `@` between letters or digits, with a point behind it, as in `ann@shop.example`.
  private static func holdsAddress(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { place in
      guard bytes[place] == UInt8(ascii: "@"), place > 0, isWord(bytes[place - 1]) else { return false }
      let domain = bytes[(place + 1)...].prefix {
        isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
      let labels = domain.split(separator: UInt8(ascii: "."))
      return labels.count > 1 && domain.first != UInt8(ascii: ".")
    }
  }

  /// Whether there are nine digits or more, and nothing else but what is written between the digits of such a number.
  private static func isTelephoneNumber(_ bytes: [UInt8]) -> Bool {
    let marks = Array("+-(). /".utf8)
    return bytes.allSatisfy { isDigit($0) || marks.contains($0) } && bytes.count(where: isDigit) >= 9
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 || byte == UInt8(ascii: "_")
  }
}
