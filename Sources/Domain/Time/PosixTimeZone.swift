/// The rule at the end of a TZif file, for times beyond its table: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// POSIX.1 section 8.3 with the extension of RFC 8536 section 3.3.1: hours of a rule's time from -167 to 167.
/// Daylight time without dates is refused, because POSIX leaves them to the implementation.
struct PosixTimeZone: Sendable {
  struct Daylight: Sendable {
    let type: LocalTimeType
    let start: Rule
    let end: Rule
  }

  /// A moment of each year, in the local time that ends then.
  struct Rule: Sendable {
    enum Day: Sendable {
      /// `Jn`: 1 to 365, 29 February never counted.
      case ofCommonYear(Int)
      /// `n`: 0 to 365, 29 February counted.
      case zeroBased(Int)
      /// `Mm.w.d`: weekday 0 (Sunday) to 6 of week 1 to 5 (the last) of a month.
      case weekday(month: Int, week: Int, weekday: Int)
    }

    let day: Day
    let seconds: Int

    func localSeconds(year: Int) -> Int64 {
      let newYear = CivilDate(year: year, month: 1, day: 1)?.dayNumber ?? 0
      let number =
        switch day {
        case .ofCommonYear(let day): newYear + day - 1 + (CivilDate.isLeapYear(year) && day >= 60 ? 1 : 0)
        case .zeroBased(let day): newYear + day
        case .weekday(let month, let week, let weekday):
          Self.dayNumber(year: year, month: month, week: week, weekday: weekday)
        }
      return Int64(number * 86400 + seconds)
    }

    private static func dayNumber(year: Int, month: Int, week: Int, weekday: Int) -> Int {
      guard let first = CivilDate(year: year, month: month, day: 1) else { return 0 }
      var day = 1 + (weekday - first.weekday.isoNumber % 7 + 7) % 7 + (week - 1) * 7
      while day > CivilDate.daysInMonth(month, year: year) { day -= 7 }
      return first.dayNumber + day - 1
    }
  }

  struct Change {
    let at: Int64
    let isDaylight: Bool
  }

  let standard: LocalTimeType
  let daylight: Daylight?

  /// The changes in `years`, in time order; empty without daylight time.
  ///
  /// Daylight time that lasts all year ends and starts at one instant; then only the later change is listed.
  func changes(in years: ClosedRange<Int>) -> [Change] {
    guard let daylight else { return [] }
    var changes: [Change] = []
    for year in years {
      let start = daylight.start.localSeconds(year: year) - Int64(standard.offsetSeconds)
      let end = daylight.end.localSeconds(year: year) - Int64(daylight.type.offsetSeconds)
      changes.append(Change(at: start, isDaylight: true))
      changes.append(Change(at: end, isDaylight: false))
    }
    changes.sort { ($0.at, $0.isDaylight ? 1 : 0) < ($1.at, $1.isDaylight ? 1 : 0) }
    var result: [Change] = []
    for change in changes {
      if result.last?.at == change.at { result.removeLast() }
      result.append(change)
    }
    return result
  }
}

extension PosixTimeZone {
  /// `nil` unless the text is exactly one such rule.
  init?(_ bytes: Span<UInt8>) {
    var cursor = 0
    guard let name = Self.name(bytes, &cursor), let west = Self.seconds(bytes, &cursor, hours: 0...24) else {
      return nil
    }
    standard = LocalTimeType(offsetSeconds: -west, isDaylightTime: false, abbreviation: name)
    if cursor == bytes.count {
      daylight = nil
      return
    }
    guard let daylightName = Self.name(bytes, &cursor) else { return nil }
    var daylightOffset = standard.offsetSeconds + 3600
    if !bytes.has(ASCII.comma, at: cursor) {
      guard let west = Self.seconds(bytes, &cursor, hours: 0...24) else { return nil }
      daylightOffset = -west
    }
    guard let start = Self.rule(bytes, &cursor), let end = Self.rule(bytes, &cursor), cursor == bytes.count
    else {
      return nil
    }
    daylight = Daylight(
      type: LocalTimeType(offsetSeconds: daylightOffset, isDaylightTime: true, abbreviation: daylightName),
      start: start, end: end)
  }

  /// At least three letters, or letters, digits and signs between `<` and `>`.
  private static func name(_ bytes: Span<UInt8>, _ cursor: inout Int) -> String? {
    var name: [UInt8] = []
    if bytes.has(UInt8(ascii: "<"), at: cursor) {
      cursor += 1
      while cursor < bytes.count, bytes[cursor] != UInt8(ascii: ">") {
        let byte = bytes[cursor]
        guard ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == ASCII.plus || byte == ASCII.minus else {
          return nil
        }
        name.append(byte)
        cursor += 1
      }
      guard cursor < bytes.count else { return nil }
      cursor += 1
    } else {
      while cursor < bytes.count, ASCII.isLetter(bytes[cursor]) {
        name.append(bytes[cursor])
        cursor += 1
      }
    }
    return name.count >= 3 ? String(decoding: name, as: UTF8.self) : nil
  }

  /// `[+-]h[h[h]][:mm[:ss]]`.
  private static func seconds(_ bytes: Span<UInt8>, _ cursor: inout Int, hours: ClosedRange<Int>) -> Int? {
    var sign = 1
    if bytes.has(ASCII.minus, at: cursor) {
      sign = -1
      cursor += 1
    } else if bytes.has(ASCII.plus, at: cursor) {
      cursor += 1
    }
    guard let hour = number(bytes, &cursor, in: hours) else { return nil }
    var total = hour * 3600
    for unit in [60, 1] {
      guard bytes.has(ASCII.colon, at: cursor) else { break }
      guard let part = bytes.decimal(at: cursor + 1, digits: 2), part < 60 else { return nil }
      cursor += 3
      total += part * unit
    }
    return sign * total
  }

  /// `,date[/time]`; the time is 02:00 by default.
  private static func rule(_ bytes: Span<UInt8>, _ cursor: inout Int) -> Rule? {
    guard bytes.has(ASCII.comma, at: cursor) else { return nil }
    cursor += 1
    let day: Rule.Day
    if bytes.has(UInt8(ascii: "M"), at: cursor) {
      cursor += 1
      guard let month = number(bytes, &cursor, in: 1...12), bytes.has(ASCII.dot, at: cursor) else {
        return nil
      }
      cursor += 1
      guard let week = number(bytes, &cursor, in: 1...5), bytes.has(ASCII.dot, at: cursor) else { return nil }
      cursor += 1
      guard let weekday = number(bytes, &cursor, in: 0...6) else { return nil }
      day = .weekday(month: month, week: week, weekday: weekday)
    } else if bytes.has(UInt8(ascii: "J"), at: cursor) {
      cursor += 1
      guard let number = number(bytes, &cursor, in: 1...365) else { return nil }
      day = .ofCommonYear(number)
    } else {
      guard let number = number(bytes, &cursor, in: 0...365) else { return nil }
      day = .zeroBased(number)
    }
    guard bytes.has(ASCII.slash, at: cursor) else { return Rule(day: day, seconds: 7200) }
    cursor += 1
    return seconds(bytes, &cursor, hours: 0...167).map { Rule(day: day, seconds: $0) }
  }

  private static func number(_ bytes: Span<UInt8>, _ cursor: inout Int, in range: ClosedRange<Int>) -> Int? {
    let start = cursor
    var value = 0
    while cursor < bytes.count, ASCII.isDigit(bytes[cursor]), cursor - start < 3 {
      value = value * 10 + Int(bytes[cursor] - 0x30)
      cursor += 1
    }
    return cursor > start && range.contains(value) ? value : nil
  }
}
