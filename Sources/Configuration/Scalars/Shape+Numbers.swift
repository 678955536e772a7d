internal import Platform

extension Shape where Value == Int {
  /// A whole number in decimal, unquoted.
  package static func integer(_ range: ClosedRange<Int>, example: Int? = nil) -> Shape {
    let shown = String(example ?? range.lowerBound)
    let expected =
      range.upperBound == .max
      ? "a whole number from \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let schema = SchemaNode(
      .integer(Int64(range.lowerBound)...Int64(range.upperBound)), expected: expected, example: shown)
    return scalar(schema) { (scalar, _) throws(ScalarProblem) in
      let value = try NumberText.integer(scalar)
      guard range.contains(value) else { throw .mismatch }
      return value
    }
  }
}

/// A share of a whole, in hundredths of a per cent: 10% is 1000.
package struct Percentage: Hashable, Sendable, CustomStringConvertible {
  /// 0 to 10,000.
  package var basisPoints: Int

  package init(basisPoints: Int) { self.basisPoints = basisPoints }

  /// 0 to 1.
  package var fraction: Double { Double(basisPoints) / 10_000 }

  /// `10%`, `0.5%`, `12.34%`.
  package var description: String {
    let (whole, rest) = (basisPoints / 100, basisPoints % 100)
    if rest == 0 { return "\(whole)%" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)%" : "\(whole).\(rest / 10)\(rest % 10)%"
  }
}

extension Shape where Value == Percentage {
  /// `10%` or `0.5%`: from 0% to 100%, with at most two decimal places.
  package static var percentage: Shape {
    .text(expected: "a share such as 10%", example: "10%", pattern: "^[0-9]{1,3}(\\.[0-9]{1,2})?%$") {
      (text) throws(ScalarProblem) in
      var bytes = Array(text.utf8)
      guard bytes.popLast() == UInt8(ascii: "%") else {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
        throw .mismatch(hint: isNumber ? "write \(Quoting.printable(text))%" : nil)
      }
      let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
      let digits = parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }
      guard digits, parts[0].count <= 3, parts.count == 1 || parts[1].count <= 2 else { throw .mismatch }
      let whole = parts[0].reduce(0) { $0 * 10 + Int($1 - 48) }
      var rest = parts.count == 1 ? 0 : parts[1].reduce(0) { $0 * 10 + Int($1 - 48) }
      if parts.count == 2, parts[1].count == 1 { rest *= 10 }
      guard whole * 100 + rest <= 10_000 else { throw .mismatch(hint: "it lies between 0% and 100%") }
      return Percentage(basisPoints: whole * 100 + rest)
    }
  }
}

/// The grammar of whole numbers: plain decimal, no sign but `-`, no leading zeros, underscores or other
/// bases.
private enum NumberText {
  static func integer(_ scalar: YAMLScalar) throws(ScalarProblem) -> Int {
    let digits = try digits(scalar)
    guard digits.allSatisfy({ (48...57).contains($0) }), !digits.isEmpty else { throw .mismatch }
    guard let value = Int(scalar.text) else { throw .mismatch(hint: "the number is too large") }
    return value
  }

  /// The digits after the sign; refuses forms with another meaning in YAML 1.1.
  private static func digits(_ scalar: YAMLScalar) throws(ScalarProblem) -> [UInt8] {
    var digits = Array(scalar.text.utf8)
    guard scalar.style == .plain else {
      let isNumber = !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
      throw .mismatch(hint: isNumber ? "remove the quotes" : nil)
    }
    if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
    if digits.count > 1, digits[0] == 48, (48...57).contains(digits[1]) {
      throw .mismatch(hint: "remove the leading zero")
    }
    if digits.contains(UInt8(ascii: "_")) { throw .mismatch(hint: "write the digits without '_'") }
    return digits
  }
}
