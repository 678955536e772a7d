package import Domain
package import Templates

/// What is counted of a customer's events or messages as they come, so that a window needs no events.
package struct TallyRule: Sendable {
  package enum Source: Sendable {
    /// Events of a name, those that meet a condition over `event`.
    case event(EventName, where: Condition?)
    /// Messages of a trigger, at the instant at which that was known.
    case message(TriggerID, MessageMark)
  }

  package let source: Source
  /// The property of the event that is summed up; `nil` to count.
  package let property: String?
  /// How many of the newest are kept.
  package let limit: Int
  /// How long one can count; `nil` for ever.
  package let reach: Duration?
  /// Changes with each of these.
  package let id: TallyID

  package init(_ source: Source, property: String? = nil, limit: Int, reach: Duration?) {
    self.source = source
    self.property = property
    self.limit = limit
    self.reach = reach
    let told =
      switch source {
      case .event(let name, let condition): "event \(name) where \(condition?.text ?? "")"
      case .message(let trigger, let mark): "message \(trigger) \(mark.rawValue)"
      }
    let text = "\(told) sum \(property ?? "") \(limit) \(reach?.written ?? "ever")"
    id = TallyID(String(SHA256.hash(text).description.prefix(16)))
  }

  /// The rule of a condition.
  package init(_ source: Source, _ bounds: CountBounds, _ window: TimeWindow) {
    let reach: Duration? = if case .within(let duration) = window { duration } else { nil }
    self.init(source, limit: bounds.reach, reach: reach)
  }

  package var event: EventName? { if case .event(let name, _) = source { name } else { nil } }

  /// The entry of an event, if it counts.
  func entry(of event: Event, in program: Program) -> Tally.Entry? {
    guard case .event(let name, let condition) = source, name == event.name else { return nil }
    if let condition {
      let about = Value.object(
        EventObject.definition.record(
          EventObject.Source(name: event.name, at: event.at, properties: event.properties),
          extra: event.properties))
      let context = program.conditionContext(now: event.at, zone: program.brand.zone) { name in
        name == Root.event.name ? about : nil
      }
      guard condition.holds(context) else { return nil }
    }
    // A clock that is ahead does not push aside what counts now.
    let at = min(event.at, event.receivedAt)
    guard let property else { return Tally.Entry(at: at) }
    switch event.properties[property] {
    case .integer(let number): return Tally.Entry(at: at, amount: Double(number))
    case .number(let number): return Tally.Entry(at: at, amount: number)
    case .money(let money): return Tally.Entry(at: at, amount: money.majorUnits)
    default: return nil
    }
  }

  /// Adds an event that counts, and drops what cannot count any more.
  ///
  /// - Returns: whether anything has changed.
  package func add(_ event: Event, to tally: inout Tally, in program: Program, now: Instant) -> Bool {
    guard let entry = entry(of: event, in: program) else { return false }
    return add(entry, to: &tally, now: now)
  }

  package func add(_ entry: Tally.Entry, to tally: inout Tally, now: Instant) -> Bool {
    if let reach {
      guard entry.at > now - reach else { return false }
      tally.drop(upTo: now - reach)
    }
    return tally.insert(entry, limit: limit)
  }
}

/// What has happened to a message.
package enum MessageMark: String, Sendable, CaseIterable {
  case sent
  case delivered
  case clicked
  case bounced

  /// Whether it is recorded: the others are not yet.
  package var isRecorded: Bool { self == .sent || self == .bounced }
}
