/// Scans the text of a date for `WrittenDate`.
struct WrittenDateScanner {
  private let bytes: [UInt8]
  private var cursor = 0
  /// The time of day in a date of only digits.
  private(set) var secondsWithin: Int?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { cursor == bytes.count }
  private var next: UInt8? { cursor < bytes.count ? bytes[cursor] : nil }

  mutating func date() -> WrittenDate.Day? {
    if next.map(ASCII.isLetter) == true {
      if word(DateFields.weekdays) != nil {
        if next == ASCII.comma { cursor += 1 }
        spaces()
      }
      if next.map(ASCII.isLetter) == true { return monthFirst() }
    }
    let start = cursor
    guard let first = number(1...14) else { return nil }
    let length = cursor - start
    switch length {
    case 4: return yearFirst(first)
    case 5: return serial(first)
    case 8: return compact(first)
    case 14: return compact(first / 1_000_000, time: first % 1_000_000)
    case 1, 2: return dayOrMonthFirst(first)
    default: return nil
    }
  }

  private mutating func yearFirst(_ year: Int) -> WrittenDate.Day? {
    guard let separator = separator(), let month = number(1...2), self.separator(separator),
      let day = number(1...2)
    else { return nil }
    return .certain(year: year, month: month, day: day)
  }

  private mutating func dayOrMonthFirst(_ first: Int) -> WrittenDate.Day? {
    let separator: UInt8
    if let sign = self.separator() {
      separator = sign
    } else {
      guard next == ASCII.space else { return nil }
      spaces()
      separator = ASCII.space
    }
    if next.map(ASCII.isLetter) == true {
      guard let month = month(), passJoint(), let year = number(4...4) else { return nil }
      return .certain(year: year, month: month, day: first)
    }
    guard separator != ASCII.space, let second = number(1...2), self.separator(separator),
      let year = number(4...4)
    else { return nil }
    return .numbers(first, second, year: year)
  }

  /// `Nov 30, 2024`
  private mutating func monthFirst() -> WrittenDate.Day? {
    guard let month = month(), passJoint(), let day = number(1...2), passJoint() else { return nil }
    // JavaScript's own format, with the time before the zone, is `Nov 30 2024 10:05`.
    guard let year = number(4...4) else { return nil }
    return .certain(year: year, month: month, day: day)
  }

  /// Spreadsheet days since the end of 1899; the fraction is the time of day, to the second. Before March
  /// 1900 they count a day that did not exist, but no shop has orders from then.
  private mutating func serial(_ days: Int) -> WrittenDate.Day? {
    guard (10_000...73_050).contains(days) else { return nil }
    var seconds = 0
    if next == ASCII.dot {
      let start = cursor
      cursor += 1
      while let digit = next, ASCII.isDigit(digit) { cursor += 1 }
      guard cursor > start + 1,
        let part = Double("0" + String(decoding: bytes[start..<cursor], as: UTF8.self))
      else { return nil }
      seconds = Int((part * 86_400).rounded())
    }
    let date = CivilDate(dayNumber: days - 25_569 + seconds / 86_400)
    secondsWithin = seconds % 86_400
    return .certain(year: date.year, month: date.month, day: date.day)
  }

  private mutating func compact(_ date: Int, time: Int = 0) -> WrittenDate.Day? {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
    guard (1850...2150).contains(year), CivilDate(year: year, month: month, day: day) != nil,
      time / 10_000 < 24, time / 100 % 100 < 60, time % 100 < 60
    else { return nil }
    if time > 0 { secondsWithin = time / 10_000 * 3600 + time / 100 % 100 * 60 + time % 100 }
    return .certain(year: year, month: month, day: day)
  }

  /// Moves to the time after a date; returns false if there is something else.
  mutating func passToTime() -> Bool {
    guard let byte = next else { return false }
    if byte | 0x20 == UInt8(ascii: "t") {
      cursor += 1
      return next.map(ASCII.isDigit) == true
    }
    guard byte == ASCII.space || byte == ASCII.comma else { return false }
    cursor += 1
    spaces()
    return true
  }

