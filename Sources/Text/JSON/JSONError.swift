/// Where a text is not JSON, why, and what to do about it.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    case empty
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    /// The text ended where `expected` was due.
    case endsEarly(expected: String)
    /// The byte found where `expected` was due.
    case unexpected(UInt8, expected: String)
    case trailingBytes
    case duplicateKey(String)
    case controlCharacter(UInt8)
    case nul
    case invalidEscape(UInt8)
    case loneSurrogate
    case invalidUTF8
    case invalidNumber
    case numberTooLarge
  }

  package var problem: Problem
  /// In bytes from the start.
  package var offset: Int
  /// Counted from 1; a line ends with LF.
  package var line: Int
  /// Counted from 1 in Unicode scalars.
  package var column: Int

  package init(problem: Problem, offset: Int, line: Int, column: Int) {
    self.problem = problem
    self.offset = offset
    self.line = line
    self.column = column
  }

  package var description: String {
    "invalid JSON at line \(line), column \(column) (byte \(offset)): \(problem)"
  }
}

extension JSONError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "there is no value; send one, such as {}"
    case .tooLarge(let limit): "the text is longer than \(limit) bytes; send it in smaller parts"
    case .tooDeep(let limit): "arrays and objects nest deeper than \(limit); flatten the value"
    case .tooManyValues(let limit): "there are more than \(limit) values; send them in smaller parts"
    case .endsEarly(let expected): "the text ends where \(expected) should stand; was it cut off?"
    case .unexpected(let byte, let expected): "found \(name(byte)) where \(expected) should stand"
    case .trailingBytes: "something follows the value; remove it, or send one value at a time"
    case .duplicateKey(let key): "the key \(shown(key)) stands twice in one object; remove one of them"
    case .controlCharacter(let byte): "a string holds \(name(byte)); write it as \(escape(byte))"
    case .nul: "a string holds the character NUL, which cannot be stored; remove it"
    case .invalidEscape(let byte):
      "\(name(byte)) cannot follow a backslash; write two backslashes for a literal one"
    case .loneSurrogate: "half of a surrogate pair stands alone; write the character itself in UTF-8"
    case .invalidUTF8: "the bytes are not UTF-8; convert the text to UTF-8"
    case .invalidNumber: "this is not a number as JSON writes it, such as 0, -1.5 or 2e3"
    case .numberTooLarge: "the number is too large for a double; send it as a string"
    }
  }

  private func name(_ byte: UInt8) -> String {
    switch byte {
    case 0x21...0x7E: "'\(Character(UnicodeScalar(byte)))'"
    case 0x20: "a space"
    default: "byte 0x\(Hex.text([byte]))"
    }
  }

  private func escape(_ byte: UInt8) -> String {
    switch byte {
    case 0x09: "\\t"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    default: "\\u00\(Hex.text([byte]))"
    }
  }

  private func shown(_ key: String) -> String {
    let shortened = key.unicodeScalars.count > 40 ? String(key.unicodeScalars.prefix(40)) + "…" : key
    return JSON.string(shortened).text()
  }
}
