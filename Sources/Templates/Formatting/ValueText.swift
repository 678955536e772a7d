import Domain

extension RenderEnvironment {
  /// The text printed by `{{ value }}`: nothing for `nil`, lists concatenated.
  func text(_ value: Value, depth: Int = 0) -> String {
    switch value {
    case .array(let items):
      guard depth < deepestValue else { return "" }
      return items.reduce(into: "") { $0 += text($1, depth: depth + 1) }
    default: return plainText(value)
    }
  }

  /// The text for filters; lists and objects as in Ruby: `["a", 1]`, `{"a"=>1}`.
  func plainText(_ value: Value) -> String {
    switch value {
    case .null: ""
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let integer): String(integer)
    case .number(let number): rubyText(number)
    case .string(let text): text
    case .instant(let instant): strftime("%Y-%m-%d %H:%M:%S %z", localTime(instant))
    case .money(let money): decimalText(money)
    case .array, .object: inspected(value, depth: 0)
    }
  }

  private func inspected(_ value: Value, depth: Int) -> String {
    guard depth < deepestValue else { return "..." }
    switch value {
    case .null: return "nil"
    case .string(let text): return quoted(text)
    case .array(let items):
      return "[" + items.map { inspected($0, depth: depth + 1) }.joined(separator: ", ") + "]"
    case .object(let record):
      let entries = record.entries.map { quoted($0.name) + "=>" + inspected($0.value, depth: depth + 1) }
      return "{" + entries.joined(separator: ", ") + "}"
    default: return plainText(value)
    }
  }
}

/// `12.50` for 1250 CNY: no currency sign, no grouping.
func decimalText(_ money: Money) -> String {
  let scale = UInt64(money.currency.minorUnitsPerMajor)
  let magnitude = money.minorUnits.magnitude
  var text = (money.minorUnits < 0 ? "-" : "") + String(magnitude / scale)
  let digits = money.currency.fractionDigits
  if digits > 0 {
    let fraction = String(magnitude % scale)
    text += "." + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
  }
  return text
}

/// Ruby's `Float#to_s`: always with a point, exponents from 1e15 up and below 0.0001.
func rubyText(_ number: Double) -> String {
  guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
  guard number != 0 else { return number.sign == .minus ? "-0.0" : "0.0" }
  if number == number.rounded(), number.magnitude < 1e15 { return String(Int64(number)) + ".0" }
  var digits: [UInt8] = []
  var point: Int?
  var exponent = 0
  var bytes = number.magnitude.description.utf8.makeIterator()
  while let byte = bytes.next() {
    if byte.isDigit {
      digits.append(byte)
    } else if byte == UInt8(ascii: ".") {
      point = digits.count
    } else {
      var rest = ""
      while let byte = bytes.next() { rest.unicodeScalars.append(Unicode.Scalar(byte)) }
      exponent = Int(rest) ?? 0
    }
  }
  var scale = (point ?? digits.count) + exponent
  while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
  while digits.count > 1, digits.first == UInt8(ascii: "0") {
    digits.removeFirst()
    scale -= 1
  }
  let sign = number < 0 ? "-" : ""
  let text = String(decoding: digits, as: UTF8.self)
  if scale > 0, scale <= 15 {
    if digits.count <= scale {
      return sign + text + String(repeating: "0", count: scale - digits.count) + ".0"
    }
    return sign + String(decoding: digits[..<scale], as: UTF8.self) + "."
      + String(decoding: digits[scale...], as: UTF8.self)
  }
  if scale > -4, scale <= 0 { return sign + "0." + String(repeating: "0", count: -scale) + text }
  let power = scale - 1
  let fraction = digits.count > 1 ? String(decoding: digits[1...], as: UTF8.self) : "0"
  let magnitude = String(power.magnitude)
  return sign + String(decoding: digits[..<1], as: UTF8.self) + "." + fraction + "e" + (power < 0 ? "-" : "+")
    + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
}

/// Ruby's `String#inspect`.
private func quoted(_ text: String) -> String {
  var result = "\""
  let scalars = Array(text.unicodeScalars)
  for (index, scalar) in scalars.enumerated() {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\r": result += "\\r"
    case "\u{07}": result += "\\a"
    case "\u{08}": result += "\\b"
    case "\u{0B}": result += "\\v"
    case "\u{0C}": result += "\\f"
    case "\u{1B}": result += "\\e"
    case "#" where index + 1 < scalars.count && ["{", "$", "@"].contains(scalars[index + 1]): result += "\\#"
    default:
      if scalar.value < 0x20 || scalar.value == 0x7F {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        result += "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + "\""
}
