/// The bytes of a YAML text after checks that libyaml does not make.
///
/// Characters not allowed in a file (controls, line separators, bidirectional overrides that make a line look
/// different from what it says) are reported and replaced by others of the same length, so that parsing can
/// continue with correct columns.
struct YAMLText {
  private(set) var bytes: [UInt8]
  private(set) var problems: [YAMLProblem] = []
  /// False if the text is not UTF-8 or has too many problems to be worth parsing.
  private(set) var isReadable = true

  private let origin: YAMLMark
  /// 3 if a byte order mark was removed.
  private var prefix = 0
  /// The byte offset of every 128th character; empty when each character is one byte.
  private var checkpoints: [Int] = []

  init(checking input: [UInt8], origin: YAMLMark, limit: Int) {
    self.origin = origin
    bytes = input
    if input.starts(with: [0xFE, 0xFF]) || input.starts(with: [0xFF, 0xFE]) {
      refuseEncoding("the file is UTF-16", at: origin)
      return
    }
    if input.starts(with: [0xEF, 0xBB, 0xBF]) {
      prefix = 3
      bytes.removeFirst(3)
    }
    check(limit: limit)
  }

  /// The mark of a character from libyaml's counts: `index` from the start, `line` and `column` from 0.
  func mark(index: Int, line: Int, column: Int) -> YAMLMark {
    YAMLMark(line: origin.line + line, column: column + 1, offset: origin.offset + prefix + offset(of: index))
  }

  /// The offset of a mark in `bytes`.
  func position(of mark: YAMLMark) -> Int { mark.offset - origin.offset - prefix }

  private func offset(of character: Int) -> Int {
    guard !checkpoints.isEmpty else { return min(character, bytes.count) }
    let checkpoint = min(character / 128, checkpoints.count - 1)
    var offset = checkpoints[checkpoint]
    var left = character - checkpoint * 128
    while left > 0, offset < bytes.count {
      offset += Self.length(lead: bytes[offset])
      left -= 1
    }
    return min(offset, bytes.count)
  }

  private static func length(lead: UInt8) -> Int {
    lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  }

  private mutating func refuseEncoding(_ message: String, at mark: YAMLMark) {
    isReadable = false
    problems.append(
      YAMLProblem(.wrong_encoding, at: YAMLSpan(start: mark, end: mark), message, hint: "save it as UTF-8"))
  }

  private mutating func check(limit: Int) {
    var offset = 0
    var mark = YAMLMark(line: origin.line, column: 1, offset: origin.offset + prefix)
    var characters = 0
    var table: [Int] = []
    while offset < bytes.count {
      if characters % 128 == 0 { table.append(offset) }
      guard let (scalar, length) = decode(at: offset) else {
        mark.offset = origin.offset + prefix + offset
        refuseEncoding("byte 0x\(String(bytes[offset], radix: 16)) is not UTF-8", at: mark)
        return
      }
      if let name = Self.refusal(of: scalar) {
        mark.offset = origin.offset + prefix + offset
        var end = mark
        end.column += 1
        end.offset += length
        problems.append(
          YAMLProblem(
            .control_character, at: YAMLSpan(start: mark, end: end), "\(name) cannot stand in a file",
            hint: "remove it"))
        guard problems.count < limit else {
          isReadable = false
          return
        }
        bytes.replaceSubrange(offset..<offset + length, with: Self.replacement(length: length))
      }
      let isBreak = scalar == 10 || (scalar == 13 && !(offset + 1 < bytes.count && bytes[offset + 1] == 10))
      mark.column = isBreak ? 1 : mark.column + 1
      if isBreak { mark.line += 1 }
      offset += length
      characters += 1
    }
    if characters != bytes.count { checkpoints = table }
  }

  private static func replacement(length: Int) -> [UInt8] {
    switch length {
    case 1: [0x3F]
    case 2: [0xC2, 0xBF]
    default: [0xEF, 0xBF, 0xBD]
    }
  }

  /// The scalar at `offset` and its length in bytes; `nil` if the bytes are not well-formed UTF-8.
  private func decode(at offset: Int) -> (scalar: UInt32, length: Int)? {
    let lead = bytes[offset]
    if lead < 0x80 { return (UInt32(lead), 1) }
    guard (0xC2...0xF4).contains(lead) else { return nil }
    let length = Self.length(lead: lead)
    guard offset + length <= bytes.count else { return nil }
    var scalar = UInt32(lead) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for next in bytes[offset + 1..<offset + length] {
      guard next & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard scalar >= smallest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
    return (scalar, length)
  }

  /// The reason for refusing a character, by its name; `nil` if it is allowed.
  ///
  /// Characters written as escapes (`"\u202e"`) are checked against the same list.
  static func refusal(of scalar: UInt32) -> String? {
    switch scalar {
    case 9, 10, 13: nil
    case 0: "a NUL character"
    case 1..<32, 127..<160: "the control character \(codePoint(scalar))"
    case 0x202A...0x202E, 0x2066...0x2069: "the text direction override \(codePoint(scalar))"
    case 0x2028, 0x2029: "the line separator \(codePoint(scalar))"
    case 0xFEFF: "a byte order mark (U+FEFF) behind the start"
    case 0xFFFE, 0xFFFF: "the non-character \(codePoint(scalar))"
    default: nil
    }
  }

  private static func codePoint(_ scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Reports `%YAML` and `%TAG` lines before the document and turns them into comments.
  ///
  /// They are not supported, and libyaml compares each `%TAG` with all earlier ones.
  mutating func refuseDirectives() {
    var offset = 0
    var line = 0
    while offset < bytes.count {
      var end = offset
      while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
      let first = bytes[offset..<end].first { $0 != 32 && $0 != 9 }
      if bytes[offset] == UInt8(ascii: "%") {
        if !problems.contains(where: { $0.kind == .directive }) {
          let start = YAMLMark(
            line: origin.line + line, column: 1, offset: origin.offset + prefix + offset)
          let next = YAMLMark(line: start.line, column: 2, offset: start.offset + 1)
          problems.append(
            YAMLProblem(
              .directive, at: YAMLSpan(start: start, end: next), "YAML directives are not used here",
              hint: "remove the lines that begin with '%'"))
        }
        bytes[offset] = UInt8(ascii: "#")
      } else if first != nil, first != UInt8(ascii: "#") {
        return
      }
      if end + 1 < bytes.count, bytes[end] == 13, bytes[end + 1] == 10 { end += 1 }
      offset = end + 1
      line += 1
    }
  }
}
