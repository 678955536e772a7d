/// The colours of the program's own words on a terminal.
///
/// What it paints holds a mark that is drawn anew for each process, until `VisibleText` prints it. Without the mark, a
/// customer's name could colour itself, and look like something that the program says.
package enum Paint {
  /// Hexadecimal digits.
  private static let mark = String(UInt64.random(in: (1 << 60)...(.max)), radix: 16)

  /// - Parameter colour: the parameters of an ANSI sequence, `31;1`.
  package static func painted(_ text: some StringProtocol, _ colour: String) -> String {
    "\u{1B}[\(mark);\(colour)m\(text)\u{1B}[\(mark);0m"
  }

  /// Takes what follows the escape character of a painted text, and gives the sequence that the terminal gets; `nil`,
  /// and takes nothing, where it is not ours.
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
