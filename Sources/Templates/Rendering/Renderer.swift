import Domain

/// One render of one template: its variables, its output, and the resources used.
struct Renderer {
  let context: RenderContext
  let escape: EscapeMode
  private(set) var output: [UInt8] = []
  var frame: Frame
  /// The position of the current node, for errors without their own.
  var place = Span.none
  /// The remaining units of `Work`.
  private(set) var remaining: Int
  private var loopSteps = 0
  private var depth = 0
  /// The number of loops started; each is numbered, from 1.
  private var loopCount: UInt32 = 0
  /// The loop whose item lacks the last missing value, or 0.
  var lacking: UInt32 = 0
  /// What comparisons make of missing values.
  var missing = Condition.MissingValues.areNil

  /// The state of one template being rendered; a partial gets its own.
  struct Frame {
    /// The values of one name. A loop's variable hides an assigned one, which hides the caller's.
    struct Cell {
      var local: LiquidValue?
      var assigned: LiquidValue?
      var root: LiquidValue?
      /// The loops that the items in `local` and `assigned` come from; 0 for none.
      var localOwner: UInt32 = 0
      var assignedOwner: UInt32 = 0
    }

    let template: Template
    var cells: [Cell]
    var loops: [LoopState] = []
    var loopOffsets: [Int: Int] = [:]
    var cycles: [CycleKey: Int] = [:]
    var changed: [UInt8] = []
    /// The counters of `increment` and `decrement`, by slot.
    var counters: [Int: LiquidValue] = [:]

    init(_ template: Template) {
      self.template = template
      cells = Array(repeating: Cell(), count: template.slotNames.count)
    }

    /// The cost of a copy, in cells.
    var size: Int {
      cells.count + loops.count + loopOffsets.count + cycles.count + counters.count + changed.count
        / Work.cell
    }
  }

  enum CycleKey: Hashable {
    case named(Value)
    case unnamed(Int)
  }

  init(_ template: Template, _ context: RenderContext) {
    self.context = context
    escape = template.escape
    remaining = Work.units(context.limits.totalSteps)
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

  /// Charges `units` of `Work`.
  @inline(__always)
  mutating func pay(_ units: Int) throws(RenderError) {
    remaining &-= units
    if remaining < 0 { throw exhausted() }
  }

  @inline(never)
  private mutating func exhausted() -> RenderError {
    remaining = 0
    return reached(.totalSteps, context.limits.totalSteps)
  }

  mutating func chargeLoop() throws(RenderError) {
    try pay(Work.step)
    loopSteps += 1
    if loopSteps > context.limits.loopSteps { throw tooManyRounds() }
  }

  func tooManyRounds() -> RenderError { reached(.loopSteps, context.limits.loopSteps) }

  /// Starts a loop and returns its number.
  mutating func beginLoop() -> UInt32 {
    loopCount &+= 1
    return loopCount
  }

  func checkSize(_ bytes: Int) throws(RenderError) {
    if bytes > context.limits.outputBytes { throw reached(.outputBytes, context.limits.outputBytes) }
  }

  // MARK: Blocks

  /// Renders the nodes of a block; returns a `break` or `continue` that no loop inside has handled.
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
    try pay(Work.step)
    switch node {
    case .text(let bytes): try append(bytes)
    case .output(let node):
      place = node.pipeline.span
      let value = try self.value(of: node.pipeline)
      if context.isStrict, case .plain(.object) = value {
        let text = frame.template.source.text(node.pipeline.span)
        throw failure(
          "'\(text)' is an object, which cannot be printed; print one of its fields", at: node.pipeline.span)
      }
      try write(value, startsURL: node.startsURL)
    case .assign(let slot, let pipeline):
      place = pipeline.span
      frame.cells[slot].assigned = try value(of: pipeline, allowsNull: true)
      frame.cells[slot].assignedOwner = owner(of: pipeline.base)
    case .capture(let slot, let block):
      let (bytes, interrupt) = try captured(block)
      try pay(bytes.count)
      let text = Self.text(bytes)
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
        try append(bytes)
      }
      return interrupt
    case .interrupt(let interrupt): return interrupt
    case .abort(let pipeline, let span):
      let reason = try value(of: pipeline, allowsNull: true)
      try pay(reading: reason)
      throw .aborted(reason: shortened(context.environment.text(reason.value), to: 500), at: location(span))
    }
    return nil
  }

  /// Renders a block without printing it.
  private mutating func captured(_ block: Block) throws(RenderError) -> ([UInt8], Interrupt?) {
    var outer: [UInt8] = []
    swap(&outer, &output)
    do throws(RenderError) {
      let interrupt = try render(block)
      swap(&outer, &output)
      return (outer, interrupt)
    } catch {
      swap(&outer, &output)
      throw error
    }
  }

  /// The output. Only whole texts are printed, so it is valid UTF-8.
  var text: String { Self.text(output) }

  private static func text(_ printed: [UInt8]) -> String {
    String(copying: UTF8Span(unchecked: printed.span))
  }

  // MARK: Printing

  // Nothing else appends to the output: everything printed is charged and stays within the limit.

  mutating func append(_ text: StaticString) throws(RenderError) {
    try pay(text.utf8CodeUnitCount)
    text.withUTF8Buffer { output.append(contentsOf: $0) }
    try checkSize(output.count)
  }

  mutating func append(_ text: String) throws(RenderError) {
    try pay(text.utf8.count)
    try checkSize(output.count + text.utf8.count)
    output.append(contentsOf: text.utf8)
  }

  private mutating func append(_ bytes: [UInt8]) throws(RenderError) {
    try pay(bytes.count)
    try checkSize(output.count + bytes.count)
    output.append(contentsOf: bytes)
  }

  private mutating func appendEscaped(_ text: String) throws(RenderError) {
    let start = output.count
    try checkSize(start + text.utf8.count)
    Templates.appendEscaped(text, escape, to: &output)
    try pay(text.utf8.count + output.count - start)
    try checkSize(output.count)
  }

  /// Truncates the output to `count` bytes.
  mutating func takeBack(to count: Int) { output.removeLast(output.count - count) }

  /// Prints a value in the template's escape mode.
  mutating func write(_ value: LiquidValue, startsURL: Bool = false) throws(RenderError) {
    if startsURL, escape == .html {
      try pay(reading: value)
      if !isHarmlessURL(value) { return try append("#" as StaticString) }
    }
    switch value {
    case .plain(.null): break
    case .plain(.string(let text)): try appendEscaped(text)
    case .plain(.integer(let integer)): try append(String(integer))
    case .plain(let plain):
      try pay(reading: value)
      try appendEscaped(context.environment.text(plain))
    case .safe(let text): try append(text)
    case .range, .loop: try appendEscaped(text(value))
    }
  }

  private func isHarmlessURL(_ value: LiquidValue) -> Bool {
    switch value {
    case .plain(.string(let text)), .safe(let text): !runsCode(text)
    case .plain(.array), .plain(.object): !runsCode(text(value))
    default: true
    }
  }

  /// The text for filters.
  func text(_ value: LiquidValue) -> String {
    switch value {
    case .plain(.string(let text)), .safe(let text): text
    case .plain(let value): context.environment.plainText(value)
    default: context.environment.plainText(value.value)
    }
  }

  /// A text shortened for an error.
  func shortened(_ text: String, to length: Int = 60) -> String {
    guard text.utf8.count > length else { return text }
    return String(text.unicodeScalars.prefix(length - 3)) + "..."
  }
}
