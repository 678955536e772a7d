import Domain

/// A value during rendering: a `Value`, or one of the few things that only templates have.
enum LiquidValue {
  case plain(Value)
  /// Text that is already escaped for the output.
  case safe(String)
  /// From the first to the second, inclusive; empty if the second is smaller.
  case range(Int64, Int64)
  case loop(LoopState)

  static var null: LiquidValue { .plain(.null) }
  static func string(_ text: String) -> LiquidValue { .plain(.string(text)) }
  static func integer(_ number: some BinaryInteger) -> LiquidValue {
    .plain(.integer(Int64(clamping: number)))
  }
  static func bool(_ flag: Bool) -> LiquidValue { .plain(.bool(flag)) }

  var isNull: Bool {
    if case .plain(.null) = self { true } else { false }
  }

  /// All but nil and false.
  var isTruthy: Bool {
    switch self {
    case .plain(.null), .plain(.bool(false)): false
    default: true
    }
  }

  /// This value as data; loops and ranges, which data cannot represent, become their printed text.
  var value: Value {
    switch self {
    case .plain(let value): value
    case .safe(let text): .string(text)
    case .range(let first, let last): .string("\(first)..\(last)")
    case .loop(let state): .string(state.typeName)
    }
  }
}

/// `forloop` or `tablerowloop`: the position in a loop.
final class LoopState {
  let name: String
  let length: Int
  let parent: LoopState?
  /// The number of columns of a `tablerow`; `nil` for `for`.
  let columns: Int?
  private(set) var index = 0
  private(set) var row = 1
  private(set) var column = 1

  init(name: String, length: Int, parent: LoopState?, columns: Int? = nil) {
    self.name = name
    self.length = length
    self.parent = parent
    self.columns = columns
  }

  var typeName: String { columns == nil ? "Liquid::ForloopDrop" : "Liquid::TablerowloopDrop" }
  var isLast: Bool { index == length - 1 }
  var isLastColumn: Bool { column == columns }

  func advance() {
    index += 1
    guard columns != nil else { return }
    if isLastColumn {
      column = 1
      row += 1
    } else {
      column += 1
    }
  }

  /// The value of `forloop.NAME`; `nil` for unknown names.
  func property(_ name: String) -> LiquidValue {
    switch name {
    case "length": return .integer(length)
    case "index": return .integer(index + 1)
    case "index0": return .integer(index)
    case "rindex": return .integer(length - index)
    case "rindex0": return .integer(length - index - 1)
    case "first": return .bool(index == 0)
    case "last": return .bool(isLast)
    default: break
    }
    if columns != nil {
      switch name {
      case "col": return .integer(column)
      case "col0": return .integer(column - 1)
      case "row": return .integer(row)
      case "col_first": return .bool(column == 1)
      case "col_last": return .bool(isLastColumn)
      default: return .null
      }
    }
    switch name {
    case "name": return .string(self.name)
    case "parentloop": return parent.map { .loop($0) } ?? .null
    default: return .null
    }
  }

  static let forNames = [
    "length", "index", "index0", "rindex", "rindex0", "first", "last", "name", "parentloop",
  ]
  static let tableNames = [
    "length", "index", "index0", "rindex", "rindex0", "first", "last", "col", "col0", "row", "col_first",
    "col_last",
  ]
}
