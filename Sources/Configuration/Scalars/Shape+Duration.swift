internal import Domain
package import Platform

extension Shape where Value == Duration {
  /// `90s`, `10m`, `1h30m`, `3d`, `2w`: whole numbers with units, largest unit first, each at most once.
  ///
  /// `ms` is also a unit. `0s` is refused unless `zeroAllowed`; `maximum` is the largest value.
  package static func duration(
    zeroAllowed: Bool = false, maximum: Duration = .seconds(36_500 * 86_400), example: String = "3d"
  ) -> Shape {
    .text(
      expected: "a duration such as 90s, 1h30m or 3d", example: example,
      pattern: "^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"
    ) { (text) throws(ScalarProblem) in
      let duration = try DurationText.parse(text)
      guard duration > .zero || zeroAllowed else {
        throw .objection("cannot be zero", hint: "give a duration such as \(example), or remove the line")
      }
      guard duration <= maximum else {
        throw .objection("is too long", hint: "at most \(maximum.written)")
      }
      return duration
    }
  }
}

extension DurationText {
  /// Parses the output of `Duration.written`. Throws for anything outside the grammar above and for values
  /// over 100 million days.
  package static func parse(_ text: String) throws(ScalarProblem) -> Duration {
    let bytes = Array(text.utf8)
    guard let first = bytes.first else { throw .mismatch }
    if first == UInt8(ascii: "-") {
      throw .objection("cannot be negative", hint: "give a duration such as 3d")
    }
    var total: Int64 = 0
    var position = 0
    var smallest = -1
    while position < bytes.count {
      var count: Int64 = 0
      let start = position
      while position < bytes.count, (48...57).contains(bytes[position]) {
        let (product, over) = count.multipliedReportingOverflow(by: 10)
        let (sum, more) = product.addingReportingOverflow(Int64(bytes[position] - 48))
        guard !over, !more else { throw .objection("is too long", hint: nil) }
        count = sum
        position += 1
      }
      guard position > start else { throw .mismatch(hint: advice(bytes)) }
      let nameStart = position
      while position < bytes.count, (97...122).contains(bytes[position] | 0x20) { position += 1 }
      let name = String(decoding: bytes[nameStart..<position], as: UTF8.self)
      if name.isEmpty, position == bytes.count, start == 0 {
        guard count > 0 else {
          throw .objection("needs a unit", hint: "a duration is written like 90s, 10m, 1h or 3d")
        }
        throw .objection("needs a unit", hint: "write \(count)s, \(count)m, \(count)h or \(count)d")
      }
      guard let unit = Duration.writtenUnits.firstIndex(where: { $0.name == name }) else {
        throw .mismatch(hint: advice(bytes))
      }
      guard unit > smallest else { throw .mismatch(hint: "give the larger unit first, and each once") }
      smallest = unit
      let (part, over) = count.multipliedReportingOverflow(by: Duration.writtenUnits[unit].milliseconds)
      let (sum, more) = total.addingReportingOverflow(part)
      guard !over, !more, sum <= 8_640_000_000_000_000 else { throw .objection("is too long", hint: nil) }
      total = sum
    }
    return .milliseconds(total)
  }

  private static func advice(_ bytes: [UInt8]) -> String? {
    if bytes.contains(UInt8(ascii: ".")) { return "write whole numbers: 1h30m instead of 1.5h" }
    if bytes.contains(UInt8(ascii: " ")) { return "write it without spaces" }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    if text.hasSuffix("mo") || text.contains("month") || text.hasSuffix("y") && !text.hasSuffix("day")
      || text.contains("year")
    {
      return "months and years differ in length; write days, such as 30d or 365d"
    }
    return (48...57).contains(bytes[0]) ? "the units are w, d, h, m, s and ms" : nil
  }
}
