import Domain

/// Ruby's `Time#strftime` with the names of a language; unknown directives are unchanged.
func strftime(_ pattern: String, _ time: LocalTime, _ names: DateNames = DateNames(locale: "en")) -> String {
  var writer = DateWriter(time: time, names: names)
  writer.write(Array(pattern.utf8), depth: 0)
  return String(decoding: writer.output, as: UTF8.self)
}

private struct DateWriter {
  let time: LocalTime
  let names: DateNames
  var output: [UInt8] = []

  /// The flags between `%` and its letter.
  struct Flags {
    /// `nil` for the directive's own padding, 0 for none.
    var padding: UInt8?
    var width: Int?
    var upper = false
    var swaps = false
    var colons = 0
  }

  mutating func write(_ pattern: [UInt8], depth: Int) {
    var position = 0
    while position < pattern.count {
      let start = position
      position += 1
      guard pattern[start] == UInt8(ascii: "%") else {
        output.append(pattern[start])
        continue
      }
      var flags = Flags()
      flagged: while position < pattern.count {
        let byte = pattern[position]
        switch byte {
        case UInt8(ascii: "-"): flags.padding = 0
        case UInt8(ascii: "_"): flags.padding = 0x20
        case UInt8(ascii: "0") where flags.width == nil: flags.padding = 0x30
        case UInt8(ascii: "^"): flags.upper = true
        case UInt8(ascii: "#"): flags.swaps = true
        case UInt8(ascii: ":"): flags.colons += 1
        case UInt8(ascii: "E"), UInt8(ascii: "O"): break
        case _ where byte.isDigit: flags.width = min((flags.width ?? 0) * 10 + Int(byte - 48), 1024)
        default: break flagged
        }
        position += 1
      }
      guard position < pattern.count else { return output.append(contentsOf: pattern[start...]) }
      position += 1
      if !directive(pattern[position - 1], flags, depth) {
        output.append(contentsOf: pattern[start..<position])
      }
    }
  }

  private mutating func directive(_ letter: UInt8, _ flags: Flags, _ depth: Int) -> Bool {
    let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
    switch letter {
    case UInt8(ascii: "Y"): number(time.year, time.year < 0 ? 5 : 4, flags)
    case UInt8(ascii: "C"): number(floorDivision(time.year, 100).quotient, 2, flags)
    case UInt8(ascii: "y"): number(floorDivision(time.year, 100).remainder, 2, flags)
    case UInt8(ascii: "m"): number(time.month, 2, flags)
    case UInt8(ascii: "d"): number(time.day, 2, flags)
    case UInt8(ascii: "e"): number(time.day, 2, flags, 0x20)
    case UInt8(ascii: "j"): number(time.date.dayOfYear, 3, flags)
    case UInt8(ascii: "H"): number(time.hour, 2, flags)
    case UInt8(ascii: "k"): number(time.hour, 2, flags, 0x20)
    case UInt8(ascii: "I"): number(hour12, 2, flags)
    case UInt8(ascii: "l"): number(hour12, 2, flags, 0x20)
    case UInt8(ascii: "M"): number(time.minute, 2, flags)
    case UInt8(ascii: "S"): number(time.second, 2, flags)
    case UInt8(ascii: "L"): fraction(flags.width ?? 3)
    case UInt8(ascii: "N"): fraction(flags.width ?? 9)
    case UInt8(ascii: "s"): number(Int(time.instant.milliseconds / 1000), 1, flags)
    case UInt8(ascii: "u"): number(time.weekday == 0 ? 7 : time.weekday, 1, flags)
    case UInt8(ascii: "w"): number(time.weekday, 1, flags)
    case UInt8(ascii: "G"): number(time.date.isoWeek.year, 4, flags)
    case UInt8(ascii: "g"): number(floorDivision(time.date.isoWeek.year, 100).remainder, 2, flags)
    case UInt8(ascii: "V"): number(time.date.isoWeek.week, 2, flags)
    case UInt8(ascii: "U"): number(time.date.weekOfYear(startingOn: .sunday), 2, flags)
    case UInt8(ascii: "W"): number(time.date.weekOfYear(startingOn: .monday), 2, flags)
    case UInt8(ascii: "B"): text(names.months[time.month - 1], flags)
    case UInt8(ascii: "b"), UInt8(ascii: "h"): text(names.shortMonths[time.month - 1], flags)
    case UInt8(ascii: "A"): text(names.weekdays[time.weekday], flags)
    case UInt8(ascii: "a"): text(names.shortWeekdays[time.weekday], flags)
    case UInt8(ascii: "p"): text(time.hour < 12 ? names.am : names.pm, flags)
    case UInt8(ascii: "P"): text((time.hour < 12 ? names.am : names.pm).lowercased(), flags)
    case UInt8(ascii: "Z"): text(time.zoneName, flags)
    case UInt8(ascii: "z"): text(offset(colons: flags.colons), flags, padding: 0x30)
    case UInt8(ascii: "n"): text("\n", flags)
    case UInt8(ascii: "t"): text("\t", flags)
    case UInt8(ascii: "%"): text("%", flags)
    default:
      guard let pattern = composite(letter), depth == 0 else { return false }
      var inner = DateWriter(time: time, names: names)
      inner.write(Array(pattern.utf8), depth: 1)
      text(String(decoding: inner.output, as: UTF8.self), flags)
    }
    return true
  }

