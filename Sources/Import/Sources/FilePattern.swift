/// A pattern for file names, `*.csv`: `*` matches any bytes, `?` one character. The case of ASCII letters does not
/// count, since exports may be called `ORDERS.CSV`.
package struct FilePattern: Equatable, Sendable {
  package let text: String
  private let parts: [UInt8]

  package init(_ text: String) {
    self.text = text
    parts = text.utf8.map(Self.folded)
  }

  package func matches(_ name: String) -> Bool {
    let name = name.utf8.map(Self.folded)
    var (place, part) = (0, 0)
    // Where to continue if the part after the last star does not match: the star then takes one byte more.
    var retry: (place: Int, part: Int)?
    while place < name.count {
      if part < parts.count, parts[part] == UInt8(ascii: "*") {
        part += 1
        retry = (place, part)
      } else if part < parts.count, parts[part] == UInt8(ascii: "?") {
        place = Self.end(ofCharacterAt: place, in: name)
        part += 1
      } else if part < parts.count, parts[part] == name[place] {
        place += 1
        part += 1
      } else if let last = retry {
        place = last.place + 1
        part = last.part
        retry = (place, part)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// Whether to skip a file whatever the pattern: hidden files, temporary files of programs that rename when they are
  /// done, and files of rejected rows.
  package static func isPassedOver(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix(".") || name.hasSuffix("~")
      || [".tmp", ".part", ".partial", ".filepart", ".crdownload", ".rejected.csv"].contains {
        name.hasSuffix($0)
      }
  }

  private static func end(ofCharacterAt place: Int, in name: [UInt8]) -> Int {
    var end = place + 1
    while end < name.count, name[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
