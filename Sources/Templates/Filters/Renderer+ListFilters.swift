import Domain

extension Renderer {
  func list(
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
      return .plain(.array(items(input) + others))
    case .join: return try joined(items(input), by: first.map(text) ?? " ")
    case .reverse: return .plain(.array(items(input).reversed()))
    case .map: return .plain(.array(try items(input).map { try property(first, of: $0) ?? .null }))
    case .sum: return .plain(try sum(items(input), first))
    case .sort, .sortNatural: return try sorted(items(input), first, isNatural: filter == .sortNatural)
    case .compact:
      return try selected(items(input), first ?? .null) { (_, value) in value != .null }
    case .where: return try selected(items(input), first ?? .null, Self.test(second))
    case .reject:
      let test = Self.test(second)
      return try selected(items(input), first ?? .null) { !test($0, $1) }
    case .find:
      return try found(items(input), first ?? .null, Self.test(second)).map { .plain($0.item) } ?? .null
    case .findIndex:
      return try found(items(input), first ?? .null, Self.test(second)).map { .integer($0.index) } ?? .null
    case .has: return .bool(try found(items(input), first ?? .null, Self.test(second)) != nil)
    default:
      var seen: Set<Value> = []
      let items = items(input)
      return items.count < 2
        ? .plain(.array(items))
        : try selected(items, first ?? .null) { (_, value) in seen.insert(value).inserted }
    }
  }

  /// The items a filter works on: lists are flattened, all else is a list of one, nil a list of none.
  private func items(_ input: LiquidValue) -> [Value] {
    switch input {
    case .plain(.array(let items)):
      guard items.contains(where: { if case .array = $0 { true } else { false } }) else { return items }
      var result: [Value] = []
      flatten(items, 0, into: &result)
      return result
    case .plain(.null): return []
    case .range(let first, let last): return first <= last ? (first...last).map { .integer($0) } : []
    default: return [input.value]
    }
  }

  private func flatten(_ items: [Value], _ depth: Int, into result: inout [Value]) {
    for item in items {
      if case .array(let inner) = item, depth < deepestValue {
        flatten(inner, depth + 1, into: &result)
      } else {
        result.append(item)
      }
    }
  }

  /// What `size` gives; `nil` for values that have none.
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

  private func joined(_ items: [Value], by glue: String) throws -> LiquidValue {
    var output: [UInt8] = []
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(contentsOf: glue.utf8) }
      output.append(contentsOf: context.environment.text(item).utf8)
      guard output.count <= context.limits.outputBytes else { throw tooLarge() }
    }
    return .string(String(decoding: output, as: UTF8.self))
  }

  // MARK: Properties

  /// `item[property]`; `nil` when the item is of a kind that has no properties.
  private func property(_ name: LiquidValue?, of item: Value) throws(FilterFailure) -> Value? {
    let name = name ?? .null
    switch (item, name.value) {
    case (.object(let record), .string(let name)): return record[name] ?? .null
    case (.object, _): return .null
    case (.string(let text), .string(let part)): return Search(part).isFound(in: text) ? .string(part) : .null
    case (.string(let text), .integer(let index)):
      let scalars = Array(text.unicodeScalars)
      let position = index < 0 ? Int64(scalars.count) + index : index
      return position >= 0 && position < scalars.count ? .string(String(scalars[Int(position)])) : .null
    case (.integer(let integer), .integer(let bit)):
      return .integer(bit < 0 ? 0 : integer >> min(bit, 63) & 1)
    case (.array(let items), .integer(let index)):
      let position = index < 0 ? Int64(items.count) + index : index
      return position >= 0 && position < items.count ? items[Int(position)] : .null
    case (.string, _), (.integer, _), (.array, _):
      throw FilterFailure("cannot select the property '\(text(name))' of \(item.kind)")
    default: return nil
    }
  }

  /// The items whose property passes a test; the items themselves are tested when `name` is nil. nil when an item
  /// has no properties at all.
  private func selected(
    _ items: [Value], _ name: LiquidValue, _ test: (_ item: Value, _ value: Value) -> Bool
  ) throws(FilterFailure) -> LiquidValue {
    var result: [Value] = []
    for item in items {
      var value = item
      if !name.isNull {
        guard let property = try property(name, of: item) else { return .null }
        value = property
      }
      if test(item, value) { result.append(item) }
    }
    return .plain(.array(result))
  }

  /// What `where` and those like it ask of a property: to equal `target`, or to be truthy when there is none.
  private static func test(_ target: LiquidValue?) -> (_ item: Value, _ value: Value) -> Bool {
    let target = target?.value ?? .null
    return { (_, value) in
      target == .null ? LiquidValue.plain(value).isTruthy : Templates.areEqual(value, target)
    }
  }

  /// The first item whose property passes a test, with its place; nil also when an item before it has no properties.
  private func found(
    _ items: [Value], _ name: LiquidValue, _ test: (_ item: Value, _ value: Value) -> Bool
  ) throws(FilterFailure) -> (index: Int, item: Value)? {
    for (index, item) in items.enumerated() {
      guard let value = name.isNull ? item : try property(name, of: item) else { return nil }
      if test(item, value) { return (index, item) }
    }
    return nil
  }

  private func sum(_ items: [Value], _ name: LiquidValue?) throws(FilterFailure) -> Value {
    var total: LiquidValue = .integer(0)
    for (index, item) in items.enumerated() {
      var value = item
      if let name { value = try property(name, of: item) ?? .integer(0) }
      if index == 0, case .money = value {
        total = .plain(value)
      } else {
        total = try calculate(.plus, total, .plain(value))
      }
    }
    return total.value
  }

  // MARK: Order

  private func sorted(
    _ items: [Value], _ name: LiquidValue?, isNatural: Bool
  ) throws(FilterFailure) -> LiquidValue {
    var keyed: [(key: Value, item: Value)] = []
    if items.count == 1, case .integer = items[0] { return .plain(.array(items)) }
    for item in items {
      var key = item
      if let name, !name.isNull {
        guard let property = try property(name, of: item) else { return .null }
        key = property
      }
      keyed.append(
        (isNatural && key != .null ? .string(asciiLowercased(context.environment.plainText(key))) : key, item)
      )
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
