import Domain

extension Renderer {
  mutating func render(_ branch: Branch) throws(RenderError) -> Interrupt? {
    for index in branch.arms.indices {
      guard let condition = branch.arms[index].condition else { return try render(branch.arms[index].block) }
      place = condition.comparisons[0].span
      let holds = try holds(condition)
      if holds != (index == 0 && branch.invertsFirst) { return try render(branch.arms[index].block) }
    }
    return nil
  }

  mutating func render(_ choice: Choice) throws(RenderError) -> Interrupt? {
    var isTaken = false
    for index in choice.arms.indices {
      guard let values = choice.arms[index].values else {
        if !isTaken, let interrupt = try render(choice.arms[index].block) { return interrupt }
        continue
      }
      for value in values where try areEqual(choice.subject, value) {
        isTaken = true
        if let interrupt = try render(choice.arms[index].block) { return interrupt }
      }
    }
    return nil
  }

  // MARK: Loops

  /// What a loop goes over, without a copy.
  private enum Items {
    case values([Value])
    case range(Int64, Int64)

    var count: Int {
      switch self {
      case .values(let values): values.count
      case .range(let first, let last):
        if last < first {
          0
        } else {
          switch last.subtractingReportingOverflow(first) {
          case (let length, false):
            Int(clamping: length).addingReportingOverflow(1).overflow ? .max : Int(length) + 1
          default: .max
          }
        }
      }
    }

    subscript(index: Int) -> LiquidValue {
      switch self {
      case .values(let values): .plain(values[index])
      case .range(let first, _): .integer(first + Int64(index))
      }
    }
  }

  private func items(_ value: LiquidValue) -> Items {
    switch value {
    case .plain(.array(let values)): .values(values)
    case .plain(.string(let text)), .safe(let text): .values(text.isEmpty ? [] : [.string(text)])
    case .plain(.object(let record)): .values(record.entries.map { .array([.string($0.name), $0.value]) })
    case .range(let first, let last): .range(first, last)
    default: .values([])
    }
  }

  /// Text is a list of one that `offset` and `limit` leave alone.
  private func isText(_ value: LiquidValue) -> Bool {
    switch value {
    case .plain(.string), .safe: true
    default: false
    }
  }

  /// The positions that `offset` and `limit` leave.
  private func window(_ count: Int, from: Int, limit: Int?) -> Range<Int> {
    let end =
      limit.map { from.addingReportingOverflow($0) }.map { $0.overflow ? .max : $0.partialValue } ?? .max
    let start = min(max(from, 0), count)
    return start..<max(start, min(end, count))
  }

  mutating func render(_ loop: Loop) throws(RenderError) -> Interrupt? {
    place = loop.span
    var from = 0
    switch loop.offset {
    case .none: break
    case .value(let expression): from = try wholeNumber(expression, loop.span) ?? 0
    case .continue: from = frame.loopOffsets[loop.identity] ?? 0
    }
    let collection = try required(loop.collection)
    let items = items(collection)
    let limit = try loop.limit.flatMap { (limit) throws(RenderError) in try wholeNumber(limit, loop.span) }
    let window = isText(collection) ? 0..<items.count : window(items.count, from: from, limit: limit)
    frame.loopOffsets[loop.identity] = from &+ window.count
    guard !window.isEmpty else {
      return try loop.otherwise.flatMap { (block) throws(RenderError) in try render(block) }
    }

    let state = LoopState(name: loop.name, length: window.count, parent: frame.loops.last)
    let outer = (frame.cells[loop.variable].local, frame.cells[loop.forloop].local)
    frame.loops.append(state)
    frame.cells[loop.forloop].local = .loop(state)
    for position in 0..<window.count {
      try chargeLoop()
      let index = loop.isReversed ? window.upperBound - 1 - position : window.lowerBound + position
      frame.cells[loop.variable].local = items[index]
      let interrupt = try render(loop.body)
      state.advance()
      if interrupt == .break { break }
    }
    frame.loops.removeLast()
    frame.cells[loop.variable].local = outer.0
    frame.cells[loop.forloop].local = outer.1
    return nil
  }

