internal import Decisioning
internal import Domain
internal import Templates

/// What the checks of segments and measures need of the rest.
struct AudienceSurroundings {
  /// For dates; UTC if the brand's zone has an error.
  var zone: TimeZoneRules
  var retention: Duration?
  /// The names of the triggers.
  var triggers: [String]
}

extension CrossCheck {
  /// Checks `measures:`, then the segments, which may use them.
  mutating func audience(
    _ measures: [NamedEntry<MeasureFile>], _ segments: [SegmentFile], in around: AudienceSurroundings
  ) -> AudienceRules {
    let known = measures.compactMap { measure($0, around) }
    let names = AudienceRules(segments: [], measures: known).names
    var seen: [ExactText: String] = [:]
    for id in segments.compactMap(\.id) {
      if let other = seen[id.value] {
        diagnostics.append(
          id.diagnostic("segment '\(id.value)' stands in \(other) already", hint: "give it another name"))
      }
      seen[id.value] = seen[id.value] ?? id.file
    }
    let ids = segments.compactMap { $0.id?.value }
    // Those with an error too, or every use of one would be a second.
    customerNames = ids.isEmpty ? names : names + [.segments(of: ids.sorted())]
    let read = segments.compactMap { file -> Segment? in
      guard let who = file.who.flatMap({ criterion($0, names, ids, around) }) else { return nil }
      return Segment(id: SegmentID(file.id?.value ?? ""), who: who, stay: file.stay ?? .zero)
    }
    cycles(segments)
    return AudienceRules(segments: read, measures: known)
  }

  // MARK: - Measures

  private mutating func measure(
    _ entry: NamedEntry<MeasureFile>, _ around: AudienceSurroundings
  ) -> Measure? {
    let (name, file) = (entry.name, entry.value)
    if CustomerObject.isField(name.value) || CustomerName.reserved.contains(name.value) {
      diagnostics.append(
        name.diagnostic(
          "customers have a '\(name.value)' of their own", hint: "give the measure another name"))
    }
    names.append(.measure(name.value), at: name.diagnostic(name.value))
    let window = window(file.window, around)
    let isOfOrders = file.what.value.hasSameBytes(as: MeasureFile.orders)
    if isOfOrders {
      if let property = file.property {
        diagnostics.append(
          property.diagnostic(
            "'of' names a property of events; of orders what they come to is added up", hint: "remove it"))
      }
      check(file.window.condition, .ofOrders)
      return Measure(
        name: name.value, source: .orders(OrderFilter(condition: file.window.condition?.value)),
        isSum: file.isSum, window: window)
    }
    guard event(file.what) else { return nil }
    if file.isSum, file.property == nil {
      diagnostics.append(
        file.what.diagnostic(
          "'sum' needs to know what of '\(file.what.value)' to add up", hint: "name a property: of: minutes"))
    }
    check(file.window.condition, .ofEvents)
    kept(file.window.within, around, what: "events")
    let tally = TallyRule(
      .event(EventName(file.what.value), where: file.window.condition?.value), property: file.property?.value,
      limit: CountBounds.maximum, reach: file.window.within?.value)
    return Measure(name: name.value, source: .events(tally), isSum: file.isSum, window: window)
  }

  // MARK: - Segments

  private mutating func criterion(
    _ file: CriterionFile, _ names: [CustomerName], _ ids: [String], _ around: AudienceSurroundings
  ) -> Criterion? {
    func each(_ parts: [CriterionFile]) -> [Criterion]? {
      let read = parts.map { criterion($0, names, ids, around) }
      return read.contains { $0 == nil } ? nil : read.compactMap(\.self)
    }
    switch file {
    case .all(let parts): return each(parts).map { .all($0) }
    case .any(let parts): return each(parts).map { .any($0) }
    case .not(let part): return criterion(part, names, ids, around).map { .not($0) }
    case .condition(let condition):
      customer(condition, names)
      return .condition(condition.value)
    case .has(let condition):
      customer(condition, names)
      return .has(condition.value)
    case .events(let name, let file):
      guard event(name) else { return nil }
      check(file.condition, .ofEvents)
      kept(file.within, around, what: "events")
      let (bounds, window) = (bounds(file), window(file, around))
      return .events(
        TallyRule(.event(EventName(name.value), where: file.condition?.value), bounds, window), bounds, window
      )
    case .orders(let file):
      check(file.condition, .ofOrders)
      return .orders(OrderFilter(condition: file.condition?.value), bounds(file), window(file, around))
    case .bought(let products, let file):
      return .orders(
        OrderFilter(products: products.map { ExactText($0) }), bounds(file), window(file, around))
    case .message(let message, let file):
      self.message(message, around)
      kept(file.within, around, what: "messages")
      let (bounds, window) = (bounds(file), window(file, around))
      let source = TallyRule.Source.message(TriggerID(message.trigger.value), message.was.value)
      return .events(TallyRule(source, bounds, window), bounds, window)
    case .segment(let id, let isMember):
      known(segment: id, among: ids)
      return .segment(SegmentID(id.value), isMember: isMember)
    }
  }

