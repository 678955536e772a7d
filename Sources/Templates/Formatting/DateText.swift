/// Finds the parts of a date in a text, by the rules of Ruby's `Date._parse`.
///
/// Each form of a date is searched for in the whole text, the most specific first; the text around it does
/// not matter. A clock time is removed before, so that `at 5pm on 3 May` gives both.
struct DateText {
  /// Longer texts are not parsed.
  static let longest = 128

  var parts = DateParts()
  private(set) var bytes: [UInt8]
  /// Whether a year of two digits is completed to 1969 to 2068.
  var completesYear = true

  /// `text` must be in lower case.
  init(_ text: String) {
    bytes = text.utf8.map { byte in
      byte.isLetter && byte >= 0x61 || byte.isDigit || Self.marks.contains(byte) ? byte : 0x20
    }
    find(Self.weekday)
    find(Self.clock)
    let ways = [
      Self.dayMonth, Self.monthDay, Self.dashes, Self.japanese, Self.dashesWithName, Self.nameWithDashes,
      Self.slashes,
      Self.dots, Self.week, Self.doubleDash, Self.quotedYear, Self.monthAlone, Self.dayAlone, Self.digits,
    ]
    _ = ways.contains { find($0) }
    readRest()
    if completesYear, let year = parts.year, (0...99).contains(year) {
      parts.year = year + (year >= 69 ? 1900 : 2000)
    }
  }

  private static let marks = Array("-+',./:@[]".utf8)

  /// Parses at an index; returns the end, or `nil` if it does not match.
  typealias Way = @Sendable (_ text: inout DateText, _ start: Int) -> Int?

  /// Removes the first match from the text.
  @discardableResult
  mutating func find(_ way: Way) -> Bool {
    for start in bytes.indices {
      guard let end = way(&self, start) else { continue }
      for index in start..<end { bytes[index] = 0x20 }
      return true
    }
    return false
  }

  /// A lone number is the day of a time, or the hour of a day.
  mutating func readRest() {
    let words = bytes.split(separator: 0x20)
    guard words.count == 1, words[0].count <= 2, words[0].allSatisfy(\.isDigit) else { return }
    let number = number(words[0])
    if parts.hour != nil, parts.day == nil, (1...31).contains(number) { parts.day = number }
    if parts.day != nil, parts.hour == nil, (0...24).contains(number) { parts.hour = number }
  }

  // MARK: Pieces

  func byte(_ index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0x20 }
  func isAt(_ mark: Unicode.Scalar, _ index: Int) -> Bool { byte(index) == UInt8(ascii: mark) }
  func isDigit(_ index: Int) -> Bool { byte(index).isDigit }
  func isBoundary(_ index: Int) -> Bool { byte(index - 1).isWord != byte(index).isWord }
  func afterSpaces(_ index: Int) -> Int { after(index) { $0 == 0x20 } }
  func afterDigits(_ index: Int) -> Int { after(index, \.isDigit) }

  func after(_ index: Int, _ belongs: (UInt8) -> Bool) -> Int {
    var index = index
    while index < bytes.count, belongs(bytes[index]) { index += 1 }
    return index
  }

  /// The end of a word; an apostrophe ends it if a year may follow.
  func afterWord(_ index: Int, stopsAtQuote: Bool = true) -> Int {
    after(index) {
      $0 != UInt8(ascii: "-") && !$0.isDigit && $0 != 0x20 && !(stopsAtQuote && $0 == UInt8(ascii: "'"))
    }
  }

  /// `'?-?12`; `nil` without a digit.
  func number(at start: Int, signs: [Unicode.Scalar]) -> Range<Int>? {
    var index = isAt("'", start) ? start + 1 : start
    if signs.contains(where: { isAt($0, index) }) { index += 1 }
    return isDigit(index) ? start..<afterDigits(index) : nil
  }

  func number(_ digits: some Sequence<UInt8>) -> Int {
    digits.reduce(0) { $0 > 99_999_999 ? $0 : $0 * 10 + Int($1 - 48) }
  }

  func name(at index: Int, of names: [String]) -> Int? {
    guard index + 3 <= bytes.count else { return nil }
    return names.firstIndex { bytes[index..<index + 3].elementsEqual($0.utf8) }.map { $0 + 1 }
  }

  func month(at index: Int) -> Int? { name(at: index, of: monthNames) }

  /// Whether a word ends in `st`, `nd`, `rd` or `th` here.
  func isOrdinal(_ index: Int) -> Bool {
    index + 2 <= bytes.count
      && ["st", "nd", "rd", "th"].contains { bytes[index..<index + 2].elementsEqual($0.utf8) }
      && isBoundary(index + 2)
  }

