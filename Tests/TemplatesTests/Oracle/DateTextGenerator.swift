import Support

/// Makes texts that tell a date or a time, as people and programs write them. Ruby loses its way with days that a month
/// does not have, once a zone stands beside them.
struct DateTextGenerator {
  private var generator: SeededGenerator

  init(_ generator: SeededGenerator) { self.generator = generator }

  private mutating func pick<Item>(_ items: [Item]) -> Item {
    items[Int(generator.next() % UInt64(items.count))]
  }
  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(generator.next() % UInt64(range.count))
  }
  private mutating func two(_ range: ClosedRange<Int>) -> String {
    let text = String(number(range))
    return text.utf8.count < 2 && number(0...3) > 0 ? "0" + text : text
  }

  mutating func text() -> String {
    switch number(0...9) {
    case 0: return time()
    case 1: return "\(pick(["on", "due", "before", "since"])) \(date())"
    case 2, 3, 4: return "\(date())\(pick([" ", ", ", " at ", "  "]))\(time())"
    case 5: return "\(time()) \(pick(["", "on "]))\(digits())"
    default: return date()
    }
  }

  private mutating func date() -> String {
    let weekday = number(0...4) == 0 ? pick(["Mon, ", "Tuesday ", "Fri. ", "sunday, "]) : ""
    return weekday + (number(0...2) == 0 ? digits() : named())
  }

  private mutating func named() -> String {
    let month = pick([
      "January", "Feb", "march", "APR", "May", "June", "Jul.", "August", "Sept", "Sep", "Oct", "november",
      "Dec",
    ])
    let (day, year) = (two(1...28), pick(["2016", "1999", "'16", "2031", "07"]))
    let ordinal = day + pick(["", "", "th", "st", "nd"])
    return pick([
      "\(ordinal) \(month) \(year)", "\(month) \(ordinal), \(year)", "\(month) \(day) \(year)",
      "\(day)-\(month)-\(year)",
      "\(month) \(year)", "\(ordinal) \(month)", "\(month) \(ordinal)", "\(day)\(month)\(year)",
      "\(month)-\(day)-\(year)",
      "\(month)", "\(ordinal) of \(month)", "\(day)/\(month)/\(year)", "2016 \(month) \(day)",
    ])
  }

  private mutating func digits() -> String {
    let (year, month, day) = (pick(["2016", "1999", "2031"]), two(1...13), two(1...28))
    return pick([
      "\(year)-\(month)-\(day)", "\(year)/\(month)/\(day)", "\(day)-\(month)-\(year)",
      "\(day)/\(month)/\(year)",
      "\(day).\(month).\(year)", "\(month)/\(day)", "\(year).\(month).\(day)", "16-\(month)-\(day)",
      "\(year)-074",
      "\(year)-W11-1", "20160314T1230", "h28.\(month).\(day)", "--03-14",
    ])
  }

  private mutating func time() -> String {
    let clock = pick([
      "\(two(0...23)):\(two(0...59))", "\(two(0...23)):\(two(0...59)):\(two(0...60))", "\(number(1...12))pm",
      "\(number(1...12)) a.m.",
      "\(number(1...12)):30 PM", "\(two(0...23)):15:45.\(number(0...999))", "\(two(0...23))h30",
      "T\(two(0...23)):05",
    ])
    return clock
      + pick([
        "", "", "", "Z", "+02:00", "-0530", " +0200", " UTC", " GMT", " EST", " PDT", " CET", "+09", " UTC+2",
        " Europe/Berlin",
      ])
  }
}
