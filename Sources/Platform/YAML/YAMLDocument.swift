/// A YAML text, parsed strictly: one document, no aliases, anchors, directives or foreign tags, no key twice.
///
/// Parsing never throws: problems are collected as long as the text can be followed, so that a file is
/// corrected in one go. A text with a syntax error, with nesting that is too deep or with more than one
/// document has no `root`. Any bytes are safe to hand in; time and memory grow with their number at most.
package struct YAMLDocument: Hashable, Sendable {
  /// How much is read before giving up.
  package struct Limits: Hashable, Sendable {
    /// Bytes; a longer text is refused unread.
    package var size = 1 << 20
    /// Sequences and mappings inside each other; deeper ones are refused at once.
    package var depth = 64
    /// Problems reported for one text; what follows is left out.
    package var problems = 20

    package init() {}
  }

  /// The one document; `nil` for an empty text and for one that could not be followed to its end.
  package private(set) var root: YAMLNode?
  /// In the order of the text.
  package private(set) var problems: [YAMLProblem]

  /// Parses `bytes`, which are UTF-8 with or without a byte order mark.
  ///
  /// `origin` is the place of the first byte in the file they come from; only its line and its offset count,
  /// since `bytes` begin a line.
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