  func text(_ range: Range<Int>?) -> [UInt8]? { range.map { Array(bytes[$0]) } }
  func text(_ month: Int) -> [UInt8] { Array(String(month).utf8) }

  // MARK: Days of the week and clock times

  static let weekday: Way = { text, start in
    guard text.isBoundary(start), text.name(at: start, of: weekdayNames) != nil else { return nil }
    return text.after(start + 3) {
      $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "/") && !$0.isDigit && $0 != 0x20
    }
  }

  static let clock: Way = { text, start in
    guard text.isDigit(start), !text.isDigit(start - 1) else { return nil }
    var numbers = [text.number(text.bytes[start..<text.afterDigits(start)])]
    var end = text.afterDigits(start)
    var milliseconds: Int?
    let mark = text.afterSpaces(end)
    if text.isAt(":", mark), text.isDigit(text.afterSpaces(mark + 1)) {
      end = text.take(text.afterSpaces(mark + 1), &numbers)
      let next = text.afterSpaces(end)
      if text.isAt(":", next), text.isDigit(text.afterSpaces(next + 1)) {
        end = text.take(text.afterSpaces(next + 1), &numbers)
        if text.isAt(".", end) || text.isAt(",", end) {
          let digits = end + 1..<text.afterDigits(end + 1)
          milliseconds = text.fraction(digits)
          end = digits.upperBound
        }
      }
    } else if text.isAt("h", mark) {
      end = mark + 1
      if text.isDigit(text.afterSpaces(end)) {
        end = text.take(text.afterSpaces(end), &numbers)
        if text.isAt("m", end) { end += 1 }
        if text.isDigit(text.afterSpaces(end)) {
          end = text.take(text.afterSpaces(end), &numbers)
          if text.isAt("s", end) { end += 1 }
        }
      }
    } else if text.halfDay(text.afterSpaces(end)) == nil {
      return nil
    }
    if let (isAfternoon, stop) = text.halfDay(text.afterSpaces(end)) {
      numbers[0] = numbers[0] % 12 + (isAfternoon ? 12 : 0)
      end = stop
    }
    text.parts.hour = numbers[0]
    text.parts.minute = numbers.count > 1 ? numbers[1] : nil
    text.parts.second = numbers.count > 2 ? numbers[2] : nil
    text.parts.millisecond = milliseconds
    let zone = text.afterSpaces(end)
    if let stop = text.afterZone(zone) {
      text.parts.zone = Array(text.bytes[zone..<stop])
      end = stop
    }
    return end
  }

  func take(_ start: Int, _ numbers: inout [Int]) -> Int {
    let end = afterDigits(start)
    numbers.append(number(bytes[start..<end]))
    return end
  }

  func fraction(_ digits: Range<Int>) -> Int? {
    guard !digits.isEmpty else { return nil }
    let first = digits.prefix(3).map { bytes[$0] }
    return number(first) * [1, 100, 10, 1][first.count]
  }

  /// `am`, `p.m.`
  func halfDay(_ index: Int) -> (isAfternoon: Bool, end: Int)? {
    guard isAt("a", index) || isAt("p", index) else { return nil }
    if isAt("m", index + 1), isBoundary(index + 2) { return (isAt("p", index), index + 2) }
    guard isAt(".", index + 1), isAt("m", index + 2), isAt(".", index + 3) else { return nil }
    return (isAt("p", index), index + 4)
  }

  /// `+02:00`, `utc+2`, `cet`, or any other word.
  func afterZone(_ start: Int) -> Int? {
    let letters = after(start, \.isLetter)
    let word = bytes[start..<letters]
    if ["", "gmt", "ut", "utc"].contains(where: { word.elementsEqual($0.utf8) }),
      isAt("+", letters) || isAt("-", letters), isDigit(letters + 1)
    {
      var end = afterDigits(letters + 1)
      if [",", ".", ":"].contains(where: { isAt($0, end) }), isDigit(end + 1) {
        let isClock = isAt(":", end)
        end = afterDigits(end + 1)
        if isClock, isAt(":", end), isDigit(end + 1) { end = afterDigits(end + 1) }
      }
      return end
    }
    guard letters > start, !byte(letters).isWord else { return nil }
    return bytes[letters...].starts(with: " dst".utf8) && isBoundary(letters + 4) ? letters + 4 : letters
  }
}

private let monthNames = [
  "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
]
private let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
