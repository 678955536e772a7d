import Domain

/// `{anniversary: birthday | joined_at, before: 3d, at: "09:00"}`: fires at a time of day, so many days
/// before a day that comes back each year, in the customer's zone.
///
/// The occurrence is the year: the local year, for a lunar birthday the lunar one. It stays the same when the
/// birthday or the zone is corrected, so that nobody is greeted twice in a year; once a step was decided, the
/// next plan is for the next year. The first anniversary of joining is one year after it.
enum AnniversaryPlanner {
  static func plan(_ rule: AnniversaryRule, in context: PlanningContext) -> [Plan] {
    let customer = context.state.customer
    let zone = context.zone
    guard let (anniversary, origin) = rule.of.anniversary(of: customer, leapDay: rule.leapDay, zone: zone)
    else {
      return []
    }
    let greeted = context.enrollments.filter { $0.beganAt != nil }.map(\.occurrence)
    let thisYear = zone.civilDate(at: context.now).year
    // From last year, whose lunar winter and whose later steps may reach into this one, to beyond the longest
    // time without a 29 February.
    for year in thisYear - 1...thisYear + 9 {
      if let origin, year <= origin { continue }
      guard let date = anniversary.date(in: year), !greeted.contains(String(year)) else { continue }
      let firesAt = rule.firesAt(for: date, in: zone)
      if context.trigger.isExpired(firesAt: firesAt, now: context.now) { continue }
      // With `existing: skip`, a year whose firing lay before the trigger was enabled gives way to the next.
      if let plan = context.moment(String(year), firesAt: firesAt, .anniversary(year: year)) { return [plan] }
    }
    return []
  }
}

extension AnniversaryRule {
  /// `at` on the local date that lies `before` earlier; what `before` has beyond whole days is taken off the
  /// clock.
  func firesAt(for date: CivilDate, in zone: TimeZoneRules) -> Instant {
    let (days, rest) = before.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    return zone.instant(of: date.adding(days: -Int(days)), at: at) - .milliseconds(rest)
  }
}

extension AnniversaryField {
  /// The day that comes back, and the year it began in, if that is known; `nil` when the customer has no such
  /// day.
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
