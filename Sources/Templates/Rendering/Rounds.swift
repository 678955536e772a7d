import Domain

/// The items of a loop, without a copy.
enum LoopItems {
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

/// The iterations of one loop, and the items with missing values.
///
/// A missing value of an iteration's own item does not fail the whole text: the loop is repeated without that item, so
/// that `forloop.last` and sums are right. Rendering fails only if no item is left.
struct Rounds {
  /// The number of the loop.
  let owner: UInt32
  private let window: Range<Int>
  private let isReversed: Bool
  /// Numbers cannot lack anything.
  private let canLeaveOut: Bool
  /// The remaining indices in `window`; `nil` for all.
  private var kept: [Int]?
  private var lacks: [(round: Int, error: RenderError)] = []

  init(_ items: LoopItems, _ window: Range<Int>, isReversed: Bool = false, owner: UInt32) {
    self.owner = owner
    self.window = window
    self.isReversed = isReversed
    if case .values = items { canLeaveOut = true } else { canLeaveOut = false }
  }

  var count: Int { kept?.count ?? window.count }

  /// The index of an iteration's item in the collection.
  func index(_ round: Int) -> Int {
    let place = kept?[round] ?? round
    return isReversed ? window.upperBound - 1 - place : window.lowerBound + place
  }

  /// Records that an iteration's item lacks a value; returns `false` if this loop cannot omit it.
  mutating func note(_ round: Int, _ error: RenderError, lacking owner: UInt32) -> Bool {
    guard case .missingVariable = error, canLeaveOut, owner == self.owner else { return false }
    lacks.append((round, error))
    return true
  }

  /// Omits the recorded items. Returns the first reason, or `nil` if there were none.
  mutating func leaveOut() -> RenderError? {
    guard let first = lacks.first else { return nil }
    var left: [Int] = []
    var next = lacks.makeIterator()
    var lacking = next.next()
    for round in 0..<count {
      if round == lacking?.round {
        lacking = next.next()
      } else {
        left.append(kept?[round] ?? round)
      }
    }
    kept = left
    lacks = []
    return first.error
  }
}
