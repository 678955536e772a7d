package import Platform

/// A template file, split into its YAML head and the text below.
///
/// The head is between a first line `---` and the next line `---`; a file without a first `---` has none.
package struct FrontMatter: Sendable {
  /// `nil` without a head. Its marks count from the start of the file.
  package let header: YAMLDocument?
  /// The byte range of the text below the head.
  package let body: Range<Int>
  /// The file's line on which the body starts, from 1.
  package let bodyLine: Int
  /// Problems of the split itself.
  package let diagnostics: [Diagnostic]

  package init(dividing source: SourceText) {
    let bytes = source.bytes
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let first = Self.line(bytes, at: start), first.isFence else {
      header = nil
      body = start..<bytes.count
      bodyLine = 1
      diagnostics = []
      return
    }
    var number = 2
    var position = first.next
    while let line = Self.line(bytes, at: position) {
      if line.isFence {
        let head = Array(bytes[first.next..<position])
        header = YAMLDocument(parsing: head, origin: YAMLMark(line: 2, column: 1, offset: first.next))
        body = line.next..<bytes.count
        bodyLine = number + 1
        diagnostics = header?.problems.map { Diagnostic($0, file: source.path) } ?? []
        return
      }
      position = line.next
      number += 1
    }
    header = nil
    body = bytes.count..<bytes.count
    bodyLine = number
    diagnostics = [
      Diagnostic(
        file: source.path, line: 1, column: 1, length: 3, message: "the head of this template is not closed",
        hint: "end it with a line '---'")
    ]
  }

  /// The line at `start`: whether it is `---`, and the start of the next. `nil` at the end of the text.
  private static func line(_ bytes: [UInt8], at start: Int) -> (isFence: Bool, next: Int)? {
    guard start < bytes.count else { return nil }
    var end = start
    while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
    let text = bytes[start..<end]
    let isFence =
      text.starts(with: [0x2D, 0x2D, 0x2D]) && text.dropFirst(3).allSatisfy { $0 == 32 || $0 == 9 }
    let isPair = end + 1 < bytes.count && bytes[end] == 13 && bytes[end + 1] == 10
    return (isFence, min(bytes.count, end + (isPair ? 2 : 1)))
  }
}
