/// First and last name from one text.
///
/// The last word is the last name; a single word, such as 王小明, is the first name. If all letters are Chinese, Japanese
/// or Korean, the first word is the last name: 王 小明.
package struct FullName: Equatable, Sendable {
  package var first: String
  package var last: String?

  /// `nil` if the text shows nothing.
  package init?(_ text: String) {
    let words = text.unicodeScalars.split { $0 == " " || $0 == "\u{3000}" }.map { String($0) }
      .filter { !$0.showsNothing }
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
