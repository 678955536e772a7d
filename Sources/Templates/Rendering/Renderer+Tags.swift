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

  // MARK: Counters

  mutating func render(_ cycle: Cycle) throws(RenderError) {
    place = cycle.span
    let key: CycleKey =
      switch cycle.group {
      case .named(let expression): .named(try cycleName(expression))
      case .unnamed(let identity): .unnamed(identity)
      }
    let position = frame.cycles[key] ?? 0
    if position < cycle.values.count { try write(try required(cycle.values[position])) }
    frame.cycles[key] = position + 1 >= cycle.values.count ? 0 : position + 1
  }

  private mutating func cycleName(_ expression: Expression) throws(RenderError) -> Value {
    let name = try value(of: expression).value
    try pay(reading: name)
    return name
  }

  mutating func render(_ count: Count) throws(RenderError) {
    place = count.span
    var value: Int64 = 0
    if case .plain(.integer(let current))? = frame.counters[count.slot] { value = current }
    let next = count.isIncrement ? value &+ 1 : value &- 1
    try append(String(count.isIncrement ? value : next))
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
    case .with(let expression):
      let value = try value(of: expression)
      try render(partial, template, (value, owner(of: expression)), nil)
    case .each(let expression):
      let value = try required(expression)
      guard value.isCollection else {
        return try render(partial, template, (value, owner(of: expression)), nil)
      }
      let items = try items(value)
      var rounds = Rounds(items, 0..<items.count, owner: beginLoop())
      let start = output.count
      repeat {
        takeBack(to: start)
        let state = LoopState(name: partial.name, length: rounds.count, parent: nil)
        for round in 0..<rounds.count {
          try chargeLoop()
          do throws(RenderError) {
            try render(partial, template, (items[rounds.index(round)], rounds.owner), state)
          } catch {
            try leaveOut(round, because: error, of: &rounds)
          }
          state.advance()
        }
      } while try isAgain(&rounds, over: expression)
    }
  }

  private mutating func render(
    _ partial: Partial, _ template: Template, _ subject: (value: LiquidValue, owner: UInt32)?,
    _ state: LoopState?
  ) throws(RenderError) {
    try pay(template.slotNames.count * Work.cell + partial.parameters.count * Work.step)
    var inner = Frame(template)
    if let state, let slot = template.slots[ExactText("forloop")] {
      inner.cells[slot].assigned = .loop(state)
    }
    for parameter in partial.parameters {
      let value = try value(of: parameter.value)
      if let slot = template.slots[ExactText(parameter.name)] {
        inner.cells[slot].assigned = value
        inner.cells[slot].assignedOwner = owner(of: parameter.value)
      }
    }
    if let subject, !subject.value.isNull, let slot = template.slots[ExactText(partial.variable)] {
      inner.cells[slot].assigned = subject.value
      inner.cells[slot].assignedOwner = subject.owner
    }
    swap(&frame, &inner)
    defer { swap(&frame, &inner) }
    _ = try render(template.block)
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
