internal import CHandbook

/// One page of the operators' handbook, in Markdown.
package struct Topic: Hashable, Sendable {
  /// What it is asked for by, such as `triggers`.
  package let name: String
  /// Begins with a heading and a paragraph of one line, the summary.
  package let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Without its full stop.
  package var summary: String {
    let line = lines.dropFirst().first ?? ""
    return String(line.hasSuffix(".") ? line.dropLast() : line)
  }

  private var lines: [Substring] { text.split(separator: "\n", maxSplits: 2) }

  /// The page with what the program itself knows of its subject behind it.
  package func appending(_ markdown: String) -> Topic { Topic(name: name, text: text + "\n" + markdown) }

  /// The pages of `Sources/Handbook`, in the order in which an operator needs them.
  package static let embedded: [Topic] = UnsafeBufferPointer(
    start: handbook_pages(), count: handbook_page_count()
  ).map { page in
    let bytes = UnsafeBufferPointer(start: page.bytes, count: page.count)
    return Topic(name: String(cString: page.name), text: String(decoding: bytes, as: UTF8.self))
  }
}
