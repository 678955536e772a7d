internal import Domain
internal import Platform

/// Times of an answer as people read them. In an answer a time is ISO 8601 with the offset of the wall it is meant for.
struct TimeText {
  /// What relative times are counted from.
  let now: Instant?

  init(now: String?) { self.now = now.flatMap { Instant(iso8601: $0) } }
  init(_ now: Instant) { self.now = now }

  /// `Sun 2026-03-01 18:00` on the wall that the text names; the text itself when it is no time.
  static func wall(_ text: String, seconds: Bool = false) -> String {
    guard text.utf8.count >= 19, Instant(iso8601: text) != nil, let date = CivilDate(String(text.prefix(10)))
    else { return text }
    let clock = text.dropFirst(11).prefix(seconds ? 8 : 5)
    return "\(name(of: date.weekday)) \(date) \(clock)"
  }

  /// `in 2d 3h`, `10m ago`, `now` within a second; empty when the text is no time.
  func relative(_ text: String) -> String {
    guard let now, let instant = Instant(iso8601: text) else { return "" }
    let distance = instant - now
    if distance >= .seconds(1) { return "in " + DurationText.text(Self.whole(distance)) }
    if distance <= .seconds(-1) { return DurationText.text(Self.whole(.zero - distance)) + " ago" }
    return "now"
  }

  /// Whether the text is a time that has not come.
  func isAhead(_ text: String) -> Bool {
    guard let now, let instant = Instant(iso8601: text) else { return false }
    return instant > now
  }

  /// `Sun 2026-03-01 18:00 (in 2d 3h)`.
  func both(_ text: String) -> String {
    let relative = relative(text)
    return relative.isEmpty ? Self.wall(text) : "\(Self.wall(text)) (\(relative))"
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
