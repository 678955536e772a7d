package import Domain
internal import Templates

/// Segments and measures of a program, prepared for finding quickly what an event affects.
package struct AudienceRules: Sendable {
  /// One segment, with everything that it reads.
  package struct Rule: Sendable {
    package let segment: Segment
    /// What decides about it; with the names of the events it counts, and `memberships` if it asks for other segments.
    package let reads: StateParts
    let dependents: [Int]

    package func isConcerned(by touched: StateParts) -> Bool { !reads.isDisjoint(with: touched) }
  }

  /// Each after those that it asks for.
  package let rules: [Rule]
  /// Sorted by name.
  package let measures: [Measure]
  /// By id, so that nothing is counted twice.
  package let tallies: [TallyRule]
  /// Names of events that are counted.
  package let eventNames: Set<EventName>
  /// The names below `customer` that come with it.
  package let names: [CustomerName]
  /// Whether anything counts orders in windows, for which all of them must be known.
  package let countsOrders: Bool
  /// Triggers whose messages are counted.
  package let messageTriggers: Set<TriggerID>

  package static let none = AudienceRules(segments: [], measures: [])

  /// - Parameters:
  ///   - segments: in any order, without cycles; one in a cycle is left out.
  ///   - more: names of other parts of the program.
  package init(segments: [Segment], measures: [Measure], more: [CustomerName] = []) {
    let measures = measures.sorted { $0.name < $1.name }
    let ordered = Self.ordered(segments)
    let own = measures.map { CustomerName($0) } + more
    rules = ordered.enumerated().map { place, segment in
      Rule(
        segment: segment, reads: Self.reads(segment.who, own),
        dependents: ordered.indices.filter { $0 > place && ordered[$0].who.segments.contains(segment.id) })
    }
    self.measures = measures
    var tallies: [TallyID: TallyRule] = [:]
    for tally in ordered.flatMap(\.who.tallies) { tallies[tally.id] = tally }
    for case .events(let tally) in measures.map(\.source) { tallies[tally.id] = tally }
    self.tallies = tallies.values.sorted { $0.id < $1.id }
    eventNames = Set(self.tallies.compactMap(\.event))
    messageTriggers = Set(
      self.tallies.compactMap { if case .message(let trigger, _) = $0.source { trigger } else { nil } })
    names = segments.isEmpty ? own : own + [.segments(of: segments.map(\.id.rawValue).sorted())]
    countsOrders =
      measures.contains { if case .orders = $0.source { true } else { false } }
      || ordered.contains {
        $0.who.leaves.contains { if case .orders = $0 { true } else { false } }
      }
  }

  package var isEmpty: Bool { rules.isEmpty && measures.isEmpty }

  package subscript(id: SegmentID) -> Rule? { rules.first { $0.segment.id == id } }

  /// Everything that any of it reads.
  package var reads: StateParts {
    guard !isEmpty else { return StateParts() }
    var parts = StateParts(.memberships)
    for rule in rules { parts.formUnion(rule.reads.withoutEvents) }
    for name in names { parts.formUnion(name.reads.withoutEvents) }
    return parts
  }

  /// What must be known of all measures: by its change they are counted again.
  package var measuresHash: String {
    SHA256.hash(
      measures.compactMap { measure in
        if case .events(let tally) = measure.source { tally.id.rawValue } else { nil }
      }.sorted().joined(separator: " ")
    ).description
  }

  /// What is registered in the store: every segment, and the measures if they count events.
  package var registered: [(id: SegmentID, hash: String)] {
    let own = rules.map { ($0.segment.id, $0.segment.hash) }
    let counts = measures.contains { if case .events = $0.source { true } else { false } }
    return counts ? own + [(.measures, measuresHash)] : own
  }

  /// The rules affected by what was touched, and all that follow from them; by place, in order.
  package func concerned(by touched: StateParts) -> [Int] {
    guard !rules.isEmpty, !touched.isEmpty else { return [] }
    return closure(rules.indices.filter { rules[$0].isConcerned(by: touched) })
  }

  /// These rules and all that ask for them, directly or not; in order.
  package func closure(_ places: [Int]) -> [Int] {
    guard !places.isEmpty else { return [] }
    var found = Set(places)
    for place in rules.indices where found.contains(place) { found.formUnion(rules[place].dependents) }
    return found.sorted()
  }

  /// The places of these segments, in order.
  package func places(of segments: Set<SegmentID>) -> [Int] {
    rules.indices.filter { segments.contains(rules[$0].segment.id) }
  }

  /// What is counted for these segments, or the measures.
  package func tallyIDs(of segments: Set<SegmentID>) -> Set<TallyID> {
    var ids = Set(places(of: segments).flatMap { rules[$0].segment.who.tallies }.map(\.id))
    if segments.contains(.measures) {
      for case .events(let tally) in measures.map(\.source) { ids.insert(tally.id) }
    }
    return ids
  }

  /// The segments that count messages.
  package var messageSegments: [SegmentID] {
    rules.map(\.segment).filter { segment in
      segment.who.tallies.contains { $0.event == nil }
    }.map(\.id)
  }

  /// The segments that depend on products' categories.
  package var productSegments: [SegmentID] {
    rules.filter { $0.reads.contains(.products) }.map(\.segment.id)
  }

  /// What must be loaded to evaluate these rules.
  package func reads(of places: some Sequence<Int>) -> StateParts {
    var parts = StateParts(.memberships)
    for place in places { parts.formUnion(rules[place].reads.withoutEvents) }
    return parts
  }

  private static func reads(_ who: Criterion, _ names: [CustomerName]) -> StateParts {
    var parts = StateParts()
    for leaf in who.leaves {
      switch leaf {
      case .condition(let condition), .has(let condition):
        parts.formUnion(CustomerObject.reads(condition))
        for name in names where condition.reads(customer: name.name) { parts.formUnion(name.reads) }
      case .events(let tally, _, _):
        switch tally.source {
        case .event(let name, _): parts.insert(event: name)
        case .message: parts.insert(.memberships)
        }
      case .orders(let filter, _, _):
        parts.insert(.orders)
        if !filter.products.isEmpty { parts.insert(.products) }
      case .segment: parts.insert(.memberships)
      case .all, .any, .not: break
      }
    }
    return parts
  }

  /// Each after those that it asks for; by id otherwise.
  private static func ordered(_ segments: [Segment]) -> [Segment] {
    var rest = segments.sorted { $0.id < $1.id }
    let known = Set(rest.map(\.id))
    var placed: Set<SegmentID> = []
    var ordered: [Segment] = []
    while true {
      let ready = rest.filter { $0.who.segments.allSatisfy { placed.contains($0) || !known.contains($0) } }
      if ready.isEmpty { return ordered }
      ordered += ready
      placed.formUnion(ready.map(\.id))
      rest.removeAll { placed.contains($0.id) }
    }
  }
}

extension StateParts {
  /// Events are counted as they come, and need not be loaded.
  fileprivate var withoutEvents: StateParts {
    if eventNames.isEmpty { return self }
    var parts = StateParts()
    for part in Part.allCases where contains(part) { parts.insert(part) }
    return parts
  }
}
