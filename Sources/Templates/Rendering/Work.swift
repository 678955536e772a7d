import Domain

/// The cost of work, in units; a render has `RenderLimits.totalSteps` times `step`.
///
/// One budget covers both time and memory: a unit is a byte read, or a byte of memory allocated. Prices
/// follow the slowest filter, so that the default limit stays below a second and some 32 MB for any template
/// and data.
enum Work {
  /// A node, an iteration, a comparison, a value read.
  static let step = 16
  /// A list item read.
  static let look = 4
  /// A new list item.
  static let item = 128
  /// A formatted date.
  static let date = 4096
  /// A variable of a partial.
  static let cell = 32

  /// The units of `steps` steps.
  static func units(_ steps: Int) -> Int {
    let (units, overflow) = max(0, steps).multipliedReportingOverflow(by: step)
    return overflow ? .max : units
  }
}

extension Value {
  /// The cost of traversing the value with its contents. Counting stops soon after `limit`, which matters for
  /// lists that contain one large value many times.
  func work(upTo limit: Int, depth: Int = 0) -> Int {
    switch self {
    case .string(let text): return Work.step + text.utf8.count
    case .array(let items):
      var work = Work.step
      guard depth < deepestValue else { return work }
      for item in items {
        work += item.work(upTo: limit - work, depth: depth + 1)
        if work > limit { break }
      }
      return work
    case .object(let record):
      var work = Work.step
      guard depth < deepestValue else { return work }
      for entry in record.entries {
        work += Work.step + entry.name.utf8.count
        work += entry.value.work(upTo: limit - work, depth: depth + 1)
        if work > limit { break }
      }
      return work
    default: return Work.step
    }
  }
}

extension Renderer {
  /// Charges for reading a value as text, including the contents of lists and objects.
  ///
  /// Throws `outputBytes` for a value whose text could not be printed anyway.
  mutating func pay(reading value: LiquidValue) throws(RenderError) {
    switch value {
    case .plain(.string(let text)), .safe(let text):
      try pay(text.utf8.count)
      try checkSize(text.utf8.count)
    case .plain(.array), .plain(.object):
      let work = value.value.work(upTo: min(remaining, 2 * min(context.limits.outputBytes, .max / 4)))
      try pay(work)
      try checkSize(work / 2)
    default: try pay(Work.step)
    }
  }

  mutating func pay(reading value: Value) throws(RenderError) { try pay(reading: .plain(value)) }

  /// Charges for comparing two values: at most the smaller of two texts, the left of two lists.
  mutating func pay(comparing a: Value, _ b: Value) throws(RenderError) {
    switch (a, b) {
    case (.string(let x), .string(let y)): try pay(Work.step + min(x.utf8.count, y.utf8.count))
    case (.array, .array), (.object, .object): try pay(a.work(upTo: remaining))
    default: try pay(Work.step)
    }
  }

  /// Charges for what a filter reads.
  mutating func pay(_ reading: Filter.Reading, of value: LiquidValue) throws(RenderError) {
    switch (reading, value) {
    case (.nothing, _): try pay(Work.step)
    case (.items, .plain(.array(let items))): try pay(Work.step + items.count * Work.look)
    case (.items, .plain(.object(let record))): try pay(Work.step + record.count * Work.look)
    case (_, .range(let first, let last)):
      let (length, overflow) = last.subtractingReportingOverflow(first)
      if last >= first, overflow || length > Int64(context.limits.loopSteps) { throw tooManyRounds() }
      try pay(Work.step)
    default: try pay(reading: value)
    }
  }

  /// Charges for what a filter has created. Items are shared, so a list costs its length.
  mutating func pay(making value: LiquidValue) throws(RenderError) {
    switch value {
    case .plain(.string(let text)), .safe(let text):
      try pay(text.utf8.count)
      try checkSize(text.utf8.count)
    case .plain(.array(let items)): try pay(items.count * Work.item)
    default: break
    }
  }
}
