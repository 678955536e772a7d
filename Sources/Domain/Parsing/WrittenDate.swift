/// A parsed date, perhaps with a time of day, from shops and spreadsheets, which may still have several
/// readings.
///
/// `2024/11/30 10:05`, `2024-1-5`, `2024年11月30日 10时05分`, `20241130`, `Nov 30, 2024 10:05 AM`, `30 Nov 2024`,
/// `Sat, 30 Nov 2024 10:05:00 +0800` and spreadsheet day numbers (`45626.42`) have one reading; `05/06/2024`
/// and `05.06.2024` have two. The year always has four digits.
package struct WrittenDate: Equatable, Sendable {
  package enum Day: Equatable, Sendable {
    case certain(year: Int, month: Int, day: Int)
    /// Day and month in either order, followed by a year.
    case numbers(Int, Int, year: Int)
  }

  package private(set) var day: Day
  private var secondOfDay = 0
  private var millisecond = 0
  private var offset: Int?

  /// `nil` if it is not a date in any of these forms.
  package init?(_ text: String) {
    guard text.utf8.count <= 64, let bytes = Self.plain(text) else { return nil }
    var scanner = WrittenDateScanner(bytes)
    guard let day = scanner.date() else { return nil }
    self.day = day
    if let serial = scanner.secondsWithin {
      guard scanner.isAtEnd else { return nil }
      secondOfDay = serial
      return
    }
    guard scanner.isAtEnd || scanner.passToTime() else { return nil }
    if scanner.isAtEnd { return }
    guard let time = scanner.time() else { return nil }
    secondOfDay = time.seconds
    millisecond = time.milliseconds
    offset = time.offset
  }

  /// What the date proves about the order of its numbers.
  package var evidence: DateEvidence {
    guard case .numbers(let first, let second, _) = day else { return .none }
    switch (date(.dayFirst) != nil, date(.monthFirst) != nil) {
    case (true, true): return first == second ? .none : .open
    case (true, false): return .proof(.dayFirst)
    case (false, true): return .proof(.monthFirst)
    case (false, false): return .none
    }
  }

  /// The date; `nil` if there is no such day, or if without an `order` there may be two.
  package func date(_ order: DateOrder?) -> CivilDate? {
    switch (day, order) {
    case (.certain(let year, let month, let day), _): CivilDate(year: year, month: month, day: day)
    case (.numbers(let first, let second, let year), .dayFirst?):
      CivilDate(year: year, month: second, day: first)
    case (.numbers(let first, let second, let year), .monthFirst?):
      CivilDate(year: year, month: first, day: second)
    case (.numbers, nil): evidence == .open ? nil : date(.dayFirst) ?? date(.monthFirst)
    }
  }

  /// `2024-11-30`, also for a day that exists only in the lunar calendar.
  package func dayText(_ order: DateOrder?) -> String? {
    guard case .certain(let year, let month, let day) = day else { return date(order)?.description }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))"
  }

  /// The instant in local time of `zone`, unless the text has its own offset. Without a time of day it is the
  /// start of the day.
  package func instant(_ order: DateOrder?, in zone: TimeZoneRules) -> Instant? {
    guard let date = date(order) else { return nil }
    guard let offset else {
      return zone.instant(of: date, secondOfDay: secondOfDay, millisecond: millisecond)
    }
    return Instant(
      milliseconds: Int64(date.dayNumber * 86400 + secondOfDay - offset) * 1000 + Int64(millisecond))
  }

  /// The text in ASCII: full-width forms narrowed, Chinese words as the signs they stand for. `nil` if it
  /// contains anything else.
  private static func plain(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "年", "月": bytes.append(ASCII.minus)
      case "日", "号": bytes.append(ASCII.space)
      case "时", "時", "点", "分": bytes.append(ASCII.colon)
      case "秒": break
      case "上", "凌": bytes += Array(" AM".utf8)
      case "下": bytes += Array(" PM".utf8)
      case "午", "晨": bytes.append(ASCII.space)
      case "\u{A0}", "\u{202F}", "\u{3000}": bytes.append(ASCII.space)
      case "\u{FF01}"..."\u{FF5E}": bytes.append(UInt8(scalar.value - 0xFEE0))
      case " "..."~": bytes.append(UInt8(scalar.value))
      default: return nil
      }
    }
    while let last = bytes.last, last == ASCII.space || last == ASCII.colon { bytes.removeLast() }
    return Array(bytes.drop { $0 == ASCII.space })
  }
}

/// Which number in `05/06/2024` is the day.
package enum DateOrder: String, Sendable, CaseIterable {
  case dayFirst = "day-first"
  case monthFirst = "month-first"
}

/// What one date proves about the order of the numbers in its column.
package enum DateEvidence: Equatable, Sendable {
  case none
  /// Both orders fit.
  case open
  case proof(DateOrder)
}
