/// First and last name from one text.
///
/// The last word is the last name; a single word, such as 王小明, is the first name. If all letters are Chinese, Japanese
/// or Korean, the first word is the last name: 王 小明. A comma puts the last name first, as in lists: `Smith, John`;
/// but what follows it may be a suffix or a degree, which stays with the last name: `John Smith, Jr.`.
package struct FullName: Equatable, Sendable {
  package var first: String
  package var last: String?

  /// `nil` if the text shows nothing.
  package init?(_ text: String) {
    let parts = text.unicodeScalars.split { $0 == "," || $0 == "，" }.map { Self.words(of: $0) }
      .filter { !$0.isEmpty }
    guard !parts.isEmpty else { return nil }
    if parts.count == 2, let suffix = parts[1].last {
      if parts[1].count > 1 || !Self.isSuffix(suffix) {
        self.init(first: parts[1].joined(separator: " "), last: parts[0].joined(separator: " "))
        return
      }
      self.init(words: parts[0])
      if let name = last { last = name + ", " + suffix }
      return
    }
    self.init(words: parts.count == 1 ? parts[0] : Self.words(of: text.unicodeScalars[...]))
  }

  private init(first: String, last: String?) {
    self.first = first
    self.last = last
  }

  private init?(words: [String]) {
    guard let one = words.first else { return nil }
    if words.count == 1 {
      first = one
    } else if words.allSatisfy(Self.isEastAsian) {
      last = one
      first = words.dropFirst().joined(separator: " ")
    } else {
      last = words.last
      first = words.dropLast().joined(separator: " ")
    }
  }

  private static func words(of text: Substring.UnicodeScalarView) -> [String] {
    text.split { $0 == " " || $0 == "\u{3000}" }.map { String($0) }.filter { !$0.showsNothing }
  }

  private static func isSuffix(_ word: String) -> Bool {
    let letters = word.utf8.filter { $0 != UInt8(ascii: ".") }.map { ASCII.lowercased($0) }
    return suffixes.contains { $0.utf8.elementsEqual(letters) }
  }

  private static let suffixes = [
    "jr", "sr", "ii", "iii", "iv", "md", "phd", "esq", "dds", "dvm", "jd", "cpa", "mba", "rn",
  ]

  private static func isEastAsian(_ word: String) -> Bool {
    word.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      // The sign of repetition, kana with the middle dot, Hangul, Han.
      case 0x3005, 0x3007, 0x3040...0x30FF, 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF,
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
        true
      default: false
      }
    }
  }
}
