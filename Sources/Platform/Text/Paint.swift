/// Colours the program's own words on a terminal.
///
/// Painted text contains a mark, random for each process, which `VisibleText` removes when it prints. Without the mark,
/// data such as a customer's name could contain colours and look like the program's own words.
package enum Paint {
  /// Hexadecimal digits.
  private static let mark = String(UInt64.random(in: (1 << 60)...(.max)), radix: 16)

  /// - Parameter colour: the parameters of an ANSI sequence, `31;1`.
  package static func painted(_ text: some StringProtocol, _ colour: String) -> String {
    "\u{1B}[\(mark);\(colour)m\(text)\u{1B}[\(mark);0m"
  }

  /// Consumes the part of a marked sequence after its escape character.
  ///
  /// - Returns: the sequence for the terminal; `nil`, with nothing consumed, if it has no mark.
  static func take(from rest: inout Substring.UnicodeScalarView) -> String? {
    let head = "[\(mark);".unicodeScalars
    guard rest.starts(with: head) else { return nil }
    let body = rest.dropFirst(head.count)
    guard let end = body.firstIndex(of: "m") else { return nil }
    let colour = String(Substring(body[..<end]))
    rest = rest[body.index(after: end)...]
    return "\u{1B}[\(colour)m"
  }
}
