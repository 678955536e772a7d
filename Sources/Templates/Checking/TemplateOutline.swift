internal import Domain

extension Template {
  /// What the template can print, without any data: its literal text with every branch and fragment once, `mark` in
  /// place of the value of `name`, and `x` in place of any other value.
  ///
  /// Follows assignments, captures and arguments of fragments.
  ///
  /// - Parameter name: a path such as `unsubscribe_url`.
  /// - Returns: `nil` if the result would be larger than any message.
  package func outline(
    marking name: String, as mark: String, library: TemplateLibrary = TemplateLibrary()
  ) -> String? {
    var writer = OutlineWriter(name: name, mark: Array(mark.utf8), library: library)
    writer.write(self, given: [:])
    return writer.isCut ? nil : String(decoding: writer.out, as: UTF8.self)
  }
}

private struct OutlineWriter {
  let name: String
  let mark: [UInt8]
  let library: TemplateLibrary
  private(set) var out: [UInt8] = []
  /// Whether anything was left out.
  private(set) var isCut = false
  /// The remaining budget of bytes and nodes to write.
  private var budget = 4 << 20
  private var depth = 0
  private var template: Template?
  /// The outlines of the template's own variables, by slot.
  private var locals: [Int: [UInt8]] = [:]

  private static let other = Array("x".utf8)

  init(name: String, mark: [UInt8], library: TemplateLibrary) {
    self.name = name
    self.mark = mark
    self.library = library
  }

  mutating func write(_ template: Template, given: [ExactText: [UInt8]]) {
    guard depth < Parser.deepestNesting else {
      isCut = true
      return
    }
    depth += 1
    let outer = (self.template, locals)
    self.template = template
    locals = [:]
    for (name, text) in given {
      if let slot = template.slots[name] { locals[slot] = text }
    }
    write(template.block)
    (self.template, locals) = outer
    depth -= 1
  }

  private mutating func append(_ bytes: [UInt8]) {
    budget -= bytes.count
    guard budget > 0 else {
      isCut = true
      return
    }
    out += bytes
  }

  private mutating func write(_ block: Block) {
    for node in block.nodes {
      budget -= 1
      guard budget > 0, !isCut else {
        isCut = true
        return
      }
      write(node)
    }
  }

  private mutating func write(_ node: Node) {
    switch node {
    case .text(let bytes): append(bytes)
    case .output(let output): append(text(of: output.pipeline))
    case .assign(let slot, let pipeline): locals[slot] = text(of: pipeline)
    case .capture(let slot, let body):
      let before = out
      out = []
      write(body)
      locals[slot] = out
      out = before
    case .branch(let branch): for arm in branch.arms { write(arm.block) }
    case .choice(let choice): for arm in choice.arms { write(arm.block) }
    case .loop(let loop):
      write(loop.body)
      if let otherwise = loop.otherwise { write(otherwise) }
    case .table(let table): write(table.body)
    case .changed(let body): write(body)
    case .cycle(let cycle): for value in cycle.values { append(text(of: value)) }
    case .count: append(Self.other)
    case .partial(let partial): write(partial)
    case .interrupt, .abort: break
    }
  }

  private mutating func write(_ partial: Partial) {
    guard let fragment = library[partial.name] else { return }
    var given: [ExactText: [UInt8]] = [:]
    for (name, value) in partial.parameters { given[ExactText(name)] = text(of: value) }
    switch partial.subject {
    case .none: break
    case .with(let expression), .each(let expression):
      given[ExactText(partial.variable)] = text(of: expression)
    }
    write(fragment, given: given)
  }

  private func text(of pipeline: Pipeline) -> [UInt8] {
    // Keeps all values, whatever the filters do with them.
    ([pipeline.base] + pipeline.calls.flatMap(\.arguments) + pipeline.others).flatMap { text(of: $0) }
  }

  private func text(of expression: Expression) -> [UInt8] {
    switch expression {
    case .literal(.string(let text)): Array(text.utf8)
    case .literal, .range, .blank, .empty: Self.other
    case .path(let path): text(of: path)
    }
  }

  private func text(of path: Path) -> [UInt8] {
    guard let template, case .slot(let slot) = path.root else { return Self.other }
    if let local = locals[slot] { return path.steps.isEmpty ? local : Self.other }
    var name = template.slotNames[slot]
    for step in path.steps {
      guard case .name(let part, _) = step else { return Self.other }
      name += "." + part
    }
    return name.hasSameBytes(as: self.name) ? mark : Self.other
  }
}
