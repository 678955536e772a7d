extension Instant {
  /// Parses an ISO 8601 timestamp with offset, as profiled by RFC 3339: `2026-03-01T10:00:00Z`, `2026-03-01
  /// 10:00:00.123456+08:00`.
  ///
  /// Also accepts a space or lower-case `t` for `T`, lower-case `z`, a comma before the fraction, a fraction
  /// of any length (truncated to milliseconds), missing seconds, `+0800` and `+08`. A leap second (`:60`)
  /// becomes the last millisecond of its minute. `nil` for anything else: a date alone, no offset, days that
  /// do not exist, years outside 0001 to 9999, any byte before or after.
  package init?(iso8601 text: String) {
    self.init(iso8601: text.utf8.span)
  }

  /// The same over UTF-8 bytes.
  package init?(iso8601 bytes: Span<UInt8>) {
    guard bytes.count >= 17, let date = CivilDate(bytes, at: 0) else { return nil }
    let separator = bytes[10]
    guard separator | 0x20 == UInt8(ascii: "t") || separator == ASCII.space,
      let hour = bytes.decimal(at: 11, digits: 2), hour < 24, bytes[13] == ASCII.colon,
      let minute = bytes.decimal(at: 14, digits: 2), minute < 60
    else { return nil }
    var cursor = 16
    var milliseconds = 0
    if bytes[cursor] == ASCII.colon {
      guard let second = bytes.decimal(at: 17, digits: 2), second <= 60 else { return nil }
      cursor = 19
      guard let fraction = Self.fraction(bytes, &cursor) else { return nil }
      milliseconds = second == 60 ? 59_999 : second * 1000 + fraction
    }
    guard let offset = Self.offset(bytes, at: cursor) else { return nil }
    let seconds = date.dayNumber * 86400 + hour * 3600 + minute * 60 - offset
    self.init(milliseconds: Int64(seconds * 1000 + milliseconds))
  }

  /// The milliseconds of an optional `.123456`; `nil` for a point without digits.
  private static func fraction(_ bytes: Span<UInt8>, _ cursor: inout Int) -> Int? {
    guard bytes.has(ASCII.dot, at: cursor) || bytes.has(ASCII.comma, at: cursor) else { return 0 }
    cursor += 1
    let start = cursor
    var milliseconds = 0
    var scale = 100
    while cursor < bytes.count, ASCII.isDigit(bytes[cursor]) {
      milliseconds += Int(bytes[cursor] &- 0x30) * scale
      scale /= 10
      cursor += 1
    }
    return cursor > start ? milliseconds : nil
  }

  /// Seconds east of UTC from `Z`, `+hh:mm`, `+hhmm` or `+hh`, which must end the bytes.
  static func offset(_ bytes: Span<UInt8>, at start: Int) -> Int? {
    let length = bytes.count - start
    guard length >= 1 else { return nil }
    let sign = bytes[start]
    if sign | 0x20 == UInt8(ascii: "z") { return length == 1 ? 0 : nil }
    guard sign == ASCII.plus || sign == ASCII.minus, let hours = bytes.decimal(at: start + 1, digits: 2),
      hours < 24
    else { return nil }
    var minutes: Int? = 0
    switch length {
    case 3: break
    case 5: minutes = bytes.decimal(at: start + 3, digits: 2)
    case 6: minutes = bytes[start + 3] == ASCII.colon ? bytes.decimal(at: start + 4, digits: 2) : nil
    default: return nil
    }
    guard let minutes, minutes < 60 else { return nil }
    return (sign == ASCII.minus ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// `2026-03-01T10:00:00Z`, with milliseconds if there are any: `2026-03-01T10:00:00.250Z`.
  ///
  /// `Instant(iso8601:)` parses it for the years 0001 to 9999; other years are written with a sign.
  package var iso8601: String {
    Self.iso8601(milliseconds, offset: nil)
  }

  /// The same in local time of a zone: `2026-03-01T18:00:00+08:00`; offsets of the nineteenth century are
  /// truncated to minutes.
  package func iso8601(in zone: TimeZoneRules) -> String {
    let offset = zone.offsetSeconds(at: self) / 60 * 60
    return Self.iso8601(
      milliseconds.addingReportingOverflow(Int64(offset) * 1000).partialValue, offset: offset)
  }

  private static func iso8601(_ localMilliseconds: Int64, offset: Int?) -> String {
    let (seconds, millisecond) = localMilliseconds.flooringDivided(by: 1000)
    let (day, secondOfDay) = seconds.flooringDivided(by: 86400)
    return String(unsafeUninitializedCapacity: 40) { buffer in
      var writer = DigitWriter(buffer)
      writer.date(CivilDate(dayNumber: Int(day)))
      writer.byte(UInt8(ascii: "T"))
      writer.two(Int(secondOfDay) / 3600)
      writer.byte(ASCII.colon)
      writer.two(Int(secondOfDay) / 60 % 60)
      writer.byte(ASCII.colon)
      writer.two(Int(secondOfDay) % 60)
      if millisecond != 0 {
        writer.byte(ASCII.dot)
        writer.three(Int(millisecond))
      }
      if let offset {
        writer.byte(offset < 0 ? ASCII.minus : ASCII.plus)
        writer.two(abs(offset) / 3600)
        writer.byte(ASCII.colon)
        writer.two(abs(offset) / 60 % 60)
      } else {
        writer.byte(UInt8(ascii: "Z"))
      }
      return writer.count
    }
  }
}
