import Domain

extension Renderer {
  /// The items of a loop over `value`.
  mutating func items(_ value: LiquidValue) throws(RenderError) -> LoopItems {
    switch value {
    case .plain(.array(let values)): return .values(values)
    case .plain(.string(let text)), .safe(let text): return .values(text.utf8.isEmpty ? [] : [.string(text)])
    case .plain(.object(let record)):
      try pay(record.count * Work.item)
      return .values(record.entries.map { .array([.string($0.name), $0.value]) })
    case .range(let first, let last): return .range(first, last)
    default: return .values([])
    }
  }

  /// Continues without the item of an iteration in which a value was missing; throws `error` if that is not possible.
  mutating func leaveOut(
    _ round: Int, because error: RenderError, of rounds: inout Rounds
  ) throws(RenderError) {
    guard rounds.note(round, error, lacking: lacking) else { throw error }
  }

  /// Whether the loop must be repeated because items were omitted. If no item is left, the value counts as missing for
  /// the item that the collection belongs to.
  mutating func isAgain(
    _ rounds: inout Rounds, over collection: Expression
  ) throws(RenderError) -> Bool {
    guard let reason = rounds.leaveOut() else { return false }
    guard rounds.count > 0 else {
      lacking = owner(of: collection)
      throw reason
    }
    return true
  }

  /// The frame to restart a loop from when it must be repeated. The first change after it copies all
  /// variables.
  private mutating func keptFrame() throws(RenderError) -> Frame {
    try pay(frame.size * Work.cell)
    return frame
  }

  private mutating func restore(_ before: Frame) throws(RenderError) {
    try pay(before.size * Work.cell)
    frame = before
  }

  // MARK: for

  mutating func render(_ loop: Loop) throws(RenderError) -> Interrupt? {
    place = loop.span
    var from = 0
    switch loop.offset {
    case .none: break
    case .value(let expression): from = try wholeNumber(expression, loop.span) ?? 0
    case .continue: from = frame.loopOffsets[loop.identity] ?? 0
    }
    let collection = try required(loop.collection)
    let items = try items(collection)
    let limit = try loop.limit.flatMap { (limit) throws(RenderError) in try wholeNumber(limit, loop.span) }
    let window = isText(collection) ? 0..<items.count : window(items.count, from: from, limit: limit)
    frame.loopOffsets[loop.identity] = from &+ window.count
    guard !window.isEmpty else {
      return try loop.otherwise.flatMap { (block) throws(RenderError) in try render(block) }
    }

    var rounds = Rounds(items, window, isReversed: loop.isReversed, owner: beginLoop())
    let start = output.count
    let before = try loop.body.changesState ? keptFrame() : nil
    try run(loop, items, &rounds)
    while try isAgain(&rounds, over: loop.collection) {
      takeBack(to: start)
      if let before { try restore(before) }
      try run(loop, items, &rounds)
    }
    return nil
  }

  private mutating func run(
    _ loop: Loop, _ items: LoopItems, _ rounds: inout Rounds
  ) throws(RenderError) {
    let state = LoopState(name: loop.name, length: rounds.count, parent: frame.loops.last)
    let variable = hide(loop.variable, by: rounds.owner)
    let forloop = hide(loop.forloop, by: 0)
    frame.loops.append(state)
    frame.cells[loop.forloop].local = .loop(state)
    defer {
      frame.loops.removeLast()
      show(loop.variable, variable)
      show(loop.forloop, forloop)
    }
    for round in 0..<rounds.count {
      try chargeLoop()
      frame.cells[loop.variable].local = items[rounds.index(round)]
      var interrupt: Interrupt?
      do throws(RenderError) {
        interrupt = try render(loop.body)
      } catch {
        try leaveOut(round, because: error, of: &rounds)
      }
      state.advance()
      if interrupt == .break { break }
    }
  }

  /// Hides a variable behind a loop's; returns what it hides.
  private mutating func hide(_ slot: Int, by owner: UInt32) -> (value: LiquidValue?, owner: UInt32) {
    let hidden = (frame.cells[slot].local, frame.cells[slot].localOwner)
    frame.cells[slot].localOwner = owner
    return hidden
  }

