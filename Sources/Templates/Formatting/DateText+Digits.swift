/// Dates consisting only of digits.
extension DateText {
  /// `20160314`, `20160314T1230`, `160314`, `0314`, `14`: the meaning depends on the number of digits.
  static let digits: Way = { text, start in
    var first = start
    let sign = text.byte(start)
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { first += 1 }
    let run = first..<min(text.afterDigits(first), first + 14)
    guard run.count >= 2 else { return nil }
    var end = run.upperBound
    var time: Range<Int>?
    var next = text.afterSpaces(end)
    if text.isAt("t", next) { next = text.afterSpaces(next + 1) }
    let others = next..<min(text.afterDigits(next), next + 6)
    if others.count >= 2 { time = others }
    end = time?.upperBound ?? next
    var fraction: Range<Int>?
    if text.isAt(".", end) || text.isAt(",", end) {
      fraction = end + 1..<text.afterDigits(end + 1)
      end = fraction?.upperBound ?? end
    }
    if let zone = text.afterDigitsZone(end) {
      text.parts.zone = Array(text.bytes[end..<zone])
      end = zone
    }
    let numbers = Array(text.bytes[run])
    if time == nil, fraction != nil {
      text.takeClock(fromEndOf: numbers)
    } else {
      text.takeDate(numbers, isNegative: sign == UInt8(ascii: "-"))
    }
    if let time {
      let numbers = Array(text.bytes[time])
      if fraction != nil {
        text.takeClock(fromEndOf: numbers.count % 2 == 0 ? numbers : [])
      } else if numbers.count % 2 == 0 {
        text.takeTime(numbers)
      }
    }
    if let fraction { text.parts.millisecond = text.fraction(fraction) ?? 0 }
    return end
  }

  private func afterDigitsZone(_ start: Int) -> Int? {
    if isAt("z", start), isBoundary(start + 1) { return start + 1 }
    guard isAt("+", start) || isAt("-", start) else { return nil }
    let end = afterDigits(start + 1)
    return (2...5).contains(end - start) && !byte(end).isWord ? end : nil
  }

  /// Takes year, month and day from the front, as far as the digits go.
  private mutating func takeDate(_ digits: [UInt8], isNegative: Bool) {
    func number(_ range: Range<Int>) -> Int { self.number(digits[range]) }
    let sign = isNegative ? -1 : 1
    switch digits.count {
    case 2: parts.day = number(0..<2)
    case 3: parts.dayOfYear = number(0..<3)
    case 4: (parts.month, parts.day) = (number(0..<2), number(2..<4))
    case 5: (parts.year, parts.dayOfYear) = (sign * number(0..<2), number(2..<5))
    case 6: (parts.year, parts.month, parts.day) = (sign * number(0..<2), number(2..<4), number(4..<6))
    case 7: (parts.year, parts.dayOfYear) = (sign * number(0..<4), number(4..<7))
    case 8, 10, 12, 14:
      (parts.year, parts.month, parts.day) = (sign * number(0..<4), number(4..<6), number(6..<8))
      takeTime(Array(digits[8...]))
      completesYear = false
    default: break
    }
  }

  /// Takes hours, minutes and seconds from the front.
  private mutating func takeTime(_ digits: [UInt8]) {
    let numbers = stride(from: 0, to: digits.count - 1, by: 2).map { number(digits[$0..<$0 + 2]) }
    if numbers.count > 0 { parts.hour = numbers[0] }
    if numbers.count > 1 { parts.minute = numbers[1] }
    if numbers.count > 2 { parts.second = numbers[2] }
  }

  /// Before a fraction the last digits are seconds, those before them minutes, and so on.
  private mutating func takeClock(fromEndOf digits: [UInt8]) {
    var rest = digits[...]
    func next(_ count: Int = 2) -> Int? {
      guard !rest.isEmpty else { return nil }
      let part = rest.suffix(count)
      rest.removeLast(part.count)
      return number(part)
    }
    parts.second = next()
    parts.minute = next() ?? parts.minute
    parts.hour = next() ?? parts.hour
    parts.day = next() ?? parts.day
    parts.month = next() ?? parts.month
    parts.year = digits.count == 14 ? next(4) : next() ?? parts.year
  }
}
