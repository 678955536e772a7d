package import Domain

/// The `Retry-After` header (RFC 9110 10.2.3): whole seconds or a date.
package enum RetryAfter {
  package static let shortest: Duration = .seconds(1)
  package static let longest: Duration = .hours(24)

  /// The requested pause, between 1 s and 24 h; `nil` for anything but a plain number or a date, which the
  /// caller then ignores.
  ///
  /// A date is measured against the response's `Date` header, since the two clocks may differ; without one,
  /// against `now`.
  package static func parse(_ value: String, responseDate: String?, now: Instant) -> Duration? {
    let bytes = Array(value.utf8).drop { $0 == 0x20 }
    guard let first = bytes.first else { return nil }
    if (0x30...0x39).contains(first) {
      guard bytes.count <= 7, let seconds = Int64(String(decoding: bytes, as: UTF8.self)) else { return nil }
      return clamped(.seconds(seconds))
    }
    guard let date = httpDate(value) else { return nil }
    return clamped(date - (responseDate.flatMap(httpDate) ?? now))
  }

  private static func clamped(_ pause: Duration) -> Duration { min(max(pause, shortest), longest) }

  /// Parses the fixed format `Sun, 06 Nov 1994 08:49:37 GMT`, but not the two obsolete ones.
  static func httpDate(_ text: String) -> Instant? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", words[0].utf8.last == UInt8(ascii: ","),
      words[3].utf8.count == 4,
      let day = Int(words[1]), let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]),
      (1970...9999).contains(year), let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
      (0...60).contains(clock[2])
    else { return nil }
    return Instant(seconds: Int64(date.dayNumber) * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
