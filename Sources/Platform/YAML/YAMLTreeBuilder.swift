/// Builds the tree from libyaml's events and refuses unsupported features.
///
/// libyaml is quadratic in the depth of a text, but looks ahead by only 1024 characters; stopping at the
/// first event that is too deep keeps any text cheap.
struct YAMLTreeBuilder {
  private(set) var root: YAMLNode?
  private(set) var problems: [YAMLProblem]

  private let text: YAMLText
  private let limits: YAMLDocument.Limits
  private var open: [Collection] = []
  private var isComplete = false

  /// An unfinished sequence or mapping.
  private struct Collection {
    let start: YAMLMark
    let isMapping: Bool
    let isRefused: Bool
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    var places: [ExactText: YAMLMark] = [:]
    var key: Key = .none

    enum Key {
      case none
      case name(String, YAMLSpan)
      /// The key was refused; its value is read and dropped.
      case refused
    }
  }

  init(text: YAMLText, limits: YAMLDocument.Limits) {
    self.text = text
    self.limits = limits
    problems = text.problems
  }

  /// Parses the whole text; afterwards `root` and `problems` are set.
  mutating func build() {
    let bytes = text.bytes
    bytes.withUnsafeBufferPointer { buffer in
      guard var parser = YAMLParser(text: text, buffer: buffer) else {
        let span = YAMLSpan(start: .start, end: .start)
        problems.append(YAMLProblem(.syntax, at: span, "out of memory"))
        return
      }
      do throws(YAMLProblem) {
        while !isComplete, problems.count < limits.problems {
          let (event, span) = try parser.next()
          try take(event, span)
        }
      } catch {
        problems.append(error)
        root = nil
      }
    }
    if !isComplete { root = nil }
  }

  private mutating func take(_ event: YAMLEvent, _ span: YAMLSpan) throws(YAMLProblem) {
    switch event {
    case .streamStart, .documentStart: break
    case .streamEnd: isComplete = true
    case .documentEnd:
      isComplete = true
      try refuseSecondDocument(after: span.end)
    case .alias(let name):
      problems.append(
        YAMLProblem(.alias, at: span, "aliases such as '*\(name)' are not used here", hint: "repeat the text")
      )
      close(YAMLNode(.refused, span: span))
    case .scalar(let scalar, let anchor, let tag):
      refuse(anchor: anchor, at: span)
      var node = scalar
      if tag == "tag:yaml.org,2002:str", node.style == .plain { node.style = .single_quoted }
      // Do not interpret a refused node as well: a second problem would be confusing.
      var isRefused = refuse(tag: tag, kinds: Self.scalarTags, at: span)
      if refuseControls(in: scalar.text, at: span) || isReplaced(span) { isRefused = true }
      close(YAMLNode(isRefused ? .refused : .scalar(node), span: span))
    case .sequenceStart(let anchor, let tag):
      refuse(anchor: anchor, at: span)
      let isRefused = refuse(tag: tag, kinds: ["seq"], at: span)
      try begin(Collection(start: span.start, isMapping: false, isRefused: isRefused), span)
    case .mappingStart(let anchor, let tag):
      refuse(anchor: anchor, at: span)
      let isRefused = refuse(tag: tag, kinds: ["map"], at: span)
      try begin(Collection(start: span.start, isMapping: true, isRefused: isRefused), span)
    case .sequenceEnd, .mappingEnd:
      guard let done = open.popLast() else { return }
      let whole = YAMLSpan(start: done.start, end: span.end)
      let content: YAMLNode.Content = done.isMapping ? .mapping(done.entries) : .sequence(done.items)
      close(YAMLNode(done.isRefused ? .refused : content, span: whole))
    }
  }

  private mutating func begin(_ collection: Collection, _ span: YAMLSpan) throws(YAMLProblem) {
    guard open.count < limits.depth else {
      throw YAMLProblem(.too_deep, at: span, "more than \(limits.depth) levels inside each other")
    }
    open.append(collection)
  }

