package import Domain

/// The time in which something counts.
package enum TimeWindow: Hashable, Sendable {
  /// All of the past.
  case ever
  /// The last so long: after `now - duration`, up to now.
  case within(Duration)
  /// From an instant on.
  case since(Instant)

  /// Whether something that happened at `instant` counts.
  package func holds(_ instant: Instant, at now: Instant) -> Bool {
    guard instant <= now else { return false }
    switch self {
    case .ever: return true
    case .within(let duration): return instant > now - duration
    case .since(let start): return instant >= start
    }
  }

  /// When something that counts ceases to; `nil` for never.
  package func end(of instant: Instant) -> Instant? {
    if case .within(let duration) = self { instant + duration } else { nil }
  }

  /// The next instants after `now` at which something that happened at `instant` begins or ceases to count.
  func turns(of instant: Instant, after now: Instant) -> [(at: Instant, step: Int)] {
    if case .since(let start) = self, instant < start { return [] }
    var turns: [(at: Instant, step: Int)] = []
    // Clocks differ: something may be reported a moment before it happens.
    if instant > now { turns.append((instant, 1)) }
    if let end = end(of: instant), end > now { turns.append((end, -1)) }
    return turns
  }

  /// For the digest of a definition.
  var text: String {
    switch self {
    case .ever: "ever"
    case .within(let duration): "within \(duration.written)"
    case .since(let instant): "since \(instant.milliseconds)"
    }
  }
}

/// How often something must have happened.
package struct CountBounds: Hashable, Sendable {
  package var atLeast: Int
  /// `nil` for any number.
  package var atMost: Int?

  package init(atLeast: Int = 1, atMost: Int? = nil) {
    self.atLeast = atLeast
    self.atMost = atMost
  }

  /// The greatest number in a file: so many of the newest are kept of each customer.
  package static let maximum = 1000

  package func hold(_ count: Int) -> Bool { count >= atLeast && atMost.map { count <= $0 } ?? true }

  /// How many of the newest must be known.
  var reach: Int { max(atLeast, atMost.map { $0 + 1 } ?? 0, 1) }

  var text: String { "\(atLeast)..\(atMost.map { String($0) } ?? "")" }
}

/// An answer that holds until an instant.
package struct Finding: Equatable, Sendable {
  package var holds: Bool
  /// The next instant at which time alone can change it; `nil` for never.
  package var nextChange: Instant?

  package init(_ holds: Bool, until nextChange: Instant? = nil) {
    self.holds = holds
    self.nextChange = nextChange
  }
}

extension CountBounds {
  /// Whether so many of these instants are in the window, and when that changes next.
  ///
  /// - Parameter instants: in any order.
  package func finding(_ instants: [Instant], in window: TimeWindow, at now: Instant) -> Finding {
    var count = 0
    var turns: [(at: Instant, step: Int)] = []
    for instant in instants {
      if window.holds(instant, at: now) { count += 1 }
      turns += window.turns(of: instant, after: now)
    }
    let holds = hold(count)
    turns.sort { $0.at < $1.at }
    var index = 0
    while index < turns.count {
      let at = turns[index].at
      while index < turns.count, turns[index].at == at {
        count += turns[index].step
        index += 1
      }
      if hold(count) != holds { return Finding(holds, until: at) }
    }
    return Finding(holds)
  }
}
