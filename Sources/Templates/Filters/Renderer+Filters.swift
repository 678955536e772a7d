import Domain

extension Renderer {
  /// Applies a filter. `first` and `second` are its arguments, as many as its arity says.
  ///
  /// Charges for what `Filter.reading` says, and for the result. The filter itself charges only for items it
  /// looks into, and before it produces much more than it has read.
  mutating func apply(
    _ filter: Filter, to input: LiquidValue, _ first: LiquidValue?, _ second: LiquidValue?
  ) throws -> LiquidValue {
    switch filter {
    case .append, .prepend, .capitalize, .downcase, .upcase, .lstrip, .rstrip, .strip, .newlineToBr,
      .stripNewlines,
      .remove, .removeFirst, .removeLast, .replace, .replaceFirst, .replaceLast, .squish, .truncate,
      .truncatewords:
      try edit(filter, input, first, second)
    case .escape, .h, .escapeOnce, .stripHTML, .urlEncode, .urlDecode, .base64Encode, .base64Decode,
      .base64URLSafeEncode, .base64URLSafeDecode, .json, .raw:
      try encode(filter, input)
    case .slice: try slice(input, first ?? .null, second)
    case .split: .plain(.array(try split(text(input), by: text(first ?? .null))))
    case .abs, .atLeast, .atMost, .ceil, .floor, .round, .dividedBy, .minus, .modulo, .plus, .times:
      try calculate(filter, input, first)
    case .compact, .concat, .find, .findIndex, .first, .has, .join, .last, .map, .reject, .reverse, .size,
      .sort, .sortNatural, .sum, .uniq, .where:
      try list(filter, input, first, second)
    case .date: try date(input, first ?? .null)
    case .money: try money(input, first)
    case .default: input
    }
  }

  /// Converts a whole number like Ruby's `Integer()`; throws for text with anything else in it.
  func integer(_ value: LiquidValue) throws(FilterFailure) -> Int {
    if case .plain(.integer(let integer)) = value { return Int(integer) }
    var bytes = Array(text(value).utf8)[...]
    while bytes.first?.isSpace == true { bytes.removeFirst() }
    while bytes.last?.isSpace == true { bytes.removeLast() }
    let sign = bytes.first == UInt8(ascii: "-") ? "-" : ""
    if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
    var radix = 10
    if bytes.first == UInt8(ascii: "0"), bytes.count > 1 {
      bytes.removeFirst()
      switch bytes.first.map({ $0 | 0x20 }) {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "b"): radix = 2
      case UInt8(ascii: "d"): radix = 10
      case UInt8(ascii: "o"): radix = 8
      default: radix = 8
      }
      if let letter = bytes.first, letter.isLetter { bytes.removeFirst() }
    }
    let underscores = bytes.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    let digits = String(decoding: underscores.joined(), as: UTF8.self)
    guard bytes.first != UInt8(ascii: "+"), bytes.first != UInt8(ascii: "-"),
      underscores.allSatisfy({ !$0.isEmpty }), let integer = Int(sign + digits, radix: radix)
    else { throw FilterFailure("'\(shortened(text(value)))' is not a whole number") }
    return integer
  }
}
