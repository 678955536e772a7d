package import Domain

extension GateRule {
  /// Defers a message to the end of the customer's quiet hours, when all gates are evaluated again. Applies
  /// to service messages too. A message that would be too late by then is skipped as `expired` at once.
  static let quietHours = GateRule(.quietHours) { question in
    guard let hours = question.program.limits.quietHours else { return .pass() }
    guard let opening = hours.opening(at: question.now, in: question.zone) else {
      return .pass(["local_time": .string(question.zone.clockTime(at: question.now).description)])
    }
    let values = seen(at: question.now, in: question.zone, until: opening)
    guard opening <= question.expiresAt else {
      return .skip(.expired, values.adding("expires_at", .instant(question.expiresAt)))
    }
    return .hold(.defer(until: opening, .quietHours), values)
  }

  fileprivate static func seen(at now: Instant, in zone: TimeZoneRules, until opening: Instant) -> Record {
    [
      "local_time": .string(zone.clockTime(at: now).description), "zone": .string(zone.name),
      "until": .instant(opening),
    ]
  }
}

extension WireRule {
  /// The same for a message that was decided by day but could not be sent before the night.
  static let quietHours = WireRule(.quietHours) { question in
    guard let program = question.program, case .closed(let opening) = question.window else { return .pass() }
    let zone = program.zone(named: question.due.timeZone)
    return question.wait(
      until: opening, .quietHours, GateRule.seen(at: question.now, in: zone, until: opening))
  }
}

extension Program {
  /// Whether a message may go to a customer in this zone now. An unknown or missing zone means the shop's.
  package func window(inZone name: String?, at now: Instant) -> SendWindow {
    guard let hours = limits.quietHours else { return .open(until: nil) }
    let zone = zone(named: name)
    if let opening = hours.opening(at: now, in: zone) { return .closed(until: opening) }
    return .open(until: hours.nextBeginning(after: now, in: zone))
  }
}

extension QuietHours {
  /// When they next begin; `nil` if both ends are the same. Must be called outside of them.
  func nextBeginning(after now: Instant, in zone: TimeZoneRules) -> Instant? {
    guard from != to else { return nil }
    let today = zone.civilDate(at: now)
    return [today, today.adding(days: 1)].lazy.map { zone.instant(of: $0, at: from) }.first { $0 > now }
  }

  /// The end of the quiet hours that include `now`; `nil` outside them, and always if both ends are the same.
  ///
  /// A night's hours last from the first moment the wall clock shows `from` to the first moment it shows
  /// `to`. Setting the clock back afterwards does not restart them; setting it forward over `to` ends them at
  /// the jump.
  func opening(at now: Instant, in zone: TimeZoneRules) -> Instant? {
    guard from != to else { return nil }
    let today = zone.civilDate(at: now)
    // The night that began yesterday, and the one that begins today.
    for date in [today.adding(days: -1), today] {
      let end = zone.instant(of: from < to ? date : date.adding(days: 1), at: to)
      guard now < end, zone.instant(of: date, at: from) <= now else { continue }
      // If a clock jump skips both ends, the next night begins as this one ends.
      return opening(at: end, in: zone) ?? end
    }
    return nil
  }
}

extension Record {
  func adding(_ name: String, _ value: Value) -> Record {
    var record = self
    record[name] = value
    return record
  }
}
