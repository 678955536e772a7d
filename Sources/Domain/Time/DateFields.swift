/// The fields that a `DateFormat` has read so far from one text.
struct DateFields {
  private(set) var year = 1970
  private(set) var month = 1
  private(set) var day = 1
  private(set) var dayOfYear: Int?
  private(set) var millisecond = 0
  private(set) var offset: Int?
  private(set) var sinceEpoch: Int?
  private var hour = 0
  private var minute = 0
  private var second = 0
  private var isAfternoon: Bool?

  /// A leap second counts as the second before it.
  var secondOfDay: Int {
    let hourOfDay = isAfternoon.map { hour % 12 + ($0 ? 12 : 0) } ?? hour
    return hourOfDay * 3600 + minute * 60 + min(second, 59)
  }

  /// Reads one part of the format at `cursor` and advances it. Returns what was expected on a mismatch, `nil`
  /// on success.
  mutating func read(_ part: DateFormat.Part, _ bytes: Span<UInt8>, _ cursor: inout Int) -> String? {
    switch part {
    case .literal(let byte):
      guard bytes.has(byte, at: cursor) else {
        return ASCII.isGraphic(byte) ? "\"\(Unicode.Scalar(byte))\"" : "the text of the format"
      }
      cursor += 1
    case .spaces:
      guard bytes.has(ASCII.space, at: cursor) else { return "a space" }
      while bytes.has(ASCII.space, at: cursor) { cursor += 1 }
    case .directive(let letter):
      return read(letter, bytes, &cursor)
    }
    return nil
  }

  private mutating func read(_ letter: UInt8, _ bytes: Span<UInt8>, _ cursor: inout Int) -> String? {
    func take(_ digits: ClosedRange<Int>, _ range: ClosedRange<Int>) -> Int? {
      Self.number(bytes, &cursor, digits: digits, range: range)
    }
    switch letter {
    case UInt8(ascii: "Y"):
      guard let value = take(4...4, 1...9999) else { return "a year of four digits" }
      year = value
    case UInt8(ascii: "y"):
      guard let value = take(2...2, 0...99) else { return "a year of two digits" }
      year = value < 69 ? 2000 + value : 1900 + value
    case UInt8(ascii: "m"):
      guard let value = take(1...2, 1...12) else { return "a month of 1 to 12" }
      month = value
    case UInt8(ascii: "b"), UInt8(ascii: "B"):
      guard let value = Self.name(bytes, &cursor, Self.months) else { return "an English month" }
      month = value + 1
    case UInt8(ascii: "a"), UInt8(ascii: "A"):
      guard Self.name(bytes, &cursor, Self.weekdays) != nil else { return "an English weekday" }
    case UInt8(ascii: "d"), UInt8(ascii: "e"):
      if letter == UInt8(ascii: "e"), bytes.has(ASCII.space, at: cursor) { cursor += 1 }
      guard let value = take(1...2, 1...31) else { return "a day of 1 to 31" }
      day = value
    case UInt8(ascii: "j"):
      guard let value = take(1...3, 1...366) else { return "a day of the year of 1 to 366" }
      dayOfYear = value
    case UInt8(ascii: "H"):
      guard let value = take(1...2, 0...23) else { return "an hour of 0 to 23" }
      hour = value
    case UInt8(ascii: "I"):
      guard let value = take(1...2, 1...12) else { return "an hour of 1 to 12" }
      hour = value
    case UInt8(ascii: "p"):
      guard let value = Self.name(bytes, &cursor, ["am", "pm"]) else { return "AM or PM" }
      isAfternoon = value == 1
    case UInt8(ascii: "M"):
      guard let value = take(1...2, 0...59) else { return "minutes of 0 to 59" }
      minute = value
    case UInt8(ascii: "S"):
      guard let value = take(1...2, 0...60) else { return "seconds of 0 to 60" }
      second = value
    default:
      return readRest(letter, bytes, &cursor)
    }
    return nil
  }

  private mutating func readRest(_ letter: UInt8, _ bytes: Span<UInt8>, _ cursor: inout Int) -> String? {
    switch letter {
    case UInt8(ascii: "f"):
      let start = cursor
      var scale = 100
      millisecond = 0
      while cursor < bytes.count, ASCII.isDigit(bytes[cursor]) {
        millisecond += Int(bytes[cursor] - 0x30) * scale
        scale /= 10
        cursor += 1
      }
      if cursor == start { return "digits of a fraction" }
    case UInt8(ascii: "z"):
      var end = cursor + 1
      while end < bytes.count, ASCII.isDigit(bytes[end]) || bytes[end] == ASCII.colon { end += 1 }
      guard cursor < bytes.count, let value = Instant.offset(bytes.extracting(0..<end), at: cursor) else {
        return "an offset such as +08:00"
      }
      offset = value
      cursor = end
    case UInt8(ascii: "s"):
      let isNegative = bytes.has(ASCII.minus, at: cursor)
      if isNegative { cursor += 1 }
      guard let value = Self.number(bytes, &cursor, digits: 1...12, range: 0...999_999_999_999) else {
        return "seconds since 1970"
      }
      sinceEpoch = isNegative ? -value : value
    default:
      return "nothing"
    }
    return nil
  }

  /// Reads as many digits as there are, up to the upper bound of `digits`.
  private static func number(
    _ bytes: Span<UInt8>, _ cursor: inout Int, digits: ClosedRange<Int>, range: ClosedRange<Int>
  ) -> Int? {
    var end = cursor
    while end < bytes.count, end - cursor < digits.upperBound, ASCII.isDigit(bytes[end]) { end += 1 }
    guard end - cursor >= digits.lowerBound, let value = bytes.decimal(at: cursor, digits: end - cursor),
      range.contains(value)
    else { return nil }
    cursor = end
    return value
  }

  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november",
    "december",
  ]
  static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// The index of the name at `cursor`, in full or its first three letters, in any case.
  static func name(_ bytes: Span<UInt8>, _ cursor: inout Int, _ names: [String]) -> Int? {
    var end = cursor
    while end < bytes.count, ASCII.isLetter(bytes[end]) { end += 1 }
    let length = end - cursor
    for (index, name) in names.enumerated() where length == name.utf8.count || length == 3 {
      let expected = name.utf8.span
      var matched = 0
      while matched < length, ASCII.lowercased(bytes[cursor + matched]) == expected[matched] { matched += 1 }
      if matched == length {
        cursor = end
        return index
      }
    }
    return nil
  }
}