  private mutating func show(_ slot: Int, _ hidden: (value: LiquidValue?, owner: UInt32)) {
    frame.cells[slot].local = hidden.value
    frame.cells[slot].localOwner = hidden.owner
  }

  // MARK: tablerow

  mutating func render(_ table: Table) throws(RenderError) -> Interrupt? {
    place = table.span
    let collection = try required(table.collection)
    guard collection.isTruthy else { return nil }
    let items = try items(collection)
    let from =
      try table.offset.map { (offset) throws(RenderError) in try leadingNumber(offset, table.span) } ?? 0
    let limit = try table.limit.map { (limit) throws(RenderError) in try leadingNumber(limit, table.span) }
    let columns = try table.columns.map { (columns) throws(RenderError) in
      try leadingNumber(columns, table.span)
    }
    let window = isText(collection) ? 0..<items.count : window(items.count, from: from, limit: limit)

    var rounds = Rounds(items, window, owner: beginLoop())
    let start = output.count
    let before = try table.body.changesState ? keptFrame() : nil
    try run(table, items, columns: columns, &rounds)
    while try isAgain(&rounds, over: table.collection) {
      takeBack(to: start)
      if let before { try restore(before) }
      try run(table, items, columns: columns, &rounds)
    }
    return nil
  }

  private mutating func run(
    _ table: Table, _ items: LoopItems, columns: Int?, _ rounds: inout Rounds
  ) throws(RenderError) {
    try append("<tr class=\"row1\">\n" as StaticString)
    let state = LoopState(name: "", length: rounds.count, parent: nil, columns: columns ?? rounds.count)
    let variable = hide(table.variable, by: rounds.owner)
    let tablerowloop = hide(table.tablerowloop, by: 0)
    frame.cells[table.tablerowloop].local = .loop(state)
    defer {
      show(table.variable, variable)
      show(table.tablerowloop, tablerowloop)
    }
    for round in 0..<rounds.count {
      try chargeLoop()
      frame.cells[table.variable].local = items[rounds.index(round)]
      try append("<td class=\"col\(state.column)\">")
      var interrupt: Interrupt?
      do throws(RenderError) {
        interrupt = try render(table.body)
      } catch {
        try leaveOut(round, because: error, of: &rounds)
      }
      try append("</td>" as StaticString)
      if interrupt == .break { break }
      if state.isLastColumn, !state.isLast { try append("</tr>\n<tr class=\"row\(state.row + 1)\">") }
      state.advance()
    }
    try append("</tr>\n" as StaticString)
  }

  // MARK: Windows

  /// Text is a list of one, unaffected by `offset` and `limit`.
  private func isText(_ value: LiquidValue) -> Bool {
    switch value {
    case .plain(.string), .safe: true
    default: false
    }
  }

  /// The range that `offset` and `limit` select.
  private func window(_ count: Int, from: Int, limit: Int?) -> Range<Int> {
    let end =
      limit.map { from.addingReportingOverflow($0) }.map { $0.overflow ? .max : $0.partialValue } ?? .max
    let start = min(max(from, 0), count)
    return start..<max(start, min(end, count))
  }

  /// A number for `limit` and `offset` of `for`; `nil` means absent.
  private mutating func wholeNumber(_ expression: Expression, _ span: Span) throws(RenderError) -> Int? {
    let value = try required(expression)
    if value.isNull { return nil }
    try pay(reading: value)
    do {
      return try integer(value)
    } catch {
      throw failure("'limit' and 'offset' must be whole numbers", at: span)
    }
  }

  /// A number for `cols`, `limit` and `offset` of `tablerow`: the numeric prefix of a text, 0 for `nil`.
  private mutating func leadingNumber(_ expression: Expression, _ span: Span) throws(RenderError) -> Int {
    switch try required(expression) {
    case .plain(.integer(let integer)): return Int(integer)
    case .plain(.number(let number)) where number.isFinite:
      return Int(exactly: number.rounded(.towardZero)) ?? 0
    case .plain(.string(let text)), .safe(let text):
      try pay(text.utf8.count)
      return Int(leadingInteger(text.utf8))
    case .plain(.null): return 0
    default: throw failure("'cols', 'limit' and 'offset' must be whole numbers", at: span)
    }
  }
}
