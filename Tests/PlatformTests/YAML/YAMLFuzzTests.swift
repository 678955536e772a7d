import Platform
import Support
import Testing

struct YAMLFuzzTests {
  private static let valid = Array(
    """
    trigger: win_back
    when: {lapsed: 90d}
    audience: customer.orders_count >= 1 and customer.lifetime_value >= 50   # 客户
    steps:
      - {channel: [sms, email], template: "winback/miss-you", note: 'it''s'}
      - after: 14d
        channel: email
        text: |
          two lines
          of text
        more: >-
          folded
    """.utf8)
  private static let pieces = [
    "[", "]", "{", "}", ":", ": ", "- ", "\n", "\r", "\t", "&a ", "*a", "!x ", "\"", "'", "|", ">", "---\n",
    "...\n", "%",
    "#", "\u{0}", "\u{202E}", "\\", "? ", ",", "\u{FEFF}", "客", "  ",
  ].map { Array($0.utf8) }

  @Test func `any bytes get an answer`() {
    var random = SeededGenerator()
    for round in 0..<rounds(3000) {
      var bytes: [UInt8]
      if round % 3 == 0 {
        bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
      } else if round % 3 == 1 {
        bytes = (0..<Int.random(in: 0...60, using: &random)).flatMap { _ in
          Self.pieces.randomElement(using: &random)!
        }
      } else {
        bytes = Self.valid
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          let piece = Self.pieces.randomElement(using: &random)!
          switch Int.random(in: 0...2, using: &random) {
          case 0: bytes.insert(contentsOf: piece, at: place)
          case 1: bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
          default: bytes.removeSubrange(place..<min(bytes.count, place + 5))
          }
          if bytes.isEmpty { bytes = Self.valid }
        }
      }
      let parsed = YAMLDocument(parsing: bytes)
      for problem in parsed.problems {
        let start = problem.span.start
        let isInside =
          start.offset >= 0 && start.offset <= bytes.count && start.line >= 1 && start.column >= 1
        #expect(isInside, "\(random), round \(round): \(problem) at \(start) of \(bytes)")
      }
      if let root = parsed.root {
        #expect(Self.isOrdered(root, within: bytes.count), "\(random), round \(round): \(bytes)")
      }
    }
  }

  /// Whether each node lies in the text and behind the start of the one around it.
  private static func isOrdered(_ node: YAMLNode, within count: Int) -> Bool {
    guard node.span.start.offset <= node.span.end.offset, node.span.end.offset <= count else { return false }
    switch node.content {
    case .scalar, .refused: return true
    case .sequence(let items):
      return items.allSatisfy { $0.span.start >= node.span.start && isOrdered($0, within: count) }
    case .mapping(let entries):
      return entries.allSatisfy {
        $0.keySpan.start >= node.span.start && $0.value.span.start >= $0.keySpan.start
          && isOrdered($0.value, within: count)
      }
    }
  }
}
