/// The forms of a date. Length and apostrophes show which number is the year and which the day.
extension DateText {
  /// `14 March 2016`, `3rd Feb '16`
  static let dayMonth: Way = { text, start in
    guard let day = text.number(at: start, signs: []) else { return nil }
    let wordEnd = text.afterWord(day.upperBound, stopsAtQuote: false)
    // The month may be the end of the word after the day.
    for index in stride(from: wordEnd, through: day.upperBound, by: -1) {
      let name = text.afterSpaces(index)
      guard let month = text.month(at: name) else { continue }
      var end = text.afterWord(name + 3)
      let year = text.number(at: text.afterSpaces(end), signs: ["-"])
      var ending: Range<Int>?
      if let year {
        end = year.upperBound
        // A day may be in the place of the year, `14 March 3rd`.
        if text.isOrdinal(end) {
          end += 2
          ending = year.lowerBound..<end
        }
      }
      text.takeDate(year: text.text(ending ?? year), month: text.text(month), day: text.text(day))
      return end
    }
    return nil
  }

  /// `March 14th, 2016`
  static let monthDay: Way = { text, start in
    guard text.isBoundary(start), let month = text.month(at: start),
      let day = text.number(at: text.afterSpaces(text.afterWord(start + 3)), signs: [])
    else { return nil }
    var end = text.afterWord(day.upperBound)
    var next = text.afterSpaces(end)
    if text.isAt(",", next) { next = text.afterSpaces(next + 1) }
    let year = text.number(at: next, signs: ["-"])
    if let year { end = year.upperBound }
    text.takeDate(year: text.text(year), month: text.text(month), day: text.text(day))
    return end
  }

  /// `2016-03-14`
  static let dashes: Way = { text, start in
    guard let first = text.number(at: start, signs: ["-", "+"]), text.isAt("-", first.upperBound),
      text.isDigit(first.upperBound + 1)
    else { return nil }
    let second = first.upperBound + 1..<text.afterDigits(first.upperBound + 1)
    guard text.isAt("-", second.upperBound), let third = text.number(at: second.upperBound + 1, signs: ["-"])
    else { return nil }
    text.takeDate(year: text.text(first), month: text.text(second), day: text.text(third))
    return third.upperBound
  }

