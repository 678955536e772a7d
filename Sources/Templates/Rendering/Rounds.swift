import Domain

/// What a loop goes over, without a copy.
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

/// The rounds of one loop, and the items that lacked something the text needs.
///
/// A round that misses a value of its own item does not take the whole text with it: the loop is gone through once more
/// without that item, so that `forloop.last` and sums are right. Only when no item is left the text fails.
struct Rounds {
  /// The number of the loop.
  let owner: UInt32
  private let window: Range<Int>
  private let isReversed: Bool
  /// Numbers have nothing that could be missing.
  private let canLeaveOut: Bool
  /// The places in `window` that are left; `nil` for all.
  private var kept: [Int]?
  private var lacks: [(round: Int, error: RenderError)] = []

  init(_ items: LoopItems, _ window: Range<Int>, isReversed: Bool = false, owner: UInt32) {
    self.owner = owner
    self.window = window
    self.isReversed = isReversed
    if case .values = items { canLeaveOut = true } else { canLeaveOut = false }
  }

  var count: Int { kept?.count ?? window.count }

  /// The place of a round's item among all items of the collection.
  func index(_ round: Int) -> Int {
    let place = kept?[round] ?? round
    return isReversed ? window.upperBound - 1 - place : window.lowerBound + place
  }

  /// Notes that a round's item lacks something; `false` when it is not for this loop to go on without it.
  mutating func note(_ round: Int, _ error: RenderError, lacking owner: UInt32) -> Bool {
    guard case .missingVariable = error, canLeaveOut, owner == self.owner else { return false }
    lacks.append((round, error))
    return true
  }

  /// Leaves out what was noted. Gives back the first reason, or `nil` when nothing was.
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