  mutating func time() -> (seconds: Int, milliseconds: Int, offset: Int?)? {
    var isAfternoon = halfOfDay()
    spaces()
    guard let hour = number(1...2), hour < 24, next == ASCII.colon else { return nil }
    cursor += 1
    guard let minute = number(1...2), minute < 60 else { return nil }
    var second = 0
    var milliseconds = 0
    if next == ASCII.colon {
      cursor += 1
      guard let value = number(1...2), value <= 60 else { return nil }
      second = min(value, 59)
      if next == ASCII.dot || next == ASCII.comma {
        guard let fraction = fraction() else { return nil }
        milliseconds = fraction
      }
    }
    spaces()
    if isAfternoon == nil { isAfternoon = halfOfDay() }
    var hourOfDay = hour
    if let isAfternoon {
      // Some write 下午 14:05.
      guard isAfternoon || hour <= 12 else { return nil }
      if hour <= 12 { hourOfDay = hour % 12 + (isAfternoon ? 12 : 0) }
    }
    spaces()
    var offset: Int?
    if !isAtEnd {
      guard let found = zone() else { return nil }
      offset = found
    }
    return (hourOfDay * 3600 + minute * 60 + second, milliseconds, offset)
  }

  /// `Z`, `+0800`, `UTC`, `GMT+0800 (China Standard Time)`; must end the text.
  private mutating func zone() -> Int? {
    var end = bytes.count
    if bytes.last == UInt8(ascii: ")"), let open = bytes.firstIndex(of: UInt8(ascii: "(")) {
      end = open
      while end > cursor, bytes[end - 1] == ASCII.space { end -= 1 }
    }
    let word = bytes[cursor..<end]
    if word.elementsEqual("UTC".utf8) || word.elementsEqual("GMT".utf8) {
      cursor = bytes.count
      return 0
    }
    if word.starts(with: "GMT".utf8) || word.starts(with: "UTC".utf8) { cursor += 3 }
    guard let offset = Instant.offset(bytes.span.extracting(0..<end), at: cursor) else { return nil }
    cursor = bytes.count
    return offset
  }

  /// `AM`, `p.m.`; returns whether it is the second half.
  private mutating func halfOfDay() -> Bool? {
    guard cursor + 1 < bytes.count else { return nil }
    let letter = bytes[cursor] | 0x20
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    let hasDots = bytes[cursor + 1] == ASCII.dot
    let second = cursor + (hasDots ? 2 : 1)
    guard second < bytes.count, bytes[second] | 0x20 == UInt8(ascii: "m") else { return nil }
    cursor = second + 1
    if hasDots, next == ASCII.dot { cursor += 1 }
    return letter == UInt8(ascii: "p")
  }

  private mutating func fraction() -> Int? {
    cursor += 1
    let start = cursor
    var milliseconds = 0
    var scale = 100
    while let digit = next, ASCII.isDigit(digit) {
      milliseconds += Int(digit & 0xF) * scale
      scale /= 10
      cursor += 1
    }
    return cursor > start ? milliseconds : nil
  }

  private mutating func month() -> Int? {
    word(DateFields.months).map { $0 + 1 }
  }

  private mutating func word(_ words: [String]) -> Int? {
    var end = cursor
    guard let index = DateFields.name(bytes.span, &end, words) else { return nil }
    cursor = end
    return index
  }

  /// Skips the separators in a date with a word: a comma, a point, a hyphen, spaces.
  private mutating func passJoint() -> Bool {
    let start = cursor
    while let byte = next, byte == ASCII.comma || byte == ASCII.dot || byte == ASCII.minus { cursor += 1 }
    spaces()
    return cursor > start
  }

  private mutating func separator() -> UInt8? {
    guard let byte = next, byte == ASCII.minus || byte == ASCII.slash || byte == ASCII.dot else { return nil }
    cursor += 1
    return byte
  }

  private mutating func separator(_ expected: UInt8) -> Bool {
    guard next == expected else { return false }
    cursor += 1
    return true
  }

  private mutating func spaces() { while next == ASCII.space { cursor += 1 } }

  /// Reads all digits; `nil` unless their count is within `digits`.
  private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
    var end = cursor
    while end < bytes.count, ASCII.isDigit(bytes[end]) { end += 1 }
    guard digits.contains(end - cursor) else { return nil }
    var value = 0
    for byte in bytes[cursor..<end] { value = value * 10 + Int(byte & 0xF) }
    cursor = end
    return value
  }
}
