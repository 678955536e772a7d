import Domain

extension Renderer {
  mutating func list(
    _ filter: Filter, _ input: LiquidValue, _ first: LiquidValue?, _ second: LiquidValue?
  ) throws -> LiquidValue {
    switch filter {
    case .size: return sized(input) ?? .integer(0)
    case .first: return self.first(of: input)
    case .last: return last(of: input)
    case .concat:
      guard case .plain(.array(let others))? = first else {
        throw FilterFailure("its argument must be a list")
      }
      let items = try elements(input)
      try pay((items.count + others.count) * Work.item)
      return .plain(.array(items + others))
    case .join: return try joined(elements(input), by: first.map(text) ?? " ")
    case .reverse: return .plain(.array(try elements(input).reversed()))
    case .map:
      var result: [Value] = []
      for item in try elements(input) { result.append(try property(first, of: item) ?? .null) }
      return .plain(.array(result))
    case .sum: return .plain(try sum(elements(input), first))
    case .sort, .sortNatural: return try sorted(elements(input), first, isNatural: filter == .sortNatural)
    case .compact:
      return try selected(elements(input), unlessNil(first)) { (_, value) in value != .null }
    case .where:
      let target = second?.value ?? .null
      return try selected(elements(input), first) { try $0.passes($1, target) }
    case .reject:
      let target = second?.value ?? .null
      return try selected(elements(input), first) { try !$0.passes($1, target) }
    case .find:
      return try found(elements(input), first, second).flatMap { place in
        place.map { .plain($0.item) }
      } ?? .null
    case .findIndex:
      return try found(elements(input), first, second).flatMap { place in
        place.map { .integer($0.index) }
      } ?? .null
    case .has:
      return try found(elements(input), first, second).map { place in .bool(place != nil) } ?? .null
    default:
      var seen: Set<Value> = []
      let items = try elements(input)
      guard items.count > 1 else { return .plain(.array(items)) }
      return try selected(items, unlessNil(first)) { (renderer, value) in
        try renderer.pay(Work.item + value.work(upTo: renderer.remaining))
        return seen.insert(value).inserted
      }
    }
  }

  /// The items a filter works on: lists are flattened, any other value is a list of one, `nil` an empty list.
  private mutating func elements(_ input: LiquidValue) throws(RenderError) -> [Value] {
    switch input {
    case .plain(.array(let items)):
      guard items.contains(where: { if case .array = $0 { true } else { false } }) else { return items }
      var result: [Value] = []
      try flatten(items, 0, into: &result)
      return result
    case .plain(.null): return []
    case .range(let first, let last):
      guard first <= last else { return [] }
      // At most as long as loops may be: the filter has only been charged for its input.
      try pay(Int(last - first + 1) * Work.item)
      return (first...last).map { .integer($0) }
    default: return [input.value]
    }
  }

  private mutating func flatten(
    _ items: [Value], _ depth: Int, into result: inout [Value]
  ) throws(RenderError) {
    for item in items {
      try pay(Work.look)
      if case .array(let inner) = item, depth < deepestValue {
        try flatten(inner, depth + 1, into: &result)
      } else {
        try pay(Work.item)
        result.append(item)
      }
    }
  }

  /// The result of `size`; `nil` for values without one.
  func sized(_ value: LiquidValue) -> LiquidValue? {
    switch value {
    case .plain(.string(let text)), .safe(let text): .integer(text.unicodeScalars.count)
    case .plain(.array(let items)): .integer(items.count)
    case .plain(.object(let record)): .integer(record.count)
    case .plain(.integer): .integer(8)
    case .range(let first, let last):
      .integer(last < first ? 0 : last.subtractingReportingOverflow(first).partialValue &+ 1)
    default: nil
    }
  }

  func first(of value: LiquidValue) -> LiquidValue {
    switch value {
    case .plain(.array(let items)): items.first.map { .plain($0) } ?? .null
    case .plain(.object(let record)):
      record.entries.first.map { .plain(.array([.string($0.name), $0.value])) } ?? .null
    case .range(let first, _): .integer(first)
    default: .null
    }
  }

  func last(of value: LiquidValue) -> LiquidValue {
    switch value {
    case .plain(.array(let items)): items.last.map { .plain($0) } ?? .null
    case .range(_, let last): .integer(last)
    default: .null
    }
  }

  private mutating func joined(_ items: [Value], by glue: String) throws(RenderError) -> LiquidValue {
    var output: [UInt8] = []
    for (index, item) in items.enumerated() {
      if index > 0 {
        try pay(glue.utf8.count)
        output.append(contentsOf: glue.utf8)
      }
      try pay(reading: item)
      output.append(contentsOf: context.environment.text(item).utf8)
      try checkSize(output.count)
    }
    return .string(String(decoding: output, as: UTF8.self))
  }

