internal import Platform

/// Liquid often needs quotes in YAML: `subject: Hi {{ name | default: "you" }}` is invalid, since a colon
/// with a space ends a plain text.
enum LiquidQuoting {
  /// The problems of a head, where a wrongly quoted line of Liquid is reported once, as such, with the
  /// correct line.
  static func advised(_ front: FrontMatter, in source: SourceText) -> [Diagnostic] {
    guard let header = front.header else { return front.diagnostics }
    var result: [Diagnostic] = []
    for problem in header.problems {
      var diagnostic = Diagnostic(problem, file: source.path)
      if problem.kind == .syntax || problem.kind == .key_not_scalar {
        let line = problem.span.start.line
        // A quote that ends too early may only be noticed at the next key.
        let advice =
          advice(line: line, in: source)
          ?? advice(line: line - 1, in: source).flatMap { $0.message == endsEarly ? $0 : nil }
        diagnostic = advice ?? diagnostic
      }
      if !result.contains(diagnostic) { result.append(diagnostic) }
    }
    return result
  }

  private static let endsEarly = "a quote inside this text ends it too early"

  private static func advice(line number: Int, in source: SourceText) -> Diagnostic? {
    guard let line = source.line(number), let colon = line.firstIndex(of: ":") else { return nil }
    let key = text(line[..<colon])
    guard ["subject", "preheader"].contains(key),
      let start = line[(colon + 1)...].firstIndex(where: { $0 != " " }),
      let last = line.lastIndex(where: { $0 != " " }), start <= last
    else { return nil }
    let value = line[start...last]
    guard holdsLiquid(value), !isWellQuoted(value) else { return nil }
    let isQuoted = value.count > 1 && value.first == value.last && (value.first == "'" || value.first == "\"")
    let content = isQuoted ? value.dropFirst().dropLast() : value
    return Diagnostic(
      file: source.path, line: number, column: start + 1, length: value.count,
      message: isQuoted ? endsEarly : "Liquid in a head must be quoted",
      hint: "write \(key): \(singleQuoted(content))")
  }

  /// Whether YAML reads the value as one quoted text.
  private static func isWellQuoted(_ value: ArraySlice<Unicode.Scalar>) -> Bool {
    guard value.count > 1, let quote = value.first, quote == value.last, quote == "'" || quote == "\"" else {
      return false
    }
    var index = value.startIndex + 1
    while index < value.endIndex - 1 {
      if quote == "\"", value[index] == "\\" {
        index += 1
      } else if value[index] == quote {
        guard quote == "'", value[index + 1] == "'", index + 2 < value.endIndex else { return false }
        index += 1
      }
      index += 1
    }
    return index == value.endIndex - 1
  }

  private static func holdsLiquid(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    zip(text, text.dropFirst()).contains { $0 == "{" && ($1 == "{" || $1 == "%") }
  }

  /// The content in single quotes, with inner ones doubled unless they already are.
  private static func singleQuoted(_ content: ArraySlice<Unicode.Scalar>) -> String {
    var view: String.UnicodeScalarView = "'".unicodeScalars
    var previous: Unicode.Scalar = " "
    for scalar in content {
      let closesPair = scalar == "'" && previous == "'"
      view.append(scalar)
      if scalar == "'", !closesPair { view.append(scalar) }
      previous = closesPair ? " " : scalar
    }
    view.append("'")
    return String(view)
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
