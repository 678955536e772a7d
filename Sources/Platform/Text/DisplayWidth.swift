/// The width of text on a terminal, so that tables with Chinese names line up.
package enum DisplayWidth {
  /// The number of columns: 2 for wide East Asian characters and emoji, 0 for combining and zero-width ones
  /// and controls, 1 for the rest. A cluster of several characters, such as a family emoji, counts as its
  /// widest one.
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text.utf8.count }
    return text.reduce(0) { sum, character in
      let scalars = character.unicodeScalars
      let isEmoji = scalars.contains { $0.value == 0xFE0F }
      return sum + (isEmoji ? 2 : scalars.map(of).max() ?? 0)
    }
  }

  /// Pads the text to `columns`, on the left if `alignRight`; longer text is unchanged.
  package static func pad(_ text: String, to columns: Int, alignRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(columns - of(text), 0))
    return alignRight ? spaces + text : text + spaces
  }

  /// Cuts the text to at most `columns`, ending in `…` if anything was removed.
  package static func cut(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    var result = ""
    var width = 0
    for character in text {
      width += of(String(character))
      if width > columns - 1 { break }
      result.append(character)
    }
    return columns > 0 ? result + "…" : ""
  }

  /// The wide ranges of Unicode's EastAsianWidth.txt, W and F, joined across small gaps.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF:
      return 0
    case 0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
      0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
      0x20000...0x3FFFD:
      return 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark: return 0
      default: return 1
      }
    }
  }
}
