internal import Platform
internal import Templates

/// Maps a text's characters to its file, for mistakes inside the text: a quoted text may contain escapes, a
/// folded one several lines.
struct ScalarPlace: Sendable {
  let file: String
  let span: YAMLSpan
  /// The column of each character and of the position after the last; `nil` if unknown, in which case the
  /// whole text is underlined.
  private let columns: [Int]?

  init(_ scalar: YAMLScalar, at span: YAMLSpan, in file: String) {
    self.file = file
    self.span = span
    columns = Self.columns(scalar, span)
  }

  var line: Int { span.start.line }
  /// The column of the first character.
  var column: Int { columns?.first ?? span.start.column }

  /// Maps a mistake found by a parser that counts from `line` and `column`.
  func diagnostic(_ mistake: TemplateDiagnostic) -> Diagnostic {
    // The text may render templates of other files.
    guard mistake.template == file else { return Diagnostic(mistake) }
    return diagnostic(
      mistake.message, line: mistake.line - line, column: mistake.column - column, length: mistake.length)
  }

  /// A mistake at a line of the text and a column of that line, both from 0.
  func diagnostic(_ message: String, line: Int, column: Int, length: Int) -> Diagnostic {
    var diagnostic = Diagnostic(file: file, span: span, message: message)
    guard let columns, line == 0 else { return diagnostic }
    let last = columns.count - 1
    let first = min(max(0, column), last)
    diagnostic.column = columns[first]
    diagnostic.length = max(1, columns[min(first + length, last)] - columns[first])
    return diagnostic
  }

  private static func columns(_ scalar: YAMLScalar, _ span: YAMLSpan) -> [Int]? {
    guard span.start.line == span.end.line else { return nil }
    let quote: Unicode.Scalar? =
      switch scalar.style {
      case .plain: nil
      case .single_quoted: "'"
      case .double_quoted: "\""
      case .literal, .folded: nil
      }
    var columns: [Int] = []
    var column = span.start.column + (quote == nil ? 0 : 1)
    for character in scalar.text.unicodeScalars {
      columns.append(column)
      let isEscaped = quote != nil && (character == quote || (character == "\\" && quote == "\""))
      column += isEscaped ? 2 : 1
    }
    columns.append(column)
    // Other escapes of a double-quoted text, such as \u00e9, are longer than was counted.
    return column + (quote == nil ? 0 : 1) == span.end.column ? columns : nil
  }
}

extension Diagnostic {
  init(_ mistake: TemplateDiagnostic) {
    self.init(
      file: mistake.template, line: mistake.line, column: mistake.column, length: mistake.length,
      message: mistake.message)
  }
}