  /// Adds a finished node to its parent.
  private mutating func close(_ node: YAMLNode) {
    guard !open.isEmpty else {
      root = node
      return
    }
    let last = open.count - 1
    guard open[last].isMapping else {
      open[last].items.append(node)
      return
    }
    switch open[last].key {
    case .none: open[last].key = key(from: node, in: last)
    case .refused: open[last].key = .none
    case .name(let name, let span):
      open[last].entries.append(YAMLEntry(key: name, keySpan: span, value: node))
      open[last].key = .none
    }
  }

  private mutating func key(from node: YAMLNode, in collection: Int) -> Collection.Key {
    guard let scalar = node.scalar else {
      if node.content != .refused {
        problems.append(
          YAMLProblem(
            .key_not_scalar, at: node.span, "a key must be plain text",
            hint: "if this is a value that begins with '{' or '[', put it in quotes"))
      }
      return .refused
    }
    if let first = open[collection].places[ExactText(scalar.text)] {
      problems.append(
        YAMLProblem(
          .duplicate_key, at: node.span, "key '\(scalar.text)' stands here twice",
          hint: "the first is on line \(first.line); remove one"))
      return .refused
    }
    open[collection].places[ExactText(scalar.text)] = node.span.start
    return .name(scalar.text, node.span)
  }

  // MARK: What is refused

  private static let scalarTags = ["str", "int", "float", "bool", "null"]

  private mutating func refuse(anchor: String?, at span: YAMLSpan) {
    guard let anchor else { return }
    problems.append(
      YAMLProblem(.anchor, at: span, "anchors such as '&\(anchor)' are not used here", hint: "remove it"))
  }

  /// Core tags are accepted where they match: the schema knows the type anyway.
  private mutating func refuse(tag: String?, kinds: [String], at span: YAMLSpan) -> Bool {
    let core = "tag:yaml.org,2002:"
    guard let tag else { return false }
    if tag.hasPrefix(core), kinds.contains(String(tag.dropFirst(core.count))) { return false }
    let shown = tag.hasPrefix(core) ? "!!" + tag.dropFirst(core.count) : tag
    problems.append(
      YAMLProblem(.tag, at: span, "the tag '\(shown)' is not used here", hint: "remove it"))
    return true
  }

  /// Whether a character in the node's text was refused before and replaced by another.
  private func isReplaced(_ span: YAMLSpan) -> Bool {
    text.problems.contains {
      $0.kind == .control_character && span.start.offset <= $0.span.start.offset
        && $0.span.start.offset < span.end.offset
    }
  }

  /// Refuses characters introduced by an escape in double quotes; those in the text itself were found before.
  private mutating func refuseControls(in value: String, at span: YAMLSpan) -> Bool {
    for scalar in value.unicodeScalars where scalar.value < 32 || scalar.value > 126 {
      guard let name = YAMLText.refusal(of: scalar.value) else { continue }
      problems.append(
        YAMLProblem(
          .control_character, at: span, "\(name) cannot stand in a value", hint: "remove its escape"))
      return true
    }
    return false
  }

  private mutating func refuseSecondDocument(after end: YAMLMark) throws(YAMLProblem) {
    var position = text.position(of: end)
    var mark = end
    let bytes = text.bytes
    while position < bytes.count {
      var next = position
      while next < bytes.count, bytes[next] != 10, bytes[next] != 13 { next += 1 }
      let line = bytes[position..<next].drop { $0 == 32 || $0 == 9 }
      let isMarker = line.starts(with: [0x2E, 0x2E, 0x2E])
      if let first = line.first, first != UInt8(ascii: "#"), !isMarker {
        mark.offset += position - text.position(of: end)
        var behind = mark
        behind.column += line.count
        behind.offset += line.count
        throw YAMLProblem(
          .second_document, at: YAMLSpan(start: mark, end: behind), "a second document begins here",
          hint: "a file holds one; put this into a file of its own")
      }
      if next + 1 < bytes.count, bytes[next] == 13, bytes[next + 1] == 10 { next += 1 }
      position = next + 1
      mark.line += 1
      mark.column = 1
    }
  }
}
