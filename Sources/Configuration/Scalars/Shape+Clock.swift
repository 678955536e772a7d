package import Domain
internal import Platform

extension Shape where Value == ClockTime {
  /// `"21:00"`, quoted: without quotes YAML 1.1 reads a number in base 60.
  package static var clockTime: Shape<ClockTime> {
    let schema = SchemaNode(
      .text(pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$"), expected: "a clock time such as \"21:00\"",
      example: "\"21:00\"")
    return scalar(schema) { (scalar, _) throws(ScalarProblem) in
      let bytes = Array(scalar.text.utf8)
      let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      let isClock =
        parts.count == 2
        && parts.allSatisfy {
          (1...2).contains($0.count) && $0.allSatisfy { (48...57).contains($0) }
        }
      guard isClock else { throw .mismatch }
      let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1 - 48) } }
      if numbers[0] == 24, numbers[1] == 0 { throw .mismatch(hint: "write \"00:00\"") }
      guard let time = ClockTime(hour: numbers[0], minute: numbers[1]) else {
        throw .mismatch(hint: "hours go to 23, minutes to 59")
      }
      guard parts[0].count == 2, parts[1].count == 2 else { throw .mismatch(hint: "write \"\(time)\"") }
      guard scalar.style != .plain else {
        let reading = bytes[0] == 48 ? "" : ": YAML reads \(scalar.text) as the number \(time.minuteOfDay)"
        throw .objection("must be quoted\(reading)", hint: "write \"\(time)\"")
      }
      return time
    }
  }
}
