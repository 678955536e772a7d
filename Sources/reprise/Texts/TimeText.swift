internal import Domain
internal import Operations
internal import Platform

/// Formats the times of an answer.
struct TimeText {
  /// The base of relative times; `nil` to omit them.
  let now: Instant?

  init(_ now: Instant?) { self.now = now }

  /// `Sun 2026-03-01 18:00` on the time's own wall clock; its original text for years outside that format.
  static func wall(_ time: OffsetTime, seconds: Bool = false) -> String {
    guard time.instant != nil, time.text.utf8.count >= 19, let date = CivilDate(String(time.text.prefix(10)))
    else { return time.text }
    let clock = time.text.dropFirst(11).prefix(seconds ? 8 : 5)
    return "\(name(of: date.weekday)) \(date) \(clock)"
  }

  /// `in 2d 3h`, `10m ago`, `now` within a second; empty if it cannot be computed.
  func relative(_ time: OffsetTime) -> String {
    guard let now, let instant = time.instant else { return "" }
    let distance = instant - now
    if distance >= .seconds(1) { return "in " + DurationText.text(Self.whole(distance)) }
    if distance <= .seconds(-1) { return DurationText.text(Self.whole(.zero - distance)) + " ago" }
    return "now"
  }

  /// Whether the time is in the future.
  func isAhead(_ time: OffsetTime) -> Bool {
    guard let now, let instant = time.instant else { return false }
    return instant > now
  }

  /// `Sun 2026-03-01 18:00 (in 2d 3h)`.
  func both(_ time: OffsetTime) -> String {
    let relative = relative(time)
    return relative.isEmpty ? Self.wall(time) : "\(Self.wall(time)) (\(relative))"
  }

  private static func whole(_ duration: Duration) -> Duration { .seconds(duration.components.seconds) }

  private static func name(of weekday: Weekday) -> String {
    switch weekday {
    case .monday: "Mon"
    case .tuesday: "Tue"
    case .wednesday: "Wed"
    case .thursday: "Thu"
    case .friday: "Fri"
    case .saturday: "Sat"
    case .sunday: "Sun"
    }
  }
}
