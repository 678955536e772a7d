import Domain

extension Renderer {
  // MARK: Values

  mutating func value(of expression: Expression) throws(RenderError) -> LiquidValue {
    switch expression {
    case .literal(let value): return .plain(value)
    case .path(let path): return try value(of: path)
    case .range(let from, let through, let span):
      return .range(
        try bound(from, span, isLiteral: isLiteral(through)),
        try bound(through, span, isLiteral: isLiteral(from)))
    case .blank, .empty: return .string("")
    }
  }

  /// The value of an expression that must have one: a missing variable ends the render.
  mutating func required(_ expression: Expression) throws(RenderError) -> LiquidValue {
    let value = try value(of: expression)
    if context.isStrict, value.isNull, let path = expression.path { throw missing(path) }
    return value
  }

  private mutating func missing(_ path: Path) -> RenderError {
    lacking = owner(of: .path(path))
    return .missingVariable(name: path.text, at: location(path.span))
  }

  /// The loop that a value's item belongs to, or 0.
  func owner(of expression: Expression) -> UInt32 {
    guard case .path(let path) = expression, case .slot(let slot) = path.root else { return 0 }
    let cell = frame.cells[slot]
    return cell.local != nil ? cell.localOwner : cell.assigned != nil ? cell.assignedOwner : 0
  }

  private func isLiteral(_ expression: Expression) -> Bool {
    if case .literal = expression { true } else { false }
  }

  /// An end of a range. Fractions are truncated if both ends are literals; elsewhere Liquid refuses them.
  private mutating func bound(
    _ expression: Expression, _ span: Span, isLiteral other: Bool
  ) throws(RenderError) -> Int64 {
    switch try required(expression) {
    case .plain(.integer(let integer)): return integer
    case .plain(.null): return 0
    case .plain(.string(let text)), .safe(let text):
      try pay(text.utf8.count)
      return leadingInteger(text.utf8)
    case .plain(.number(let number)) where other && isLiteral(expression):
      return Int64(exactly: number.rounded(.towardZero)) ?? 0
    default: throw failure("a range goes from one whole number to another", at: span)
    }
  }

  mutating func value(of path: Path) throws(RenderError) -> LiquidValue {
    var value: LiquidValue
    try pay(path.steps.count * Work.look)
    switch path.root {
    case .slot(let slot): value = lookUp(slot)
    case .computed(let expression):
      let key = try self.value(of: expression)
      try pay(reading: key)
      let name = text(key)
      value = frame.template.slots[ExactText(name)].map { lookUp($0) } ?? root(name)
    }
    for index in path.steps.indices {
      switch path.steps[index] {
      case .name(let name, let command): value = try select(name, command, from: value)
      case .index(let expression): value = try select(try self.value(of: expression), from: value)
      }
    }
    return value
  }

  mutating func lookUp(_ slot: Int) -> LiquidValue {
    if let local = frame.cells[slot].local { return local }
    if let assigned = frame.cells[slot].assigned { return assigned }
    if let root = frame.cells[slot].root { return root }
    let value = root(frame.template.slotNames[slot])
    frame.cells[slot].root = value
    return value
  }

  private func root(_ name: String) -> LiquidValue {
    // A computed name may be any text that a customer wrote.
    guard name.utf8.count <= Self.longestName else { return .null }
    return .plain(context.roots[name] ?? context.lazyRoot?(name) ?? .null)
  }

  private static let longestName = 256

  private mutating func select(
    _ name: String, _ command: Path.Command?, from value: LiquidValue
  ) throws(RenderError) -> LiquidValue {
    switch value {
    case .plain(.object(let record)):
      if let found = record[name] { return .plain(found) }
      switch command {
      case .size: return .integer(record.count)
      case .first: return record.entries.first.map { .plain(.array([.string($0.name), $0.value])) } ?? .null
      default: return .null
      }
    case .loop(let state): return state.property(name)
    default:
      switch command {
      case .size:
        if case .plain(.string(let text)) = value { try pay(text.utf8.count) }
        if case .safe(let text) = value { try pay(text.utf8.count) }
        return sized(value) ?? .null
      case .first: return first(of: value)
      case .last: return last(of: value)
      case nil: return .null
      }
    }
  }

  private mutating func select(
    _ key: LiquidValue, from value: LiquidValue
  ) throws(RenderError) -> LiquidValue {
    switch (value, key) {
    case (.plain(.object(let record)), .plain(.string(let name))),
      (.plain(.object(let record)), .safe(let name)):
      try pay(name.utf8.count)
      return record[name].map { .plain($0) } ?? .null
    case (.plain(.array(let items)), .plain(.integer(let index))):
      let position = index < 0 ? Int64(items.count) + index : index
      return position >= 0 && position < items.count ? .plain(items[Int(position)]) : .null
    case (.loop(let state), .plain(.string(let name))): return state.property(name)
    default: return .null
    }
  }

  // MARK: Filters

  /// The value at the end of a pipeline.
  ///
  /// In strict mode a missing value skips all filters up to a `default`; without one it ends the render, and
  /// so does a `nil` result unless `allowsNull`.
  mutating func value(of pipeline: Pipeline, allowsNull: Bool = false) throws(RenderError) -> LiquidValue {
    var value = try value(of: pipeline.base)
    for index in pipeline.calls.indices {
      let call = pipeline.calls[index]
      if context.isStrict, value.isNull, call.filter != .default {
        if index < pipeline.lastDefault { continue }
        throw missing(pipeline)
      }
      value = try apply(call, to: value)
    }
    if context.isStrict, value.isNull, !allowsNull { throw missing(pipeline) }
    return value
  }

  private mutating func missing(_ pipeline: Pipeline) -> RenderError {
    lacking = 0
    if let path = pipeline.base.path { return missing(path) }
    return .missingVariable(name: frame.template.source.text(pipeline.span), at: location(pipeline.span))
  }

  private mutating func apply(_ call: FilterCall, to input: LiquidValue) throws(RenderError) -> LiquidValue {
    var first: LiquidValue?
    var second: LiquidValue?
    var allowsFalse = false
    let isDefault = call.filter == .default
    if call.arguments.count > 0 {
      first = isDefault ? try value(of: call.arguments[0]) : try required(call.arguments[0])
    }
    if call.arguments.count > 1 { second = try required(call.arguments[1]) }
    if let flag = call.allowFalse { allowsFalse = try value(of: flag).isTruthy }
    place = call.span
    do {
      if isDefault { return defaulted(input, first ?? .string(""), allowsFalse: allowsFalse) }
      let reading = call.filter.reading
      try pay(reading, of: input)
      if let first { try pay(reading, of: first) }
      if let second { try pay(reading, of: second) }
      let result = try apply(call.filter, to: input, first, second)
      if reading != .nothing { try pay(making: result) }
      return result
    } catch let error as FilterFailure {
      throw failure("filter '\(call.filter.rawValue)': \(error.message)", at: call.span)
    } catch let error as RenderError {
      throw error
    } catch {
      throw failure("\(error)", at: call.span)
    }
  }

  private func defaulted(_ input: LiquidValue, _ other: LiquidValue, allowsFalse: Bool) -> LiquidValue {
    switch input {
    case .plain(.null): other
    case .plain(.bool(false)): allowsFalse ? input : other
    case .plain(let value): value.isEmpty ? other : input
    case .safe(let text): text.isEmpty ? other : input
    default: input
    }
  }
}
