import Domain

extension Renderer {
  mutating func holds(_ condition: ConditionExpression) throws(RenderError) -> Bool {
    var result = false
    for index in condition.comparisons.indices {
      result = try holds(condition.comparisons[index])
      guard index < condition.relations.count else { break }
      if condition.relations[index] == .or ? result : !result { break }
    }
    return result
  }

  private mutating func holds(_ comparison: Comparison) throws(RenderError) -> Bool {
    try pay(Work.step)
    guard let (operation, right) = comparison.test else {
      switch comparison.left {
      case .blank, .empty: return true
      default: return try value(of: comparison.left).isTruthy
      }
    }
    if missing == .meetsNothing {
      if try isMissing(comparison.left) { return false }
      if try isMissing(right) { return false }
    }
    switch operation {
    case .equal: return try areEqual(comparison.left, right)
    case .unequal: return try !areEqual(comparison.left, right)
    case .contains:
      if comparison.left.isTest { return false }
      if right.isTest, case .plain(.array) = try value(of: comparison.left) { return false }
      return try contains(try value(of: comparison.left), try value(of: right))
    default: return try ordered(comparison, operation, right)
    }
  }

  private mutating func isMissing(_ expression: Expression) throws(RenderError) -> Bool {
    guard case .path = expression else { return false }
    return try value(of: expression).value == .null
  }

  mutating func areEqual(_ left: Expression, _ right: Expression) throws(RenderError) -> Bool {
    switch (left, right) {
    case (.blank, .blank), (.blank, .empty), (.empty, .blank), (.empty, .empty): return false
    case (.blank, let other), (let other, .blank): return try isBlank(try value(of: other))
    case (.empty, let other), (let other, .empty): return isEmpty(try value(of: other))
    default: return try areEqual(try value(of: left), try value(of: right))
    }
  }

  private mutating func isBlank(_ value: LiquidValue) throws(RenderError) -> Bool {
    switch value {
    case .plain(.string(let text)), .safe(let text):
      try pay(Work.step + text.utf8.count)
      return Value.string(text).isBlank
    case .plain(let value):
      try pay(Work.step)
      return value.isBlank
    default: return false
    }
  }

  private func isEmpty(_ value: LiquidValue) -> Bool {
    switch value {
    case .plain(let value): value.isEmpty
    case .safe(let text): text.isEmpty
    default: false
    }
  }

  mutating func areEqual(_ a: LiquidValue, _ b: LiquidValue) throws(RenderError) -> Bool {
    switch (a, b) {
    case (.range(let first, let last), .range(let otherFirst, let otherLast)):
      return first == otherFirst && last == otherLast
    case (.range, _), (_, .range): return false
    case (.loop(let state), .loop(let other)): return state === other
    case (.loop, _), (_, .loop): return false
    case (.plain(.instant(let instant)), .plain(.string(let text))),
      (.plain(.string(let text)), .plain(.instant(let instant))):
      try pay(Work.date)
      return order(instant, against: text) == 0
    default: return try areEqual(a.value, b.value)
    }
  }

  mutating func areEqual(_ a: Value, _ b: Value) throws(RenderError) -> Bool {
    try pay(comparing: a, b)
    return Templates.areEqual(a, b)
  }

  private mutating func contains(_ left: LiquidValue, _ right: LiquidValue) throws(RenderError) -> Bool {
    try pay(Work.step)
    guard left.isTruthy, right.isTruthy else { return false }
    switch left {
    case .plain(.string(let whole)), .safe(let whole):
      try pay(reading: right)
      try pay(whole.utf8.count)
      return Search(text(right)).isFound(in: whole)
    case .plain(.array(let items)):
      for item in items where try areEqual(.plain(item), right) { return true }
      return false
    case .plain(.object(let record)):
      guard case .string(let name) = right.value else { return false }
      try pay(name.utf8.count)
      return record[name] != nil
    case .range(let first, let last):
      switch right {
      case .plain(.integer(let integer)): return integer >= first && integer <= last
      case .plain(.number(let number)): return number >= Double(first) && number <= Double(last)
      default: return false
      }
    default: return false
    }
  }

  private mutating func ordered(
    _ comparison: Comparison, _ operation: ComparisonOperator, _ right: Expression
  ) throws(RenderError) -> Bool {
    if comparison.left.isTest || right.isTest { return false }
    let (a, b) = (try value(of: comparison.left).value, try value(of: right).value)
    try pay(comparing: a, b)
    var found = Templates.order(a, b)
    if found == nil, case (.instant, .string) = (a, b) { found = try timeOrder(a, b) }
    if found == nil, case (.string, .instant) = (a, b) { found = try timeOrder(a, b) }
    guard let result = found else {
      guard hasOrder(a), hasOrder(b) else { return false }
      throw failure("cannot compare \(a.kind) with \(b.kind)", at: comparison.span)
    }
    guard hasOrder(a), hasOrder(b) else { return false }
    switch operation {
    case .less: return result < 0
    case .greater: return result > 0
    case .lessOrEqual: return result <= 0
    default: return result >= 0
    }
  }

  /// Whether `<` is defined for a value; otherwise every comparison is false.
  private func hasOrder(_ value: Value) -> Bool {
    switch value {
    case .integer, .number, .string, .instant, .money: true
    default: false
    }
  }

  private mutating func timeOrder(_ a: Value, _ b: Value) throws(RenderError) -> Int? {
    try pay(Work.date)
    return switch (a, b) {
    case (.instant(let instant), .string(let text)): order(instant, against: text)
    case (.string(let text), .instant(let instant)): order(instant, against: text).map { -$0 }
    default: nil
    }
  }

  /// Compares a time with one written as text; without a zone the text is in the customer's local time.
  private func order(_ instant: Instant, against text: String) -> Int? {
    guard let other = context.environment.instant(of: text) else { return nil }
    return instant < other ? -1 : instant == other ? 0 : 1
  }
}