  // MARK: Properties

  /// `item[property]`; `nil` if the item cannot have properties.
  private mutating func property(_ name: LiquidValue?, of item: Value) throws -> Value? {
    let name = name ?? .null
    try pay(Work.step)
    switch (item, name.value) {
    case (.object(let record), .string(let name)):
      try pay(name.utf8.count)
      return record[name] ?? .null
    case (.object, _): return .null
    case (.string(let text), .string(let part)):
      try pay(text.utf8.count + part.utf8.count)
      return Search(part).isFound(in: text) ? .string(part) : .null
    case (.string(let text), .integer(let index)):
      try pay(text.utf8.count)
      let scalars = Array(text.unicodeScalars)
      let position = index < 0 ? Int64(scalars.count) + index : index
      return position >= 0 && position < scalars.count ? .string(String(scalars[Int(position)])) : .null
    case (.integer(let integer), .integer(let bit)):
      return .integer(bit < 0 ? 0 : integer >> min(bit, 63) & 1)
    case (.array(let items), .integer(let index)):
      let position = index < 0 ? Int64(items.count) + index : index
      return position >= 0 && position < items.count ? items[Int(position)] : .null
    case (.string, _), (.integer, _), (.array, _):
      try pay(reading: name)
      throw FilterFailure("cannot select the property '\(shortened(text(name)))' of \(item.kind)")
    default: return nil
    }
  }

  /// For filters where a `nil` property means none; for others, `nil` is the name of no property.
  private func unlessNil(_ name: LiquidValue?) -> LiquidValue? { name.flatMap { $0.isNull ? nil : $0 } }

  /// The items whose property passes a test, or without `name`, the items themselves. `nil` if an item cannot
  /// have properties.
  private mutating func selected(
    _ items: [Value], _ name: LiquidValue?,
    _ test: (_ renderer: inout Renderer, _ value: Value) throws -> Bool
  ) throws -> LiquidValue {
    var result: [Value] = []
    for item in items {
      var value = item
      if let name {
        guard let property = try property(name, of: item) else { return .null }
        value = property
      }
      if try test(&self, value) { result.append(item) }
    }
    return .plain(.array(result))
  }

  /// The test of `where` and similar filters: the property equals `target`, or without one, is truthy.
  private mutating func passes(_ value: Value, _ target: Value) throws(RenderError) -> Bool {
    if case .null = target { return LiquidValue.plain(value).isTruthy }
    return try areEqual(value, target)
  }

  /// The first item whose property passes the test of `where`, with its index: an inner `nil` if there is
  /// none, an outer one if an item before it cannot have properties.
  private mutating func found(
    _ items: [Value], _ name: LiquidValue?, _ target: LiquidValue?
  ) throws -> (index: Int, item: Value)?? {
    let target = target?.value ?? .null
    for (index, item) in items.enumerated() {
      guard let value = try property(name, of: item) else { return nil }
      if try passes(value, target) { return .some((index, item)) }
    }
    return .some(nil)
  }

  private mutating func sum(_ items: [Value], _ name: LiquidValue?) throws -> Value {
    var total: LiquidValue = .integer(0)
    for (index, item) in items.enumerated() {
      var value = item
      if let name, !name.isNull { value = try property(name, of: item) ?? .integer(0) }
      try pay(reading: value)
      if index == 0, case .money = value {
        total = .plain(value)
      } else {
        total = try calculate(.plus, total, .plain(value))
      }
    }
    return total.value
  }

  // MARK: Order

  private mutating func sorted(
    _ items: [Value], _ name: LiquidValue?, isNatural: Bool
  ) throws -> LiquidValue {
    var keyed: [(key: Value, item: Value)] = []
    if items.count == 1, case .integer = items[0] { return .plain(.array(items)) }
    // Sorting compares each key about log2(n) times.
    let comparisons = Int.bitWidth - items.count.leadingZeroBitCount
    for item in items {
      var key = item
      if let name, !name.isNull {
        guard let property = try property(name, of: item) else { return .null }
        key = property
      }
      if isNatural, key != .null {
        try pay(reading: key)
        key = .string(asciiLowercased(context.environment.plainText(key)))
      }
      try pay(Work.item + key.work(upTo: remaining / comparisons) * comparisons)
      keyed.append((key, item))
    }
    var clash: (Value, Value)?
    keyed.sort { a, b in
      if let result = order(a.key, b.key) { return result < 0 }
      if a.key == .null { return false }
      if b.key == .null { return true }
      clash = (a.key, b.key)
      return false
    }
    if let (a, b) = clash { throw FilterFailure("cannot put \(a.kind) and \(b.kind) in order") }
    return .plain(.array(keyed.map(\.item)))
  }

  private func asciiLowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
