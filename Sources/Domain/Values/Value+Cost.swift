extension Value {
  /// The approximate size in bytes: texts and names, plus 16 for each value, however short.
  package var cost: Int {
    switch self {
    case .null, .bool, .integer, .number, .instant, .money: Self.overhead
    case .string(let text): Self.overhead + text.utf8.count
    case .array(let items): items.reduce(Self.overhead) { $0 + $1.cost }
    case .object(let record): Self.overhead + record.cost
    }
  }

  private static let overhead = 16
}

extension Record {
  /// Like `Value.cost`, over all entries with their names.
  package var cost: Int { entries.reduce(0) { $0 + $1.name.utf8.count + $1.value.cost } }
}
