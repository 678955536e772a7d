package import Domain

/// `{anniversary: birthday | joined_at, before: 3d, at: "09:00"}`: fires at a time of day, a number of days
/// before a recurring date, in the customer's zone.
/// The occurrence is the year: the local year, or for a lunar birthday the lunar one. It stays the same when the
/// birthday or the zone is corrected, so that nobody is greeted twice in a year; once a step was decided, the next
/// plan is for the next year. The first anniversary of joining is one year after it.
package struct AnniversaryRule: TriggerKind {
  package var of: AnniversaryField
  package var before: Duration
  package var at: ClockTime
  package var leapDay: Anniversary.LeapDayPolicy

  package init(of: AnniversaryField, before: Duration, at: ClockTime, leapDay: Anniversary.LeapDayPolicy) {
    self.of = of
    self.before = before
    self.at = at
    self.leapDay = leapDay
  }

  // MARK: In a file

  package static let form = TriggerForm(
    .word("anniversary", "birthday or joined_at."),
    .duration("before", zeroAllowed: true, default: "0s", "So long before the day."),
    .clockTime(
      "at", example: "\"09:00\"", default: "\"09:00\"", "The time of day, in the customer's zone."),
    .word(
      "leap_day", default: "feb28", "When 29 February is celebrated in other years: feb28, mar1 or skip.")
  ) { AnniversaryRule(of: $0, before: $1, at: $2, leapDay: $3) }

  package static let occasion = Occasion.moment("a birthday")
  package static let expiryNote = "the rest of the day for anniversaries"
  package var isAboutOrders: Bool { false }

  package func planningParts(of trigger: Trigger) -> [String] {
    ["anniversary", of.rawValue, before.written, at.description, leapDay.rawValue]
  }

  /// The time of day is fixed: a step may always fall due in the quiet hours and expire before they end.
  package func objections(to trigger: Trigger, quietHours: QuietHours?) -> [StepObjection] {
    guard let quietHours else { return [] }
    let day = 24 * 60
    let length = (quietHours.to.minuteOfDay - quietHours.from.minuteOfDay + day) % day
    return trigger.steps.enumerated().compactMap { index, step in
      let minute = (at.minuteOfDay + Int(step.after.milliseconds / 60_000)) % day
      let since = (minute - quietHours.from.minuteOfDay + day) % day
      guard since < length else { return nil }
      let wait = Duration.minutes(Int64(length - since))
      guard wait > step.expiresAfter ?? trigger.expiresAfter else { return nil }
      let due = ClockTime(hour: minute / 60, minute: minute % 60)?.description ?? ""
      return StepObjection(
        step: index,
        message:
          "step \(index + 1) can never be sent: it is due at \(due), in the quiet hours, and expires before they end at \(quietHours.to)",
        hint: "let it expire after more than \(wait.written), or send it at another time")
    }
  }

  // MARK: Planning

  package var reads: StateParts { [.customer] }
  package func mayConcern(_ state: CustomerState) -> Bool { true }
  /// The date comes back every year.
  package var recurs: Bool { true }

  package func plans(in context: PlanningContext) -> [Plan] {
    let customer = context.state.customer
    let zone = context.zone
    guard let (anniversary, origin) = of.anniversary(of: customer, leapDay: leapDay, zone: zone) else {
      return []
    }
    // An enrollment that another system began may still have steps left.
    let greeted = context.enrollments.filter { $0.beganAt != nil && $0.endReason != .sentElsewhere }
      .map(\.occurrence)
    let thisYear = zone.civilDate(at: context.now).year
    // Starts with last year, whose lunar winter and later steps may extend into this year, and goes beyond the longest
    // period without a 29 February.
    for year in thisYear - 1...thisYear + 9 {
      if let origin, year <= origin { continue }
      guard let date = anniversary.date(in: year), !greeted.contains(String(year)) else { continue }
      let firesAt = firesAt(for: date, in: zone)
      if context.trigger.isExpired(firesAt: firesAt, now: context.now) { continue }
      // With `existing: skip`, a year that fired before the trigger was enabled is replaced by the next.
      if let plan = context.moment(String(year), firesAt: firesAt, .anniversary(year: year)) { return [plan] }
    }
    return []
  }

  /// `at` on the local date `before` earlier; the part of `before` beyond whole days is subtracted from the
  /// clock time.
  func firesAt(for date: CivilDate, in zone: TimeZoneRules) -> Instant {
    let (days, rest) = before.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    return zone.instant(of: date.adding(days: -Int(days)), at: at) - .milliseconds(rest)
  }

  /// - Parameter told: a year; `nil` takes the year whose date is closest to the time of sending.
  package func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)? {
    if let told { return Int(told).map { (String($0), .anniversary(year: $0)) } }
    let zone = context.zone
    let year = zone.civilDate(at: sentAt + before).year
    guard let (anniversary, _) = of.anniversary(of: context.state.customer, leapDay: leapDay, zone: zone)
    else { return (String(year), .anniversary(year: year)) }
    func distance(_ year: Int) -> Int64 {
      guard let date = anniversary.date(in: year) else { return .max }
      return abs(firesAt(for: date, in: zone).milliseconds - sentAt.milliseconds)
    }
    let nearest = (year - 1...year + 1).min { distance($0) < distance($1) } ?? year
    return (String(nearest), .anniversary(year: nearest))
  }

  // MARK: Deciding

  package func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    guard case .anniversary = enrollment.subject else { return .superseded }
    return of.isKnown(of: state.customer) ? nil : .cancelled
  }

  /// Up to the end of the day itself: until then a greeting is right, afterwards it is late.
  package var defaultExpiry: Duration { before + .days(1) - .minutes(Int64(at.minuteOfDay)) }
  package func lastMoment(firedAt: Instant) -> Instant? { firedAt + defaultExpiry }

  // MARK: In messages and explanations

  package var offers: [Root] { [.anniversary] }

  package func value(of name: String, in scope: Scope) -> Value? {
    guard name == Root.anniversary.name, case .anniversary(let year) = scope.subject else { return nil }
    let customer = scope.state.customer
    let zone = scope.program.zone(of: customer)
    guard let (anniversary, origin) = of.anniversary(of: customer, leapDay: leapDay, zone: zone),
      let date = anniversary.date(in: year)
    else { return nil }
    return .object(
      AnniversaryObject.definition.record(
        AnniversaryObject.Source(field: of, date: zone.startOfDay(of: date), year: year, origin: origin)))
  }

  package static let lacks: [Lack] = [.birthday, .joinedAt]

  package func lack(in state: CustomerState) -> Lack? {
    if of.isKnown(of: state.customer) { return nil }
    return switch of {
    case .birthday: .birthday
    case .joinedAt: .joinedAt
    }
  }

  package func example(for state: CustomerState, now: Instant) -> Subject? { nil }
  package static var samples: [KindSample] {
    let nine = ClockTime(hour: 9, minute: 0)
    return nine.map {
      [KindSample(AnniversaryRule(of: .birthday, before: .days(3), at: $0, leapDay: .feb28))]
    } ?? []
  }
  package var need: String { "a \(of.rawValue)" }
}

package enum AnniversaryField: String, Sendable, CaseIterable {
  case birthday
  case joinedAt = "joined_at"

  func isKnown(of customer: Customer) -> Bool {
    switch self {
    case .birthday: customer.birthday != nil
    case .joinedAt: customer.joinedAt != nil
    }
  }

  /// The recurring day, and the year it started in, if known; `nil` if the customer has no such day.
  func anniversary(
    of customer: Customer, leapDay: Anniversary.LeapDayPolicy, zone: TimeZoneRules
  ) -> (Anniversary, year: Int?)? {
    switch self {
    case .birthday:
      guard let birthday = customer.birthday, let anniversary = Anniversary(birthday, leapDay: leapDay) else {
        return nil
      }
      return (anniversary, birthday.year)
    case .joinedAt:
      guard let joinedAt = customer.joinedAt else { return nil }
      let date = zone.civilDate(at: joinedAt)
      return (.gregorian(date.monthDay, leapDay: leapDay), date.year)
    }
  }
}
