internal import Platform

/// How to format text for its output.
struct TextStyle: Equatable, Sendable {
  var usesColor: Bool
  /// Whether marks like ✓ may be used instead of ASCII words.
  var isUnicode: Bool
  /// In columns.
  var width: Int
  /// How to write commands mentioned in texts.
  var call = ProgramCall()

  /// For files, pipes and tests.
  static let plain = TextStyle(usesColor: false, isUnicode: false, width: 100)

  init(usesColor: Bool, isUnicode: Bool, width: Int) {
    self.usesColor = usesColor
    self.isUnicode = isUnicode
    self.width = width
  }

  /// Uses marks on a terminal unless its locale is explicitly C; at most 120 columns wide, to keep lines
  /// readable.
  init(_ terminal: Terminal, environment: Environment = .process) {
    let locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].compactMap { $0 }
      .first { !$0.isEmpty }
    usesColor = terminal.usesColor
    isUnicode = terminal.isTerminal && locale != "C" && locale != "POSIX"
    width = terminal.isTerminal ? max(40, min(terminal.width, 120)) : 100
  }

  enum Colour: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func paint(_ text: String, _ colour: Colour) -> String {
    usesColor && !text.isEmpty ? Paint.painted(text, colour.rawValue) : text
  }

  var passed: String { isUnicode ? paint("✓", .green) : "ok" }
  var failed: String { isUnicode ? paint("✗", .red) : "NO" }
  var separator: String { isUnicode ? " · " : ", " }

  /// The items joined and wrapped to `width` columns; items are never split.
  func wrapped(_ items: [String], first: String, indent: String, with joint: String? = nil) -> [String] {
    let separator = joint ?? separator
    let tail = String(separator.prefix(before: { $0 != UInt8(ascii: ",") }))
    var lines: [String] = []
    var line = first
    var columns = plainWidth(first)
    var isEmpty = true
    for item in items {
      let added = plainWidth(item) + (isEmpty ? 0 : separator.unicodeScalars.count)
      if !isEmpty, columns + added > width {
        lines.append(line + tail)
        (line, columns, isEmpty) = (indent, plainWidth(indent), true)
      }
      line += isEmpty ? item : separator + item
      columns += isEmpty ? plainWidth(item) : added
      isEmpty = false
    }
    return lines + [line]
  }

  /// The columns of a text that may contain colours.
  func plainWidth(_ text: String) -> Int {
    guard usesColor, text.utf8.contains(0x1B) else { return DisplayWidth.of(text) }
    var plain = String.UnicodeScalarView()
    var isEscape = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" {
        isEscape = true
      } else if isEscape {
        if scalar == "m" { isEscape = false }
      } else {
        plain.append(scalar)
      }
    }
    return DisplayWidth.of(String(plain))
  }

  func pad(_ text: String, to columns: Int, alignRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, columns - plainWidth(text)))
    return alignRight ? spaces + text : text + spaces
  }
}
