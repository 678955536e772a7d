import Domain

extension RenderEnvironment {
  /// The time a text means on the customer's clock; `nil` when it is no date.
  ///
  /// Seconds since 1970, `now`, ISO 8601, RFC 5322 and the usual ways to write an English date. A text that names no
  /// zone is taken to stand on the customer's clock already; missing parts come from `now`.
  func localTime(of text: String) -> LocalTime? {
    guard text.utf8.count <= 128 else { return nil }
    let text = text.lowercased()
    if text == "now" || text == "today" { return localTime(now) }
    if !text.isEmpty, text.utf8.allSatisfy(\.isDigit) {
      return localTime(Instant(clampingSeconds: leadingInteger(text.utf8)))
    }
    var reader = DateReader()
    for word in text.utf8.split(whereSeparator: { $0.isSpace || $0 == UInt8(ascii: ",") }) {
      guard reader.read(Array(word)) else { return nil }
    }
    guard var time = reader.time(now: localTime(now)) else { return nil }
    if let offset = reader.offset {
      time.offsetSeconds = offset
      return localTime(time.instant)
    }
    // The zone's offset at a local time: that of the instant which would be it in UTC, corrected once.
    for _ in 0..<2 {
      let there = localTime(time.instant)
      time.offsetSeconds = there.offsetSeconds
      time.zoneName = there.zoneName
    }
    return time
  }

  func instant(of text: String) -> Instant? { localTime(of: text)?.instant }
}

/// Gathers the parts of a date from its words.
private struct DateReader {
  private var year: Int?
  private var month: Int?
  private var day: Int?
  private var clock: (hour: Int, minute: Int, second: Int, millisecond: Int)?
  private var isAfternoon: Bool?
  private(set) var offset: Int?

  func time(now: LocalTime) -> LocalTime? {
    guard year != nil || month != nil || day != nil || clock != nil else { return nil }
    var time = LocalTime(year: year ?? now.year, month: month ?? 1, day: day ?? 1)
    if year == nil, month == nil {
      time.month = now.month
      if day == nil { time.day = now.day }
    }
    if let clock {
      (time.hour, time.minute, time.second, time.millisecond) = clock
      if let isAfternoon { time.hour = time.hour % 12 + (isAfternoon ? 12 : 0) }
    }
    return time.isValid ? time : nil
  }

  /// Takes in one word, in lower case; `false` when it belongs to no date.
  mutating func read(_ word: [UInt8]) -> Bool {
    guard let first = word.first else { return true }
    if first.isLetter { return readName(word) }
    if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
      return clock != nil && readOffset(word[...])
    }
    guard first.isDigit else { return false }
    if let letter = word.firstIndex(of: UInt8(ascii: "t")), letter >= 8, letter + 1 < word.count,
      word[letter + 1].isDigit
    {
      return readDate(Array(word[..<letter])) && readClock(Array(word[(letter + 1)...]))
    }
    return word.contains(UInt8(ascii: ":")) ? readClock(word) : readDate(word)
  }

  private mutating func readName(_ word: [UInt8]) -> Bool {
    let text = String(decoding: word.filter { $0 != UInt8(ascii: ".") }, as: UTF8.self)
    switch text {
    case "z", "utc", "gmt": offset = 0
    case "am", "pm": isAfternoon = text == "pm"
    case "at", "of": break
    default:
      guard text.utf8.count >= 3 else { return false }
      if let index = monthNames.firstIndex(where: {
        $0.hasPrefix(text) || text == "sept" && $0 == "september"
      }) {
        month = index + 1
      } else {
        return weekdayNames.contains { $0.hasPrefix(text) }
      }
    }
    return true
  }

  private mutating func readDate(_ word: [UInt8]) -> Bool {
    let separator = word.first {
      $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".")
    }
    if let separator {
      let parts = word.split(separator: separator, omittingEmptySubsequences: false).map(number)
      guard parts.count == 3, let a = parts[0], let b = parts[1], let c = parts[2] else { return false }
      if word.prefix(while: \.isDigit).count > 2 {
        (year, month, day) = (a, b, c)
      } else {
        guard c > 31 else { return false }
        (year, month, day) = (c, b, a)
      }
      return true
    }
    var digits = word[...]
    if word.count > 2, ["st", "nd", "rd", "th"].contains(where: { digits.suffix(2).elementsEqual($0.utf8) }) {
      digits.removeLast(2)
    }
    guard let value = number(digits) else {
      let suffix = word.drop(while: \.isDigit)
      guard suffix.elementsEqual("am".utf8) || suffix.elementsEqual("pm".utf8),
        let hour = number(word.prefix(while: \.isDigit)), hour <= 12
      else { return false }
      clock = (hour, 0, 0, 0)
      isAfternoon = suffix.first == UInt8(ascii: "p")
      return true
    }
    switch digits.count {
    case 8: (year, month, day) = (value / 10000, value / 100 % 100, value % 100)
    case 4: year = value
    case 1, 2: day = value
    default: return false
    }
    return true
  }

  private mutating func readClock(_ word: [UInt8]) -> Bool {
    let end =
      word.firstIndex { !$0.isDigit && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ".") } ?? word.count
    let halves = word[..<end].split(separator: UInt8(ascii: "."), maxSplits: 1)
    guard let whole = halves.first else { return false }
    var parts = whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map(number)
    if parts.count == 1, let value = parts[0] {
      if whole.count == 6 { parts = [value / 10000, value / 100 % 100, value % 100] }
      if whole.count == 4 { parts = [value / 100, value % 100] }
    }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
      let second = parts.count > 2 ? parts[2] : 0
    else { return false }
    var millisecond = 0
    if halves.count > 1 {
      let digits = halves[1].prefix(3)
      guard let value = number(digits) else { return false }
      millisecond = value * [1, 100, 10, 1][digits.count]
    }
    clock = (hour, minute, second, millisecond)
    guard end < word.count else { return true }
    return word[end].isLetter ? readName(Array(word[end...])) : readOffset(word[end...])
  }

  /// `+08`, `+0800`, `+08:00`.
  private mutating func readOffset(_ word: ArraySlice<UInt8>) -> Bool {
    let digits = word.dropFirst().filter { $0 != UInt8(ascii: ":") }
    guard digits.count == 2 || digits.count == 4, let value = number(digits[...]) else { return false }
    let (hours, minutes) = digits.count == 2 ? (value, 0) : (value / 100, value % 100)
    guard hours < 24, minutes < 60 else { return false }
    offset = (hours * 3600 + minutes * 60) * (word.first == UInt8(ascii: "-") ? -1 : 1)
    return true
  }

  private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy(\.isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}

private let monthNames = [
  "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
  "november",
  "december",
]
private let weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
