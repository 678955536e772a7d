internal import Domain
internal import Platform

extension Shape where Value == String {
  /// Text as written: `country: no`, `version: 1.20` and `code: 0777` are `no`, `1.20` and `0777`.
  ///
  /// `maximum` counts Unicode scalars. Line ends are refused unless `multiline`; empty text unless
  /// `emptyAllowed`.
  package static func text(
    maximum: Int = 200, multiline: Bool = false, emptyAllowed: Bool = false, example: String = "some text"
  ) -> Shape {
    .text(expected: "text", example: example) { (text) throws(ScalarProblem) in
      guard emptyAllowed || !text.isEmpty else {
        throw .objection("is empty", hint: "give text, or remove the line")
      }
      let scalars = text.unicodeScalars
      guard scalars.count <= maximum else {
        throw .objection("has \(scalars.count) characters", hint: "at most \(maximum) are allowed")
      }
      if !multiline, scalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
        throw .objection("must be one line", hint: "remove the line ends")
      }
      return text
    }
  }

  /// A name that the program stores and compares: `win_back`. Lower-case letters, digits and underscores,
  /// starting with a letter, at most 64.
  package static var identifier: Shape {
    .text(expected: "a name such as win_back", example: "win_back", pattern: "^[a-z][a-z0-9_]{0,63}$") {
      (text) throws(ScalarProblem) in try name(text)
    }
  }

  private static func name(_ text: String) throws(ScalarProblem) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count <= 64 else {
      throw .objection("has \(bytes.count) characters", hint: "a name has at most 64")
    }
    let isName = bytes.allSatisfy { isSmall($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    if let first = bytes.first, isName, isSmall(first) { return text }
    let mended = mended(bytes)
    throw .mismatch(
      hint: mended.map { "write '\($0)'" } ?? "use small letters, digits and '_', beginning with a letter")
  }

  /// An event name, as events are stored under it: an identifier, or a name in any script, `下单成功`.
  package static func eventName(example: String) -> Shape {
    .text(
      expected: "a name such as \(example)", example: example,
      pattern: "^([a-z][a-z0-9_]{0,63}|[a-z0-9_]*[^\\x00-\\x7f]([a-z0-9_]|[^\\x00-\\x7f])*)$"
    ) { (text) throws(ScalarProblem) in
      if text.utf8.allSatisfy({ $0 < 0x80 }) { return try name(text) }
      guard text.utf8.count <= EventName.maximumBytes else {
        throw .objection(
          "has \(text.utf8.count) bytes", hint: "the name of an event has at most \(EventName.maximumBytes)")
      }
      let stored = EventName(spelled: text)?.rawValue
      guard stored == text else {
        throw .mismatch(hint: stored.map { "write '\($0)'" } ?? "leave out what is no letter")
      }
      return text
    }
  }

  /// An identifier of something other than a trigger.
  package static func identifier(example: String) -> Shape {
    identifier.described(expected: "a name such as \(example)", example: example)
  }

  /// A template name: `winback/miss-you`, a path below the template directory without extensions.
  package static var templateName: Shape {
    .text(
      expected: "a template name such as winback/miss-you", example: "winback/miss-you",
      pattern: "^[a-z0-9_-]+(/[a-z0-9_-]+)*$"
    ) { (text) throws(ScalarProblem) in
      let bytes = Array(text.utf8)
      guard bytes.count <= 128 else {
        throw .objection("has \(bytes.count) characters", hint: "a template name has at most 128")
      }
      if bytes.contains(UInt8(ascii: ".")) {
        throw .mismatch(hint: "leave out the ending, and do not leave the template directory")
      }
      let isName = bytes.allSatisfy {
        isSmall($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
          || $0 == UInt8(ascii: "/")
      }
      let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard isName, parts.allSatisfy({ !$0.isEmpty }) else {
        throw .mismatch(hint: "use small letters, digits, '_', '-' and '/' between them")
      }
      return text
    }
  }

  private static func isSmall(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// The name with capitals, dashes and spaces corrected, if nothing else is wrong with it.
  private static func mended(_ bytes: [UInt8]) -> String? {
    let other = bytes.map { byte in
      (65...90).contains(byte) ? byte | 0x20 : byte == 0x2D || byte == 0x20 ? UInt8(ascii: "_") : byte
    }
    guard let first = other.first, isSmall(first),
      other.allSatisfy({ isSmall($0) || isDigit($0) || $0 == 0x5F })
    else { return nil }
    return String(decoding: other, as: UTF8.self)
  }
}

extension Shape where Value == Bool {
  /// `true` or `false`, unquoted; the many other words of YAML 1.1 are refused.
  package static var bool: Shape {
    scalar(SchemaNode(.bool, expected: "true or false", example: "true")) {
      (scalar, _) throws(ScalarProblem) in
      switch (scalar.text, scalar.style) {
      case ("true", .plain): return true
      case ("false", .plain): return false
      case ("true", _), ("false", _): throw .objection("must be \(scalar.text) without quotes", hint: nil)
      default: break
      }
      switch scalar.text.lowercased() {
      case "yes", "on", "y", "true": throw .mismatch(hint: "write true")
      case "no", "off", "n", "false": throw .mismatch(hint: "write false")
      default: throw .mismatch
      }
    }
  }
}
