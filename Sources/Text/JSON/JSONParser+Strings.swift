extension JSONParser {
  /// Reads the string whose opening quote is at `index`, and moves `index` past its closing quote.
  mutating func string() throws(JSONError) -> String {
    let start = index + 1
    var i = start
    var high: UInt8 = 0
    while i < count {
      let byte = base[i]
      if byte == UInt8(ascii: "\"") {
        index = i + 1
        return try text(
          UnsafeBufferPointer(start: base + start, count: i - start), isASCII: high < 0x80, at: start)
      }
      if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start, to: i) }
      if byte < 0x20 { throw error(problem(of: byte), at: i) }
      high |= byte
      i += 1
    }
    throw error(.endsEarly(expected: "a closing quote"), at: count)
  }

  /// Does not advise escaping a NUL where NULs are not allowed: the escape would be refused too.
  private func problem(of byte: UInt8) -> JSONError.Problem {
    byte == 0 && !limits.allowsNUL ? .nul : .controlCharacter(byte)
  }

  /// Continues at the first backslash, at `first`, after the plain part from `start`.
  private mutating func stringWithEscapes(from start: Int, to first: Int) throws(JSONError) -> String {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: UnsafeBufferPointer(start: base + start, count: first - start))
    var i = first
    while i < count {
      let byte = base[i]
      switch byte {
      case UInt8(ascii: "\""):
        index = i + 1
        let bytes = scratch
        return try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
          try text(buffer, isASCII: false, at: start)
        }
      case UInt8(ascii: "\\"):
        i = try escape(at: i)
      case 0..<0x20:
        throw error(problem(of: byte), at: i)
      default:
        scratch.append(byte)
        i += 1
      }
    }
    throw error(.endsEarly(expected: "a closing quote"), at: count)
  }

  /// Appends the character escaped at `place` and returns the index after the escape.
  private mutating func escape(at place: Int) throws(JSONError) -> Int {
    guard place + 1 < count else { throw error(.endsEarly(expected: "an escape"), at: count) }
    let letter = base[place + 1]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "u"): return try unicodeEscape(at: place)
    default: throw error(.invalidEscape(letter), at: place)
    }
    return place + 2
  }

  private mutating func unicodeEscape(at place: Int) throws(JSONError) -> Int {
    let unit = try hexUnit(at: place + 2)
    var next = place + 6
    var code = UInt32(unit)
    if unit & 0xFC00 == 0xD800 {
      guard next + 1 < count, base[next] == UInt8(ascii: "\\"), base[next + 1] == UInt8(ascii: "u") else {
        throw error(.loneSurrogate, at: place)
      }
      let low = try hexUnit(at: next + 2)
      guard low & 0xFC00 == 0xDC00 else { throw error(.loneSurrogate, at: place) }
      code = 0x10000 + (code & 0x3FF) << 10 + UInt32(low & 0x3FF)
      next += 6
    }
    if code == 0, !limits.allowsNUL { throw error(.nul, at: place) }
    guard let scalar = Unicode.Scalar(code) else { throw error(.loneSurrogate, at: place) }
    scratch.append(contentsOf: UTF8.encode(scalar)!)
    return next
  }

  private func hexUnit(at place: Int) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for i in place..<place + 4 {
      guard i < count else { throw error(.endsEarly(expected: "four hexadecimal digits"), at: count) }
      guard let digit = Hex.value(of: base[i]) else {
        throw error(.unexpected(base[i], expected: "a hexadecimal digit"), at: i)
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private func text(
    _ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool, at start: Int
  ) throws(JSONError) -> String {
    if isASCII { return String(decoding: bytes, as: UTF8.self) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error(.invalidUTF8, at: start) }
    return text
  }
}
