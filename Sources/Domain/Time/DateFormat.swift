/// A strptime-like format for dates in imported files: `%d.%m.%Y %H:%M`.
///
/// `%Y` four digits, `%y` two (69 to 99 mean 19xx, POSIX), `%m`, `%d` and `%e`, `%H`, `%I` with `%p`, `%M`,
/// `%S` one or two, `%j` day of the year, `%b` and `%B` an English month, short or long, `%a` and `%A` an
/// English weekday (skipped, not checked), `%f` digits of a fraction, `%z` an offset (`Z`, `+08:00`,
/// `+0800`), `%s` seconds since 1970, `%F` is `%Y-%m-%d`, `%T` is `%H:%M:%S`, `%%`. A space matches one or
/// more spaces; every other byte matches itself. A value, created once and used for every row.
package struct DateFormat: Hashable, Sendable, CustomStringConvertible {
  enum Part: Hashable, Sendable {
    case literal(UInt8)
    case spaces
    case directive(UInt8)
  }

  /// The format as written.
  package let description: String
  let parts: [Part]

  /// Throws `unknownDirective`, `incomplete`, `noDate` or `noHalfOfDay`.
  package init(_ format: String) throws(DateFormatError) {
    var parts: [Part] = []
    let bytes = Array(format.utf8)
    var cursor = 0
    while cursor < bytes.count {
      let byte = bytes[cursor]
      cursor += 1
      guard byte == ASCII.percent else {
        if byte != ASCII.space {
          parts.append(.literal(byte))
        } else if parts.last != .spaces {
          parts.append(.spaces)
        }
        continue
      }
      guard cursor < bytes.count else { throw .incomplete(format: format) }
      let directive = bytes[cursor]
      cursor += 1
      switch directive {
      case UInt8(ascii: "F"): parts += Self.parts("Y-m-d")
      case UInt8(ascii: "T"): parts += Self.parts("H:M:S")
      case ASCII.percent: parts.append(.literal(directive))
      default:
        guard "YymdejbBaAHIpMSfzs".utf8.contains(directive) else {
          let scalar = String(decoding: bytes[(cursor - 1)...], as: UTF8.self).unicodeScalars.prefix(1)
          throw .unknownDirective(format: format, directive: "%\(String(scalar))")
        }
        parts.append(.directive(directive))
      }
    }
    description = format
    self.parts = parts
    try checkCompleteness()
  }

  private static func parts(_ letters: String) -> [Part] {
    letters.utf8.map { ASCII.isLetter($0) ? .directive($0) : .literal($0) }
  }

  private func has(_ letters: String) -> Bool {
    letters.utf8.contains { parts.contains(.directive($0)) }
  }

  private func checkCompleteness() throws(DateFormatError) {
    let hasDay = has("mbB") && has("de") || has("j")
    guard has("s") || has("Yy") && hasDay else { throw .noDate(format: description) }
    if has("I"), !has("p") { throw .noHalfOfDay(format: description) }
  }
}

extension DateFormat {
  /// The instant of `text` in local time of `zone`, unless it has its own offset. Without a time of day it is
  /// the start of the day; gaps and overlaps follow `TimeZoneRules.instant(of:at:)`. Throws `mismatch` or
  /// `noSuchDay`.
  package func instant(from text: String, in zone: TimeZoneRules) throws(DateFormatError) -> Instant {
    let fields = try fields(of: text)
    if let seconds = fields.sinceEpoch {
      return Instant(milliseconds: Int64(seconds) * 1000 + Int64(fields.millisecond))
    }
    let date = try date(fields, text)
    guard let offset = fields.offset else {
      return zone.instant(of: date, secondOfDay: fields.secondOfDay, millisecond: fields.millisecond)
    }
    let seconds = Int64(date.dayNumber * 86400 + fields.secondOfDay - offset)
    return Instant(milliseconds: seconds * 1000 + Int64(fields.millisecond))
  }

  /// The date in `text`, whatever its offset; for `%s` the date in UTC. Throws `mismatch` or `noSuchDay`.
  package func civilDate(from text: String) throws(DateFormatError) -> CivilDate {
    let fields = try fields(of: text)
    if let seconds = fields.sinceEpoch {
      return TimeZoneRules.utc.civilDate(at: Instant(seconds: Int64(seconds)))
    }
    return try date(fields, text)
  }

  private func date(_ fields: DateFields, _ text: String) throws(DateFormatError) -> CivilDate {
    if let dayOfYear = fields.dayOfYear {
      if dayOfYear <= CivilDate.daysInYear(fields.year),
        let first = CivilDate(year: fields.year, month: 1, day: 1)
      {
        return first.adding(days: dayOfYear - 1)
      }
    } else if let date = CivilDate(year: fields.year, month: fields.month, day: fields.day) {
      return date
    }
    throw .noSuchDay(text: text, format: description)
  }

  private func fields(of text: String) throws(DateFormatError) -> DateFields {
    let bytes = text.utf8.span
    var fields = DateFields()
    var cursor = 0
    for part in parts {
      let start = cursor
      if let expected = fields.read(part, bytes, &cursor) {
        throw .mismatch(text: text, format: description, position: start + 1, expected: expected)
      }
    }
    guard cursor == bytes.count else {
      throw .mismatch(text: text, format: description, position: cursor + 1, expected: "the end")
    }
    return fields
  }
}
