import Domain

/// Values nested deeper than this are neither compared nor printed; no real data is.
let deepestValue = 100

/// Liquid's `==`: whole numbers equal fractions of the same value, and the order of an object's members is
/// ignored.
func areEqual(_ a: Value, _ b: Value, depth: Int = 0) -> Bool {
  guard depth < deepestValue else { return false }
  switch (a, b) {
  case (.null, .null): return true
  case (.bool(let x), .bool(let y)): return x == y
  case (.string(let x), .string(let y)): return x.hasSameBytes(as: y)
  case (.instant(let x), .instant(let y)): return x == y
  case (.array(let x), .array(let y)):
    return x.count == y.count && zip(x, y).allSatisfy { areEqual($0, $1, depth: depth + 1) }
  case (.object(let x), .object(let y)):
    return x.count == y.count
      && x.entries.allSatisfy { entry in
        y[entry.name].map { areEqual(entry.value, $0, depth: depth + 1) } ?? false
      }
  default: return order(a, b) == 0
  }
}

/// Negative, zero or positive like Ruby's `<=>`; `nil` for values that are not ordered.
///
/// Money is ordered against money of its currency and against plain numbers in major units.
func order(_ a: Value, _ b: Value, depth: Int = 0) -> Int? {
  switch (a, b) {
  case (.integer(let x), .integer(let y)): return x < y ? -1 : x == y ? 0 : 1
  case (.number(let x), .number(let y)): return x < y ? -1 : x == y ? 0 : x > y ? 1 : nil
  case (.integer(let x), .number(let y)): return orderMixed(x, y)
  case (.number(let x), .integer(let y)): return orderMixed(y, x).map { -$0 }
  case (.string(let x), .string(let y)):
    if x.hasSameBytes(as: y) { return 0 }
    return x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : 1
  case (.null, .null): return 0
  case (.bool(let x), .bool(let y)): return x == y ? 0 : nil
  case (.instant(let x), .instant(let y)): return x < y ? -1 : x == y ? 0 : 1
  case (.money(let x), .money(let y)):
    guard x.currency == y.currency else { return nil }
    return x.minorUnits < y.minorUnits ? -1 : x.minorUnits == y.minorUnits ? 0 : 1
  case (.money, .integer), (.money, .number), (.integer, .money), (.number, .money):
    let (x, y) = (Number(a), Number(b))
    return Number.less(x, y) ? -1 : Number.less(y, x) ? 1 : 0
  case (.array(let x), .array(let y)):
    guard depth < deepestValue else { return nil }
    for (left, right) in zip(x, y) {
      guard let result = order(left, right, depth: depth + 1) else { return nil }
      if result != 0 { return result }
    }
    return x.count < y.count ? -1 : x.count == y.count ? 0 : 1
  case (.object, .object): return areEqual(a, b, depth: depth + 1) ? 0 : nil
  default: return nil
  }
}

private func orderMixed(_ x: Int64, _ y: Double) -> Int? {
  guard !y.isNaN else { return nil }
  if let whole = Int64(exactly: y) { return x < whole ? -1 : x == whole ? 0 : 1 }
  return Double(x) < y ? -1 : 1
}

extension Value {
  /// The kind of this value for error texts.
  var kind: String {
    switch self {
    case .null: "nil"
    case .bool: "a truth value"
    case .integer, .number: "a number"
    case .string: "text"
    case .instant: "a time"
    case .money: "money"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// Whether `== empty` holds: empty text, list or object.
  var isEmpty: Bool {
    switch self {
    case .string(let text): text.isEmpty
    case .array(let items): items.isEmpty
    case .object(let record): record.isEmpty
    default: false
    }
  }

  /// Whether `== blank` holds: nil, false, empty, or text of white space only.
  var isBlank: Bool {
    switch self {
    case .null, .bool(false): true
    case .string(let text): text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    default: isEmpty
    }
  }
}
