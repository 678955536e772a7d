/// The limits of a parse; the defaults suit a request body from a stranger.
package struct JSONLimits: Hashable, Sendable {
  /// Maximum nesting of arrays and objects; capped at 512.
  package var depth: Int
  /// Maximum length of the whole text in bytes.
  package var bytes: Int
  /// Maximum number of values in the whole text, which limits memory to about 50 bytes per value.
  package var values: Int
  /// Whether an object may repeat a key; the last value then wins.
  package var allowsDuplicateKeys: Bool
  /// Whether a string may contain `\u0000`, which PostgreSQL cannot store.
  package var allowsNUL: Bool

  package init(
    depth: Int = 64, bytes: Int = 64 << 20, values: Int = 250_000, allowsDuplicateKeys: Bool = false,
    allowsNUL: Bool = false
  ) {
    self.depth = min(depth, 512)
    self.bytes = bytes
    self.values = values
    self.allowsDuplicateKeys = allowsDuplicateKeys
    self.allowsNUL = allowsNUL
  }
}

extension JSON {
  /// Parses `bytes` as one value. Strict RFC 8259: no comments, no trailing commas, no byte order mark, no
  /// lone surrogates, no invalid UTF-8, nothing but white space after the value.
  package static func parse(_ bytes: [UInt8], limits: JSONLimits = .init()) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in try parse(buffer, limits: limits) }
  }

  package static func parse(_ text: String, limits: JSONLimits = .init()) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }

  /// Parses borrowed memory, and keeps no reference to it.
  package static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .init()
  ) throws(JSONError) -> JSON {
    guard let base = bytes.baseAddress, !bytes.isEmpty else {
      throw JSONError(problem: .empty, offset: 0, line: 1, column: 1)
    }
    var parser = JSONParser(base: base, count: bytes.count, limits: limits)
    return try parser.document()
  }
}

/// Recursive descent over bytes that outlive it. Strings and numbers are in extensions.
struct JSONParser {
  let base: UnsafePointer<UInt8>
  let count: Int
  let limits: JSONLimits
  var index = 0
  var values = 0
  /// The decoded bytes of a string with escapes.
  var scratch: [UInt8] = []

  init(base: UnsafePointer<UInt8>, count: Int, limits: JSONLimits) {
    self.base = base
    self.count = count
    self.limits = limits
  }

  mutating func document() throws(JSONError) -> JSON {
    guard count <= limits.bytes else { throw error(.tooLarge(limit: limits.bytes), at: limits.bytes) }
    skipSpace()
    guard index < count else { throw error(.empty) }
    let result = try value(depth: 0)
    skipSpace()
    guard index == count else { throw error(.trailingBytes) }
    return result
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    values += 1
    guard values <= limits.values else { throw error(.tooManyValues(limit: limits.values)) }
    guard index < count else { throw error(.endsEarly(expected: "a value")) }
    switch base[index] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte: throw error(.unexpected(byte, expected: "a value"))
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    guard depth <= limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
    index += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return JSONObject() }
    var members: [JSONObject.Member] = []
    members.reserveCapacity(6)
    // Above this many members a set is faster than a linear search, and a million keys stay linear.
    var seen: Set<ExactText>?
    while true {
      guard index < count else { throw error(.endsEarly(expected: "a key in quotes")) }
      guard base[index] == UInt8(ascii: "\"") else {
        throw error(.unexpected(base[index], expected: "a key in quotes"))
      }
      let start = index
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw missing("':'") }
      skipSpace()
      let member = JSONObject.Member(key: key, value: try value(depth: depth))
      if seen == nil, members.count == 16 { seen = Set(texts: members.lazy.map(\.key)) }
      let isNew = seen?.insert(key) ?? !Self.holds(members, key)
      if isNew {
        members.append(member)
      } else if limits.allowsDuplicateKeys, let place = members.firstIndex(where: { $0.key == key }) {
        members[place].value = member.value
      } else {
        throw error(.duplicateKey(key), at: start)
      }
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
      } else if take(UInt8(ascii: "}")) {
        return JSONObject(members: members)
      } else {
        throw missing("',' or '}'")
      }
    }
  }

  private static func holds(_ members: [JSONObject.Member], _ key: String) -> Bool {
    // A span lends its members; the array would copy them.
    let members = members.span
    for index in members.indices where members[index].key == key { return true }
    return false
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
    guard depth <= limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
    index += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return [] }
    var elements: [JSON] = []
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
      } else if take(UInt8(ascii: "]")) {
        return elements
      } else {
        throw missing("',' or ']'")
      }
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let letters = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    for (offset, letter) in letters.enumerated() {
      guard index + offset < count else { throw error(.endsEarly(expected: "\(text)"), at: count) }
      guard base[index + offset] == letter else {
        throw error(.unexpected(base[index], expected: "a value"))
      }
    }
    index += letters.count
    return value
  }

  mutating func skipSpace() {
    while index < count {
      switch base[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < count, base[index] == byte else { return false }
    index += 1
    return true
  }

  private func missing(_ expected: String) -> JSONError {
    index < count
      ? error(.unexpected(base[index], expected: expected)) : error(.endsEarly(expected: expected))
  }

  /// Lines and columns are counted only here, when something is wrong.
  func error(_ problem: JSONError.Problem, at place: Int? = nil) -> JSONError {
    let offset = min(place ?? index, count)
    var line = 1
    var column = 1
    for i in 0..<offset {
      if base[i] == 0x0A {
        line += 1
        column = 1
      } else if base[i] & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONError(problem: problem, offset: offset, line: line, column: column)
  }
}