  private func composite(_ letter: UInt8) -> String? {
    switch letter {
    case UInt8(ascii: "c"): "%a %b %e %H:%M:%S %Y"
    case UInt8(ascii: "D"), UInt8(ascii: "x"): "%m/%d/%y"
    case UInt8(ascii: "F"): "%Y-%m-%d"
    case UInt8(ascii: "T"), UInt8(ascii: "X"): "%H:%M:%S"
    case UInt8(ascii: "R"): "%H:%M"
    case UInt8(ascii: "r"): "%I:%M:%S %p"
    case UInt8(ascii: "v"): "%e-%^b-%4Y"
    case UInt8(ascii: "+"): "%a %b %e %H:%M:%S %Z %Y"
    default: nil
    }
  }

  private mutating func number(_ value: Int, _ width: Int, _ flags: Flags, _ padding: UInt8 = 0x30) {
    let padding = flags.padding ?? padding
    let digits = String(value.magnitude).utf8
    let sign: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    let missing = padding == 0 ? 0 : max(0, (flags.width ?? width) - digits.count - sign.count)
    if padding == 0x20 {
      output.append(contentsOf: repeatElement(padding, count: missing) + sign)
    } else {
      output.append(contentsOf: sign + repeatElement(padding, count: missing))
    }
    output.append(contentsOf: digits)
  }

  private mutating func fraction(_ digits: Int) {
    let milliseconds = time.millisecond
    let text = [milliseconds / 100, milliseconds / 10 % 10, milliseconds % 10].map { UInt8($0) + 48 }
    output.append(contentsOf: text.prefix(digits))
    if digits > 3 { output.append(contentsOf: repeatElement(0x30, count: digits - 3)) }
  }

  private mutating func text(_ text: String, _ flags: Flags, padding: UInt8 = 0x20) {
    var text = text
    if flags.upper { text = text.uppercased() }
    if flags.swaps { text = text == text.uppercased() ? text.lowercased() : text.uppercased() }
    if let width = flags.width, flags.padding != 0 {
      let missing = width - text.unicodeScalars.count
      if missing > 0 { output.append(contentsOf: repeatElement(flags.padding ?? padding, count: missing)) }
    }
    output.append(contentsOf: text.utf8)
  }

  private func offset(colons: Int) -> String {
    let seconds = abs(time.offsetSeconds)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let sign = time.offsetSeconds < 0 ? "-" : "+"
    let hours = sign + two(seconds / 3600)
    let separator = colons > 0 ? ":" : ""
    let minutes = separator + two(seconds / 60 % 60)
    return hours + minutes + (colons > 1 ? ":" + two(seconds % 60) : "")
  }
}
