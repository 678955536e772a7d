import Domain

extension RenderEnvironment {
  /// Parses a text as a time in the customer's zone; `nil` if it is not one.
  ///
  /// Accepts seconds since 1970, `now`, and everything that Ruby's `Time.parse` does: missing larger parts
  /// come from `now`, missing smaller ones are the first. Without a zone, the text is in the customer's.
  func localTime(of text: String) -> LocalTime? {
    guard text.utf8.count <= DateText.longest else { return nil }
    let text = text.lowercased()
    if text == "now" || text == "today" { return localTime(now) }
    if !text.isEmpty, text.utf8.allSatisfy(\.isDigit) {
      return localTime(Instant(clampingSeconds: leadingInteger(text.utf8)))
    }
    let parts = DateText(text).parts
    guard !parts.isEmpty else { return nil }
    let offset = parts.zone.flatMap { ZoneOffset.seconds($0) }
    let clock = offset.map { LocalTime(now, offsetSeconds: $0, zoneName: "") } ?? localTime(now)
    guard var time = parts.time(now: clock) else { return nil }
    if let offset {
      time.offsetSeconds = offset
      return localTime(time.instant)
    }
    // The zone's offset at a local time: that at the same time in UTC, corrected once.
    for _ in 0..<2 { time.offsetSeconds = localTime(time.instant).offsetSeconds }
    return localTime(time.instant)
  }

  func instant(of text: String) -> Instant? { localTime(of: text)?.instant }

  /// Whether a text denotes a time, in any customer's time zone.
  static func tellsTime(_ text: String) -> Bool {
    let some = RenderEnvironment(now: Instant(milliseconds: 0), currency: .unknown)
    return some.instant(of: text) != nil
  }
}

/// The parts of a time found in a text.
struct DateParts {
  var year: Int?
  var month: Int?
  var day: Int?
  var dayOfYear: Int?
  var hour: Int?
  var minute: Int?
  var second: Int?
  var millisecond: Int?
  var zone: [UInt8]?

  var isEmpty: Bool {
    [year, month, day, dayOfYear, hour, minute, second, millisecond].allSatisfy { $0 == nil }
  }

  /// The local time; `nil` if there is no such time. 30 February and 24:00 mean the next day.
  func time(now: LocalTime) -> LocalTime? {
    var time = LocalTime(year: year ?? now.year, month: month ?? 1, day: day ?? 1)
    if year == nil, dayOfYear == nil, month == nil {
      time.month = now.month
      if day == nil {
        time.day = now.day
        if hour == nil {
          time.hour = now.hour
          if minute == nil {
            time.minute = now.minute
            if second == nil { time.second = now.second }
          }
        }
      }
    }
    time.hour = hour ?? time.hour
    time.minute = minute ?? time.minute
    time.second = second ?? time.second
    time.millisecond = millisecond ?? 0
    if let dayOfYear {
      guard (1...366).contains(dayOfYear) else { return nil }
      let date = CivilDate(dayNumber: LocalTime(year: time.year, month: 1, day: 1).dayNumber + dayOfYear - 1)
      (time.month, time.day) = (date.month, date.day)
    }
    let isMidnight = time.hour == 24 && time.minute == 0 && time.second == 0
    guard (-9999...9999).contains(time.year), (1...12).contains(time.month), (1...31).contains(time.day),
      (0...23).contains(time.hour) || isMidnight, (0...59).contains(time.minute),
      (0...60).contains(time.second)
    else { return nil }
    return time
  }
}

/// The zones known to Ruby's `Time.parse`: offsets, and the names of RFC 822.
private enum ZoneOffset {
  static func seconds(_ zone: [UInt8]) -> Int? {
    if let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      let digits = zone.dropFirst().filter { $0 != UInt8(ascii: ":") }
      let colons = zone.count - 1 - digits.count
      guard digits.allSatisfy(\.isDigit), [2, 4, 6].contains(digits.count),
        colons == 0 || colons == digits.count / 2 - 1
      else { return nil }
      var seconds = 0
      for (place, unit) in zip(stride(from: 0, to: digits.count, by: 2), [3600, 60, 1]) {
        let number = Int(digits[place] - 48) * 10 + Int(digits[place + 1] - 48)
        seconds += number * unit
      }
      return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
    return hours(String(decoding: zone, as: UTF8.self)).map { $0 * 3600 }
  }

  private static func hours(_ name: String) -> Int? {
    switch name {
    case "utc", "ut", "gmt", "z": 0
    case "edt": -4
    case "est", "cdt": -5
    case "cst", "mdt": -6
    case "mst", "pdt": -7
    case "pst": -8
    default: name.utf8.count == 1 ? name.utf8.first.flatMap(military) : nil
    }
  }

  /// `a` is one hour east, `n` one hour west; there is no `j`.
  private static func military(_ letter: UInt8) -> Int? {
    switch letter {
    case UInt8(ascii: "a")...UInt8(ascii: "i"): Int(letter) - 96
    case UInt8(ascii: "k")...UInt8(ascii: "m"): Int(letter) - 97
    case UInt8(ascii: "n")...UInt8(ascii: "y"): 109 - Int(letter)
    default: nil
    }
  }
}
