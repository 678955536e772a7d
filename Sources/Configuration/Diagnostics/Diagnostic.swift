package import Platform

/// A message about a configuration file.
///
/// An error prevents the configuration from being used; a warning does not.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable {
    case error
    case warning
  }

  /// The path as the operator gave it: the configuration directory, then the file in it.
  package var file: String
  /// From 1; 0 for the whole file, which is then printed without a position and a source line.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int
  /// Scalars to underline, at least 1; nothing is drawn past the end of the line.
  package var length: Int
  package var severity: Severity
  /// What is wrong, without position, full stop or secrets.
  package var message: String
  /// The way out, printed after a semicolon; `nil` if the message includes it.
  package var hint: String?
  /// Whether messages at other places may be consequences of this one, which then comes first.
  package var isCause = false

  package init(
    file: String, line: Int, column: Int, length: Int = 1, severity: Severity = .error, message: String,
    hint: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
    self.severity = severity
    self.message = message
    self.hint = hint
  }

  /// A message about a whole file.
  package init(file: String, severity: Severity = .error, message: String, hint: String? = nil) {
    self.init(file: file, line: 0, column: 0, severity: severity, message: message, hint: hint)
  }

  package init(
    file: String, span: YAMLSpan, severity: Severity = .error, message: String, hint: String? = nil
  ) {
    self.init(
      file: file, line: span.start.line, column: span.start.column, length: span.lengthOnFirstLine ?? .max,
      severity: severity, message: message, hint: hint)
  }

  package init(_ problem: YAMLProblem, file: String) {
    self.init(file: file, span: problem.span, message: problem.message, hint: problem.hint)
  }

  /// `file:line:column: error: message; hint`, on one line and without control characters.
  package var headline: String {
    let place = line == 0 ? file : "\(file):\(line):\(column)"
    let text = "\(place): \(severity.rawValue): \(message)"
    return Quoting.printable(Quoting.cut(hint.map { "\(text); \($0)" } ?? text, to: 1000))
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(line)
    hasher.combine(column)
    hasher.combine(ExactText(message))
  }

  /// Causes first, then by file and position; errors before warnings at the same one.
  package static func isBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    if a.isCause != b.isCause { return a.isCause }
    if a.file != b.file { return a.file < b.file }
    if a.line != b.line { return a.line < b.line }
    if a.column != b.column { return a.column < b.column }
    if a.severity != b.severity { return a.severity == .error }
    return a.message < b.message
  }
}
