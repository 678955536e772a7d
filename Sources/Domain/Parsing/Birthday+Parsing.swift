extension Birthday {
  /// Accepted years of birth: nobody alive is older, and a wrong century is a common mistake.
  package static let years = 1880...2100

  /// Whether the calendar has such a day.
  var isDay: Bool {
    switch calendar {
    case .lunar: return (1...12).contains(month) && (1...30).contains(day)
    case .gregorian:
      guard !isLeapMonth else { return false }
      return year.map { CivilDate(year: $0, month: month, day: day) != nil }
        ?? (MonthDay(month: month, day: day) != nil)
    }
  }
}

extension GivenBirthday {
  /// Parses a birthday as shops write it: `1990-05-17`, `05-17`, `--05-17` (vCard), or a timestamp.
  ///
  /// A timestamp at local midnight, such as `00:00:00Z` or `00:00:00+08:00`, or without an offset means the
  /// date as written. Any other is a moment, since JavaScript and Java write a date of another zone like
  /// that: `1990-03-27T23:00:00.000Z` is the 28th in Berlin.
  ///
  /// In the lunar calendar months run from 1 to 12 and days from 1 to 30. Without a calendar the day must be
  /// a Gregorian one; a leap month requires the lunar calendar.
  package init(
    _ text: String, calendar: CalendarKind? = nil, isLeapMonth: Bool? = nil
  ) throws(BirthdayError) {
    guard isLeapMonth != true || calendar == .lunar else { throw .leapMonthInGregorian }
    guard text.utf8.count <= 64 else { throw .notADate }
    let bytes = Array(TextBytes.trimmed(text))
    let span = bytes.span
    var year: Int?
    var start = 0
    if span.has(ASCII.minus, at: 0), span.has(ASCII.minus, at: 1) {
      start = 2
    } else if let value = span.decimal(at: 0, digits: 4), span.has(ASCII.minus, at: 4) {
      year = value
      start = 5
    }
    guard let month = span.decimal(at: start, digits: 2), span.has(ASCII.minus, at: start + 2),
      let day = span.decimal(at: start + 3, digits: 2)
    else { throw .notADate }
    var instant: Instant?
    if start + 5 < bytes.count {
      guard let year else { throw .notADate }
      guard CivilDate(year: year, month: month, day: day) != nil || calendar == .lunar || month == 0 else {
        throw Birthday.years.contains(year) ? .noSuchDay : .yearOutOfRange
      }
      instant = try Self.instant(bytes)
    }
    // What programs write for no date, and what a database does.
    if year == 1, month == 1, day == 1 { throw .placeholder }
    if year == 0, month == 0, day == 0 { throw .placeholder }
    if let year, !Birthday.years.contains(year) { throw .yearOutOfRange }
    let written = Birthday(month: month, day: day, year: year, calendar: calendar ?? .gregorian)
    guard written.isDay else { throw .noSuchDay }
    self.init(
      instant.map { Day.instant($0) } ?? .date(month: month, day: day, year: year), calendar: calendar,
      isLeapMonth: isLeapMonth)
  }

  /// Throws if the day can be nobody's birthday at `now`: one that programs write where they know none, one in the
  /// future, or one of more than `oldest` years ago.
  package func check(now: Instant) throws(BirthdayError) {
    let written: (month: Int, day: Int, year: Int)
    switch day {
    case .date(_, _, nil): return
    case .date(let month, let day, let year?): written = (month, day, year)
    case .instant(let instant):
      if instant.milliseconds == 0 { throw .placeholder }
      let date = TimeZoneRules.utc.civilDate(at: instant)
      written = (date.month, date.day, date.year)
    }
    if Self.placeholders.contains(where: { $0 == written }) { throw .placeholder }
    // Somewhere it is tomorrow already.
    let today = TimeZoneRules.utc.civilDate(at: now + .days(1))
    // A lunar year begins up to two months late, and ends so.
    let isLater =
      calendar == .lunar
      ? written.year > today.year
      : (written.year, written.month, written.day) > (today.year, today.month, today.day)
    if isLater { throw .inFuture }
    let age = today.year - written.year - ((written.month, written.day) > (today.month, today.day) ? 1 : 0)
    if age > Self.oldest { throw .tooOld }
  }

