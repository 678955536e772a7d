/// Why a date format, or a text in it, is refused. The first four are misconfigurations, the others are bad
/// data.
package enum DateFormatError: Error, Equatable, CustomStringConvertible {
  case unknownDirective(format: String, directive: String)
  /// The format ends in `%`.
  case incomplete(format: String)
  /// The format does not determine a day.
  case noDate(format: String)
  /// The format has a 12-hour clock without `%p`.
  case noHalfOfDay(format: String)

  /// `position` counts bytes from 1; `expected` is what the format requires there.
  case mismatch(text: String, format: String, position: Int, expected: String)
  /// Well-formed, but there is no such day, such as 2026-02-30.
  case noSuchDay(text: String, format: String)

  package var description: String {
    switch self {
    case .unknownDirective(let format, let directive):
      "date format \"\(format)\": unknown \(directive); known are %Y %y %m %d %e %j %b %B %a %A %H %I %p "
        + "%M %S %f %z %s %F %T %%"
    case .incomplete(let format):
      "date format \"\(format)\" ends in %: write %% for a percent sign"
    case .noDate(let format):
      "date format \"\(format)\" names no day: it needs %Y %m %d, %Y %j, %F or %s"
    case .noHalfOfDay(let format):
      "date format \"\(format)\": %I needs %p, or use %H for hours of 0 to 23"
    case .mismatch(let text, let format, let position, let expected):
      "\"\(Self.shortened(text))\" does not fit the date format \"\(format)\": "
        + "expected \(expected) at byte \(position)"
    case .noSuchDay(let text, let format):
      "\"\(Self.shortened(text))\" in the date format \"\(format)\" is a day that does not exist"
    }
  }

  private static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 40 ? text : String(text.unicodeScalars.prefix(40)) + "..."
  }
}
