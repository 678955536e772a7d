/// A YAML text, parsed strictly: one document, no aliases, anchors, directives or foreign tags, no duplicate
/// keys.
///
/// Parsing never throws: problems are collected as long as parsing can continue, so that a file can be
/// corrected in one go. A text with a syntax error, too deep nesting or more than one document has no `root`.
/// Any bytes are safe as input; time and memory are at most linear in their number.
package struct YAMLDocument: Hashable, Sendable {
  /// Limits of the input.
  package struct Limits: Hashable, Sendable {
    /// In bytes; a longer text is refused unread.
    package var size = 1 << 20
    /// Nesting of sequences and mappings; deeper ones are refused at once.
    package var depth = 64
    /// Maximum problems reported per text; further ones are dropped.
    package var problems = 20

    package init() {}
  }

  /// The one document; `nil` for an empty text and for one that could not be parsed to its end.
  package private(set) var root: YAMLNode?
  /// In text order.
  package private(set) var problems: [YAMLProblem]

  /// Parses `bytes`, which are UTF-8 with or without a byte order mark.
  ///
  /// `origin` is the position of the first byte in the file; only its line and offset count, since `bytes`
  /// start a line.
  package init(parsing bytes: [UInt8], origin: YAMLMark = .start, limits: Limits = Limits()) {
    guard bytes.count <= limits.size else {
      let span = YAMLSpan(start: origin, end: origin)
      root = nil
      problems = [
        YAMLProblem(
          .too_large, at: span, "the file has \(bytes.count) bytes, more than \(limits.size)",
          hint: "split it")
      ]
      return
    }
    var text = YAMLText(checking: bytes, origin: origin, limit: limits.problems)
    guard text.isReadable else {
      root = nil
      problems = text.problems
      return
    }
    text.refuseDirectives()
    var builder = YAMLTreeBuilder(text: text, limits: limits)
    builder.build()
    root = builder.root
    problems = builder.problems.sorted { $0.span.start < $1.span.start }
    if problems.count > limits.problems { problems.removeLast(problems.count - limits.problems) }
  }
}
