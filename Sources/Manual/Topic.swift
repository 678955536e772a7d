internal import CHandbook

/// One page of the operators' handbook, in Markdown.
package struct Topic: Hashable, Sendable {
  /// Its name in commands, such as `triggers`.
  package let name: String
  /// Starts with a heading and a one-line paragraph, the summary.
  package let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Without the full stop.
  package var summary: String {
    let line = lines.dropFirst().first ?? ""
    return String(line.hasSuffix(".") ? line.dropLast() : line)
  }

  private var lines: [Substring] { text.split(separator: "\n", maxSplits: 2) }

  /// The page followed by reference that the program generates.
  package func appending(_ markdown: String) -> Topic { Topic(name: name, text: text + "\n" + markdown) }

  /// The pages of `Sources/Handbook`, in the order an operator needs them.
  package static let embedded: [Topic] = UnsafeBufferPointer(
    start: handbook_pages(), count: handbook_page_count()
  ).map { page in
    let bytes = UnsafeBufferPointer(start: page.bytes, count: page.count)
    return Topic(name: String(cString: page.name), text: String(decoding: bytes, as: UTF8.self))
  }
}
