internal import Domain
internal import Platform

/// How often something may happen: a count per period.
package struct Rate: Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  package var count: Int
  package var interval: Duration

  package init(count: Int, per interval: Duration) {
    self.count = count
    self.interval = interval
  }

  /// `50/s`.
  package var description: String {
    let unit = Rate.units.first { $0.interval == interval }?.name
    return "\(count)/\(unit ?? interval.written)"
  }

  static let units: [(name: String, interval: Duration)] = [
    ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)), ("d", .seconds(86_400)),
  ]
}

extension Shape where Value == Rate {
  /// `50/s`, `10/m`, `1000/h`, `10000/d`: a count from 1 to a million.
  package static var rate: Shape {
    .text(expected: "a rate such as 50/s or 10/m", example: "50/s", pattern: "^[0-9]+/[smhd]$") {
      (text) throws(ScalarProblem) in
      let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(
        Array.init)
      let digits = parts[0]
      let isNumber = !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
      if parts.count == 1, isNumber {
        throw .objection("needs a unit", hint: "write \(text)/s, \(text)/m or \(text)/h")
      }
      guard parts.count == 2, isNumber else { throw .mismatch }
      let name = String(decoding: parts[1], as: UTF8.self)
      guard let unit = Rate.units.first(where: { $0.name == name }) else {
        throw .mismatch(hint: "the units are s, m, h and d")
      }
      guard let count = Int(String(decoding: digits, as: UTF8.self)), (1...1_000_000).contains(count) else {
        throw .objection("is out of range", hint: "it lies between 1 and 1000000")
      }
      return Rate(count: count, per: unit.interval)
    }
  }
}