  mutating func render(_ table: Table) throws(RenderError) -> Interrupt? {
    place = table.span
    let collection = try required(table.collection)
    guard collection.isTruthy else { return nil }
    let items = items(collection)
    let from = try table.offset.map { (offset) throws(RenderError) in try leadingNumber(offset) } ?? 0
    let limit = try table.limit.map { (limit) throws(RenderError) in try leadingNumber(limit) }
    let columns = try table.columns.map { (columns) throws(RenderError) in try leadingNumber(columns) } ?? 0
    let window = isText(collection) ? 0..<items.count : window(items.count, from: from, limit: limit)

    append("<tr class=\"row1\">\n")
    let state = LoopState(name: "", length: window.count, parent: nil, columns: columns)
    let outer = (frame.cells[table.variable].local, frame.cells[table.tablerowloop].local)
    frame.cells[table.tablerowloop].local = .loop(state)
    for position in 0..<window.count {
      try chargeLoop()
      frame.cells[table.variable].local = items[window.lowerBound + position]
      append("<td class=\"col\(state.column)\">")
      let interrupt = try render(table.body)
      append("</td>")
      if interrupt == .break { break }
      if state.isLastColumn, !state.isLast { append("</tr>\n<tr class=\"row\(state.row + 1)\">") }
      state.advance()
    }
    frame.cells[table.variable].local = outer.0
    frame.cells[table.tablerowloop].local = outer.1
    append("</tr>\n")
    return nil
  }

  /// A number for `limit` and `offset` of `for`; nil is as if it were not there.
  private mutating func wholeNumber(_ expression: Expression, _ span: Span) throws(RenderError) -> Int? {
    let value = try required(expression)
    if value.isNull { return nil }
    do {
      return try integer(value)
    } catch {
      throw failure("'limit' and 'offset' must be whole numbers", at: span)
    }
  }

  private mutating func leadingNumber(_ expression: Expression) throws(RenderError) -> Int {
    switch try required(expression) {
    case .plain(.integer(let integer)): Int(integer)
    case .plain(.number(let number)): Int(exactly: number.rounded(.towardZero)) ?? 0
    case .plain(.string(let text)), .safe(let text): Int(leadingInteger(text.utf8))
    default: 0
    }
  }

  // MARK: Counters

  mutating func render(_ cycle: Cycle) throws(RenderError) {
    place = cycle.span
    let key: CycleKey =
      switch cycle.group {
      case .named(let expression): .named(try value(of: expression).value)
      case .unnamed(let identity): .unnamed(identity)
      }
    let position = frame.cycles[key] ?? 0
    if position < cycle.values.count { write(try required(cycle.values[position])) }
    frame.cycles[key] = position + 1 >= cycle.values.count ? 0 : position + 1
  }

  mutating func render(_ count: Count) throws(RenderError) {
    place = count.span
    var value: Int64 = 0
    if case .plain(.integer(let current))? = frame.counters[count.slot] { value = current }
    let next = count.isIncrement ? value &+ 1 : value &- 1
    append(String(count.isIncrement ? value : next))
    frame.counters[count.slot] = .integer(next)
    frame.cells[count.slot].root = .integer(next)
  }

  // MARK: Partials

  mutating func render(_ partial: Partial) throws(RenderError) {
    place = partial.span
    guard let template = context.library[partial.name] else {
      throw .missingTemplate(name: partial.name, at: location(partial.span))
    }
    switch partial.subject {
    case .none: try render(partial, template, nil, nil)
    case .with(let expression): try render(partial, template, try value(of: expression), nil)
    case .each(let expression):
      let value = try required(expression)
      guard value.isCollection else { return try render(partial, template, value, nil) }
      let items = items(value)
      let count = items.count
      let state = LoopState(name: partial.name, length: count, parent: nil)
      for index in 0..<count {
        try chargeLoop()
        try render(partial, template, items[index], state)
        state.advance()
      }
    }
  }

  private mutating func render(
    _ partial: Partial, _ template: Template, _ subject: LiquidValue?, _ state: LoopState?
  ) throws(RenderError) {
    var inner = Frame(template)
    if let state, let slot = template.slots["forloop"] { inner.cells[slot].assigned = .loop(state) }
    for parameter in partial.parameters {
      let value = try value(of: parameter.value)
      if let slot = template.slots[parameter.name] { inner.cells[slot].assigned = value }
    }
    if let subject, !subject.isNull, let slot = template.slots[partial.variable] {
      inner.cells[slot].assigned = subject
    }
    swap(&frame, &inner)
    _ = try render(template.block)
    swap(&frame, &inner)
  }
}

extension LiquidValue {
  fileprivate var isCollection: Bool {
    switch self {
    case .plain(.array), .plain(.object), .range: true
    default: false
    }
  }
}