  /// `h28.03.14`: the year of an emperor's reign.
  static let japanese: Way = { text, start in
    let eras: [Unicode.Scalar: Int] = ["m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018]
    guard text.isBoundary(start), let era = eras[Unicode.Scalar(text.byte(start))], text.isDigit(start + 1)
    else {
      return nil
    }
    let year = text.afterDigits(start + 1)
    guard text.isAt(".", year), text.isDigit(year + 1) else { return nil }
    let month = text.afterDigits(year + 1)
    guard text.isAt(".", month), text.isDigit(month + 1) else { return nil }
    let day = text.afterDigits(month + 1)
    text.parts.year = era + text.number(text.bytes[start + 1..<year])
    text.parts.month = text.number(text.bytes[year + 1..<month])
    text.parts.day = text.number(text.bytes[month + 1..<day])
    return day
  }

  /// `14-Mar-2016`
  static let dashesWithName: Way = { text, start in
    guard let first = text.number(at: start, signs: ["-"]), text.isAt("-", first.upperBound),
      let month = text.month(at: first.upperBound + 1), let (last, end) = text.afterDash(first.upperBound + 4)
    else { return nil }
    text.takeDate(year: text.text(last), month: text.text(month), day: text.text(first))
    return end
  }

  /// `Mar-14-2016`
  static let nameWithDashes: Way = { text, start in
    guard text.isBoundary(start), let month = text.month(at: start),
      let (day, end) = text.afterDash(start + 3)
    else {
      return nil
    }
    let year = text.isAt("-", end) ? text.number(at: end + 1, signs: ["-"]) : nil
    text.takeDate(year: text.text(year), month: text.text(month), day: text.text(day))
    return year?.upperBound ?? end
  }

  /// The number after the dash that ends a month's name.
  private func afterDash(_ index: Int) -> (number: Range<Int>, end: Int)? {
    let dash = after(index) { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") }
    guard isAt("-", dash), let number = number(at: dash + 1, signs: ["-"]) else { return nil }
    return (number, number.upperBound)
  }

  /// `2016/03/14`, `3/14`
  static let slashes: Way = { text, start in
    guard let first = text.number(at: start, signs: ["-"]), text.isAt("/", first.upperBound),
      let second = text.number(at: text.afterSpaces(first.upperBound + 1), signs: [])
    else { return nil }
    var third: Range<Int>?
    if second.upperBound < text.bytes.count, !text.isDigit(second.upperBound) {
      third = text.number(at: text.afterSpaces(second.upperBound + 1), signs: ["-"])
    }
    text.takeDate(year: text.text(first), month: text.text(second), day: text.text(third))
    return third?.upperBound ?? second.upperBound
  }

  /// `14.3.2016`
  static let dots: Way = { text, start in
    guard let first = text.number(at: start, signs: ["-"]), text.isAt(".", first.upperBound),
      let second = text.number(at: text.afterSpaces(first.upperBound + 1), signs: []),
      text.isAt(".", second.upperBound),
      let third = text.number(at: text.afterSpaces(second.upperBound + 1), signs: ["-"])
    else { return nil }
    text.takeDate(year: text.text(first), month: text.text(second), day: text.text(third))
    return third.upperBound
  }

  /// `2016-W11-1`, which gives no day here.
  static let week: Way = { text, start in
    guard text.isBoundary(start) || text.isAt("-", start) else { return nil }
    var index = text.afterDigits(start)
    guard [0, 2, 4].contains(index - start) else { return nil }
    if text.isAt("-", index) { index += 1 }
    guard text.isAt("w", index), text.isDigit(index + 1), text.isDigit(index + 2) else { return nil }
    var end = index + 3
    if text.isAt("-", end), text.isDigit(end + 1) { end += 1 }
    if text.isDigit(end) { end += 1 }
    return text.isBoundary(end) ? end : nil
  }

  /// `--03-14`; also `2016-074`, the day of the year.
  static let doubleDash: Way = { text, start in
    if text.isAt("-", start), text.isAt("-", start + 1) {
      let end = text.afterDigits(start + 2)
      switch end - start - 2 {
      case 2 where text.isAt("-", end) && text.afterDigits(end + 1) == end + 3:
        text.parts.month = text.number(text.bytes[start + 2..<end])
        text.parts.day = text.number(text.bytes[end + 1..<end + 3])
        return end + 3
      case 2, 4:
        text.parts.month = text.number(text.bytes[start + 2..<start + 4])
        if end == start + 6 { text.parts.day = text.number(text.bytes[start + 4..<end]) }
        return end
      default: return nil
      }
    }
    let year = text.afterDigits(start)
    guard text.isBoundary(start), [2, 4].contains(year - start), text.isAt("-", year),
      text.afterDigits(year + 1) == year + 4, text.isBoundary(year + 4),
      !text.isAt(",", start - 1), !text.isAt(".", start - 1)
    else { return nil }
    text.parts.year = text.number(text.bytes[start..<year])
    text.parts.dayOfYear = text.number(text.bytes[year + 1..<year + 4])
    return year + 4
  }

  /// `'16`
  static let quotedYear: Way = { text, start in
    guard text.isAt("'", start), text.isDigit(start + 1), text.isBoundary(text.afterDigits(start + 1)) else {
      return nil
    }
    let end = text.afterDigits(start + 1)
    text.parts.year = text.number(text.bytes[start + 1..<end])
    return end
  }

  static let monthAlone: Way = { text, start in
    guard text.isBoundary(start), let month = text.month(at: start) else { return nil }
    text.parts.month = month
    return text.after(start + 3) { $0 != 0x20 }
  }

  /// `14th`
  static let dayAlone: Way = { text, start in
    guard text.isDigit(start), text.isOrdinal(text.afterDigits(start)) else { return nil }
    text.parts.day = text.number(text.bytes[start..<text.afterDigits(start)])
    return text.afterDigits(start) + 2
  }

  /// A number with an apostrophe or more than two digits is the year.
  private mutating func takeDate(year: [UInt8]?, month: [UInt8]?, day: [UInt8]?) {
    var (year, month, day) = (year, month, day)
    func isYear(_ text: [UInt8]) -> Bool { text.first == UInt8(ascii: "'") || text.count > 2 }
    if year != nil, month != nil, day == nil { (year, month, day) = (nil, year, month) }
    if year == nil, let text = day, isYear(text) { (year, day) = (text, nil) }
    // An ordinal is a day in any position.
    if let text = year, text.last?.isLetter == true {
      (year, day) = (day, Array(text.drop { !$0.isDigit && $0 != UInt8(ascii: "-") }.dropLast(2)))
    }
    if let text = month, isYear(text) { (year, month, day) = (month, day, year) }
    if let text = day, isYear(text) { (year, day) = (day, year) }
    if let text = year {
      let digits = text.drop { !$0.isDigit && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
      let isSigned = digits.first?.isDigit == false
      let number = number(digits.drop { !$0.isDigit })
      parts.year = digits.first == UInt8(ascii: "-") ? -number : number
      if isSigned || digits.count > 2 { completesYear = false }
    }
    parts.month = month.map { number($0.filter(\.isDigit)) }
    parts.day = day.map { number($0.filter(\.isDigit)) }
  }
}
