import Domain

/// What work costs, in units of which a render has `RenderLimits.totalSteps` times `step`.
///
/// One countdown stands for time and memory alike: a unit is a byte that is looked at, or a byte of memory that is
/// taken. Prices are set for the slowest filter, so that the default limit is less than a second and some 32 MB,
/// whatever the template and the data.
enum Work {
  /// A node, a round of a loop, a comparison, a value that is looked at.
  static let step = 16
  /// An item of a list that is looked at.
  static let look = 4
  /// A new item of a list.
  static let item = 128
  /// A date that is written as a text.
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
  /// What it costs to go through the value with all that is in it. Counting stops soon after `limit`, which is less
  /// than the whole for lists that hold one large value many times.
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
  /// Pays for reading a value as a text, lists and objects with all that is in them.
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

  /// Pays for holding two values against each other: no more than the smaller of two texts, the left of two lists.
  mutating func pay(comparing a: Value, _ b: Value) throws(RenderError) {
    switch (a, b) {
    case (.string(let x), .string(let y)): try pay(Work.step + min(x.utf8.count, y.utf8.count))
    case (.array, .array), (.object, .object): try pay(a.work(upTo: remaining))
    default: try pay(Work.step)
    }
  }

  /// Pays for what a filter looks at.
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

  /// Pays for what a filter has made. Items are shared, so that a list costs its length.
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