  /// Years that nobody alive is older than.
  private static let oldest = 120

  /// The first days of spreadsheets and of Unix, and the last ones before.
  private static let placeholders: [(month: Int, day: Int, year: Int)] = [
    (1, 1, 1900), (1, 1, 1970), (12, 30, 1899), (12, 31, 1899),
  ]

  /// The moment that a timestamp means; `nil` for a date as written.
  private static func instant(_ bytes: [UInt8]) throws(BirthdayError) -> Instant? {
    // Ruby writes a space before the offset, and UTC for zero.
    let (date, time) = (bytes[..<10], bytes[10...])
    var wall = time
    var offset: ArraySlice<UInt8> = []
    if let start = time.dropFirst(2).firstIndex(where: {
      $0 == ASCII.plus || $0 == ASCII.minus || $0 == ASCII.space || $0 | 0x20 == UInt8(ascii: "z")
    }) {
      wall = time[..<start]
      offset = time[start...]
      if offset.first == ASCII.space { offset = offset.dropFirst() }
      if offset.elementsEqual("UTC".utf8) || offset.elementsEqual("GMT".utf8) { offset = [UInt8(ascii: "Z")] }
      if offset.isEmpty { throw .notADate }
    }
    // Lunar days may not exist in the Gregorian calendar, so the time is parsed on a day that does.
    let midnight = Instant(seconds: 0)
    guard let timeOfDay = Instant(iso8601: Array("1970-01-01".utf8) + wall + [UInt8(ascii: "Z")]) else {
      throw .notADate
    }
    if offset.isEmpty { return nil }
    let offsetBytes = Array(offset)
    guard Instant.offset(offsetBytes.span, at: 0) != nil else { throw .notADate }
    if timeOfDay == midnight { return nil }
    guard let instant = Instant(iso8601: Array(date) + wall + offset) else { throw .noSuchDay }
    return instant
  }
}

extension Instant {
  fileprivate init?(iso8601 bytes: [UInt8]) { self.init(iso8601: bytes.span) }
}

extension CalendarKind {
  /// A calendar by its usual name in English or Chinese; `nil` for any other word.
  package init?(named word: String) {
    switch Words.plain(word) {
    case "gregorian", "solar", "western", "公历", "阳历", "新历", "西历", "公曆", "陽曆", "新曆", "西曆", "国历", "國曆":
      self = .gregorian
    case "lunar", "chinese", "lunisolar", "农历", "阴历", "旧历", "夏历", "農曆", "陰曆", "舊曆", "夏曆": self = .lunar
    default: return nil
    }
  }
}

/// Why a text is not a birthday.
package enum BirthdayError: Error, Equatable, CustomStringConvertible {
  case notADate
  case noSuchDay
  case yearOutOfRange
  case leapMonthInGregorian
  case placeholder
  case inFuture
  case tooOld

  /// Whether it is a date, but stands for no birthday.
  package var standsForNone: Bool {
    switch self {
    case .placeholder, .inFuture, .tooOld: true
    case .notADate, .noSuchDay, .yearOutOfRange, .leapMonthInGregorian: false
    }
  }

  package var description: String {
    switch self {
    case .notADate: "not a birthday; give YYYY-MM-DD or MM-DD"
    case .noSuchDay: "not a birthday: there is no such day; give YYYY-MM-DD or MM-DD"
    case .yearOutOfRange:
      "not a birthday: the year is not within \(Birthday.years.lowerBound) to \(Birthday.years.upperBound); "
        + "leave an unknown year out, as MM-DD"
    case .placeholder: "not a birthday: programs write it for an unknown one; leave it out"
    case .inFuture: "not a birthday: it lies in the future; leave it out, or an unknown year, as MM-DD"
    case .tooOld:
      "not a birthday: it was more than 120 years ago; leave it out, or an unknown year, as MM-DD"
    case .leapMonthInGregorian: "a leap month needs the calendar lunar"
    }
  }
}
