/// A text with one kind of escape decoded, in which each byte knows its source range.
///
/// Incomplete escapes are kept as they are.
struct SpelledBytes {
  enum Escapes { case json, html, percent }

  private(set) var bytes: [UInt8]
  /// The start and end of each byte's source.
  private var starts: [Int]
  private var ends: [Int]

  /// A text without escapes.
  init(_ text: [UInt8]) {
    bytes = text
    starts = Array(text.indices)
    ends = text.indices.map { $0 + 1 }
  }

  /// Decodes another kind of escape as well. Linear in the length of the text.
  func reading(_ escapes: Escapes) -> SpelledBytes {
    var result = SpelledBytes([])
    var position = 0
    while position < bytes.count {
      let escape =
        switch escapes {
        case .json: json(at: position)
        case .html: html(at: position)
        case .percent: percent(at: position)
        }
      let (spelled, length) = escape ?? ([bytes[position]], 1)
      result.bytes += spelled
      for _ in spelled {
        result.starts.append(starts[position])
        result.ends.append(ends[position + length - 1])
      }
      position += length
    }
    return result
  }

  /// The source range of these bytes, at least one.
  func source(of range: Range<Int>) -> Range<Int> { starts[range.lowerBound]..<ends[range.upperBound - 1] }

  private typealias Escape = (spelled: [UInt8], length: Int)

  private func byte(_ position: Int) -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private func number(at position: Int, digits: Int) -> UInt32? {
    guard position + digits <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[position..<(position + digits)] {
      guard let digit = Hex.value(of: byte) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private func percent(at position: Int) -> Escape? {
    guard bytes[position] == UInt8(ascii: "%"), let value = number(at: position + 1, digits: 2) else {
      return nil
    }
    return ([UInt8(value)], 3)
  }

  /// RFC 8259 section 7.
  private func json(at position: Int) -> Escape? {
    guard bytes[position] == UInt8(ascii: "\\"), let letter = byte(position + 1) else { return nil }
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return ([letter], 2)
    case UInt8(ascii: "b"): return ([0x08], 2)
    case UInt8(ascii: "f"): return ([0x0C], 2)
    case UInt8(ascii: "n"): return ([0x0A], 2)
    case UInt8(ascii: "r"): return ([0x0D], 2)
    case UInt8(ascii: "t"): return ([0x09], 2)
    case UInt8(ascii: "u"):
      guard let unit = number(at: position + 2, digits: 4) else { return nil }
      if let scalar = Unicode.Scalar(unit) { return (Array(String(scalar).utf8), 6) }
      // The first half of a surrogate pair, and the second.
      guard unit < 0xDC00, byte(position + 6) == UInt8(ascii: "\\"), byte(position + 7) == UInt8(ascii: "u"),
        let second = number(at: position + 8, digits: 4), (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
      else { return nil }
      return (Array(String(scalar).utf8), 12)
    default: return nil
    }
  }

  private static let entities: [(name: [UInt8], byte: UInt8)] = [
    ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("sol", "/"), ("plus", "+"),
    ("equals", "="),
  ].map { (Array($0.0.utf8), UInt8(ascii: $0.1)) }

  /// Numeric references, and the named ones for characters that can be part of a secret.
  private func html(at position: Int) -> Escape? {
    guard bytes[position] == UInt8(ascii: "&") else { return nil }
    guard let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
    var name = bytes[(position + 1)..<end]
    let length = end + 1 - position
    guard name.first == UInt8(ascii: "#") else {
      return Self.entities.first { $0.name.elementsEqual(name) }.map { ([$0.byte], length) }
    }
    name.removeFirst()
    let isHex = name.first.map { $0 | 0x20 } == UInt8(ascii: "x")
    if isHex { name.removeFirst() }
    guard let value = UInt32(String(decoding: name, as: UTF8.self), radix: isHex ? 16 : 10),
      let scalar = Unicode.Scalar(value)
    else { return nil }
    return (Array(String(scalar).utf8), length)
  }
}