  private mutating func customer(_ condition: PlacedCondition, _ names: [CustomerName]) {
    let schema = TemplateSchema.segment(names)
    diagnostics += condition.check(schema)
    if condition.value.reads(customer: CustomerName.segmentsName) {
      var mistake = condition.place.diagnostic(
        "a segment asks for others by name", line: 0, column: 0, length: condition.value.text.utf8.count)
      mistake.hint = "write {segment: NAME}, or {segment: NAME, is: false}"
      diagnostics.append(mistake)
    }
    for name in condition.value.openNames(schema: schema) {
      question(name, at: condition.place.diagnostic(name))
    }
  }

  private mutating func check(_ condition: PlacedCondition?, _ schema: TemplateSchema) {
    if let condition { diagnostics += condition.check(schema) }
  }

  /// Whether it is an event that is kept as one.
  private mutating func event(_ name: Located<String>) -> Bool {
    let orders: [EventName] = [.orderCompleted, .orderPending, .orderCancelled, .orderRefunded]
    guard orders.contains(EventName(name.value)) else {
      names.append(.event(EventName(name.value)), at: name.diagnostic(""))
      return true
    }
    diagnostics.append(
      name.diagnostic(
        "'\(name.value)' tells of an order, and orders are counted as they stand",
        hint: "write {orders: {at_least: 1}}"))
    return false
  }

  private mutating func message(_ file: CriterionFile.MessageFile, _ around: AudienceSurroundings) {
    if !file.was.value.isRecorded {
      let known = MessageMark.allCases.filter(\.isRecorded).map(\.rawValue).listed
      diagnostics.append(
        file.was.diagnostic(
          "whether a message was \(file.was.value.rawValue) is not recorded yet", hint: "\(known) are"))
    }
    if !around.triggers.contains(where: { $0.hasSameBytes(as: file.trigger.value) }) {
      diagnostics.append(
        file.trigger.diagnostic(
          "there is no trigger '\(file.trigger.value)'",
          hint: NearestName.hint(for: file.trigger.value, among: around.triggers)))
    }
  }

  mutating func known(segment id: Located<String>, among ids: [String]) {
    guard !ids.contains(where: { $0.hasSameBytes(as: id.value) }) else { return }
    diagnostics.append(
      id.diagnostic(
        "there is no segment '\(id.value)'",
        hint: NearestName.hint(for: id.value, among: ids) ?? "make segments/\(id.value).yaml"))
  }

  // MARK: - Windows

  private mutating func bounds(_ file: WindowFile) -> CountBounds {
    if let least = file.atLeast, let most = file.atMost, most.value < least.value {
      diagnostics.append(
        most.diagnostic(
          "at most \(most.value) is never at least \(least.value)", hint: "exchange them, or remove one"))
    }
    return CountBounds(
      atLeast: file.atLeast?.value ?? (file.atMost == nil ? 1 : 0), atMost: file.atMost?.value)
  }

  private mutating func window(_ file: WindowFile, _ around: AudienceSurroundings) -> TimeWindow {
    if file.within != nil, let since = file.since {
      diagnostics.append(
        since.diagnostic("'within' and 'since' cannot stand together", hint: "keep one"))
    }
    if let within = file.within { return .within(within.value) }
    return file.since.map { .since(around.zone.startOfDay(of: $0.value)) } ?? .ever
  }

  private mutating func kept(_ within: Located<Duration>?, _ around: AudienceSurroundings, what: String) {
    guard let within, let retention = around.retention, within.value > retention else { return }
    let (window, kept) = (within.value.writtenInDays, retention.writtenInDays)
    diagnostics.append(
      within.diagnostic(
        "this counts the \(what) of \(window), and retention is \(kept)",
        hint: "set retention to \(window) or more, or shorten the window"))
  }

  // MARK: - Cycles

  /// Reports each cycle once, where its first segment by the order of the files asks for the next.
  private mutating func cycles(_ files: [SegmentFile]) {
    var asked: [ExactText: [Located<String>]] = [:]
    for file in files {
      guard let id = file.id, let who = file.who else { continue }
      asked[id.value] = who.segments
    }
    var told: Set<ExactText> = []
    for file in files {
      guard let id = file.id, !told.contains(id.value),
        let way = Self.way(from: id.value, to: id.value, asked)
      else { continue }
      for step in way { told.insert(step.value) }
      guard let first = way.first else { continue }
      let names = ([id.value] + way.map(\.value)).map { "'\($0)'" }.joined(separator: " asks for ")
      diagnostics.append(
        first.diagnostic(
          way.count == 1
            ? "segment '\(id.value)' asks for itself" : "segments ask for each other in a circle: \(names)",
          hint: "let one of them say without the other who is in it"))
    }
  }

  /// A shortest way by which one segment asks for another; `nil` if there is none.
  private static func way(
    from start: String, to end: String, _ asked: [ExactText: [Located<String>]]
  ) -> [Located<String>]? {
    var ways = (asked[start] ?? []).map { [$0] }
    var seen: Set<ExactText> = []
    while !ways.isEmpty {
      let way = ways.removeFirst()
      guard let last = way.last?.value else { continue }
      if last.hasSameBytes(as: end) { return way }
      guard seen.insert(last) else { continue }
      ways += (asked[last] ?? []).map { way + [$0] }
    }
    return nil
  }
}

extension CriterionFile {
  /// The segments that it asks for, with their places.
  fileprivate var segments: [Located<String>] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.segments)
    case .not(let part): part.segments
    case .segment(let id, _): [id]
    default: []
    }
  }
}
