import Domain

/// One render of one template: the variables so far, the output so far, and what it has used up.
struct Renderer {
  let context: RenderContext
  let escape: EscapeMode
  private(set) var output: [UInt8] = []
  var frame: Frame
  /// The place of the node being rendered, for errors that have none of their own.
  var place = Span.none
  private var steps = 0
  private var loopSteps = 0
  private var depth = 0

  /// What belongs to one template being rendered; a partial gets its own.
  struct Frame {
    /// Where the values of one name live. A loop's variable hides an assigned one, which hides the caller's.
    struct Cell {
      var local: LiquidValue?
      var assigned: LiquidValue?
      var root: LiquidValue?
    }

    let template: Template
    var cells: [Cell]
    var loops: [LoopState] = []
    var loopOffsets: [Int: Int] = [:]
    var cycles: [CycleKey: Int] = [:]
    var changed: [UInt8] = []
    /// What `increment` and `decrement` count, by slot.
    var counters: [Int: LiquidValue] = [:]

    init(_ template: Template) {
      self.template = template
      cells = Array(repeating: Cell(), count: template.slotNames.count)
    }
  }

  enum CycleKey: Hashable {
    case named(Value)
    case unnamed(Int)
  }

  init(_ template: Template, _ context: RenderContext) {
    self.context = context
    escape = template.escape
    frame = Frame(template)
    // Most of a mail comes from partials and values.
    output.reserveCapacity(template.source.bytes.count * 4)
  }

  mutating func run() throws(RenderError) {
    _ = try render(frame.template.block)
    try checkSize(output.count)
  }

  // MARK: Limits and errors

  func location(_ span: Span) -> TemplateLocation { frame.template.source.location(of: span.start) }

  func failure(_ message: String, at span: Span) -> RenderError {
    .invalid(message: message, at: location(span))
  }

  private func reached(_ limit: RenderLimit, _ value: Int) -> RenderError {
    .limitReached(limit, value: value, at: location(place))
  }

  mutating func charge(_ count: Int) throws(RenderError) {
    steps += count
    if steps > context.limits.totalSteps { throw reached(.totalSteps, context.limits.totalSteps) }
  }

  mutating func chargeLoop() throws(RenderError) {
    loopSteps += 1
    if loopSteps > context.limits.loopSteps { throw reached(.loopSteps, context.limits.loopSteps) }
  }

  func checkSize(_ bytes: Int) throws(RenderError) {
    if bytes > context.limits.outputBytes { throw reached(.outputBytes, context.limits.outputBytes) }
  }

  // MARK: Blocks

  /// Renders the nodes of a block; the answer is a `break` or `continue` that no loop inside has taken.
  mutating func render(_ block: Block) throws(RenderError) -> Interrupt? {
    depth += 1
    defer { depth -= 1 }
    if depth > context.limits.depth { throw reached(.depth, context.limits.depth) }
    for index in block.nodes.indices {
      if let interrupt = try render(block.nodes[index]) { return interrupt }
    }
    return nil
  }

  private mutating func render(_ node: Node) throws(RenderError) -> Interrupt? {
    try charge(1)
    switch node {
    case .text(let bytes):
      output.append(contentsOf: bytes)
      try checkSize(output.count)
    case .output(let node):
      place = node.pipeline.span
      let value = try self.value(of: node.pipeline)
      if context.isStrict, case .plain(.object) = value {
        let text = frame.template.source.text(node.pipeline.span)
        throw failure(
          "'\(text)' is an object, which cannot be printed; print one of its fields", at: node.pipeline.span)
      }
      write(value, startsURL: node.startsURL)
      try checkSize(output.count)
    case .assign(let slot, let pipeline):
      place = pipeline.span
      frame.cells[slot].assigned = try value(of: pipeline, allowsNull: true)
    case .capture(let slot, let block):
      let (bytes, interrupt) = try captured(block)
      let text = String(decoding: bytes, as: UTF8.self)
      frame.cells[slot].assigned = escape == .none ? .string(text) : .safe(text)
      return interrupt
    case .branch(let branch): return try render(branch)
    case .choice(let choice): return try render(choice)
    case .loop(let loop): return try render(loop)
    case .table(let table): return try render(table)
    case .cycle(let cycle): try render(cycle)
    case .count(let count): try render(count)
    case .partial(let partial): try render(partial)
    case .changed(let block):
      let (bytes, interrupt) = try captured(block)
      if bytes != frame.changed {
        frame.changed = bytes
        output.append(contentsOf: bytes)
      }
      return interrupt
    case .interrupt(let interrupt): return interrupt
    case .abort(let pipeline, let span):
      let reason = try value(of: pipeline, allowsNull: true)
      throw .aborted(reason: context.environment.text(reason.value), at: location(span))
    }
    return nil
  }

  /// Renders a block beside the output.
  private mutating func captured(_ block: Block) throws(RenderError) -> ([UInt8], Interrupt?) {
    var outer: [UInt8] = []
    swap(&outer, &output)
    let interrupt = try render(block)
    swap(&outer, &output)
    return (outer, interrupt)
  }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { output.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

  // MARK: Printing

  /// Prints a value as the template's escape mode wants it.
  mutating func write(_ value: LiquidValue, startsURL: Bool = false) {
    if startsURL, escape == .html, !isHarmlessURL(value) {
      append("#")
      return
    }
    switch value {
    case .plain(.null): break
    case .plain(.string(let text)): appendEscaped(text, escape, to: &output)
    case .plain(.integer(let integer)): append(String(integer))
    case .plain(let value): appendEscaped(context.environment.text(value), escape, to: &output)
    case .safe(let text): append(text)
    case .range, .loop: appendEscaped(text(value), escape, to: &output)
    }
  }

  private func isHarmlessURL(_ value: LiquidValue) -> Bool {
    switch value {
    case .plain(.string(let text)), .safe(let text): !runsCode(text)
    case .plain(.array), .plain(.object): !runsCode(text(value))
    default: true
    }
  }

  /// The text filters work on.
  func text(_ value: LiquidValue) -> String {
    switch value {
    case .plain(.string(let text)), .safe(let text): text
    case .plain(let value): context.environment.plainText(value)
    default: context.environment.plainText(value.value)
    }
  }
}
