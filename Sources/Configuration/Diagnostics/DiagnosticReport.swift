internal import Platform

/// All diagnostics of a configuration with the source texts, ready to be printed.
package struct DiagnosticReport: Sendable {
  /// Sorted by `Diagnostic.isBefore`, without duplicates.
  package let diagnostics: [Diagnostic]
  private let sources: [ExactText: SourceText]

  package init(_ diagnostics: [Diagnostic], sources: [SourceText]) {
    let sources = Dictionary(sources.map { (ExactText($0.path), $0) }) { first, _ in first }
    var seen: Set<Diagnostic> = []
    self.diagnostics = diagnostics.filter { seen.insert($0).inserted }
      .map { $0.namingLookalikes(in: sources[$0.file]) }.sorted(by: Diagnostic.isBefore)
    self.sources = sources
  }

  private init(_ diagnostics: [Diagnostic], _ sources: [ExactText: SourceText]) {
    self.init(diagnostics, sources: Array(sources.values))
  }

  /// The report with `old` diagnostics replaced by `new` ones.
  package func replacing(_ old: [Diagnostic], with new: [Diagnostic]) -> DiagnosticReport {
    let old = Set(old)
    return DiagnosticReport(diagnostics.filter { !old.contains($0) } + new, sources)
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The most diagnostics shown; the rest are only counted.
  package static let shown = 200
  /// Maximum bytes of a source line; anything beyond is not shown under its headline.
  private static let longestLine = 4000

  /// The errors and what causes them, one line each, without source lines.
  package var errorLines: String {
    lines { $0.severity == .error || $0.isCause }.joined(separator: "\n")
  }
  /// The same for warnings.
  package var warningLines: [String] { lines { $0.severity == .warning } }

  private func lines(_ isWanted: (Diagnostic) -> Bool) -> [String] {
    let lines = diagnostics.filter(isWanted).map(\.headline)
    let rest = lines.count - Self.shown
    return lines.prefix(Self.shown) + (rest > 0 ? ["… and \(rest) more"] : [])
  }

  /// The number of diagnostics not shown.
  package var leftOut: Int { max(0, diagnostics.count - Self.shown) }

  /// The headline, source line and caret of each diagnostic shown, then the summary; each line ends with a
  /// line feed. Empty if there are none.
  ///
  /// `colour` paints, for a terminal; see `Paint`.
  package func rendered(colour: Bool = false) -> String {
    guard !diagnostics.isEmpty else { return "" }
    let rest = leftOut == 0 ? "" : "… and \(leftOut) more\n"
    return diagnostics.prefix(Self.shown).map { rendered($0, colour: colour) }.joined() + rest + summary
      + "\n"
  }

  /// `3 errors in 2 files`, `1 error and 2 warnings in 1 file`, `no problems`.
  package var summary: String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    let files = Set(texts: diagnostics.map(\.file)).count
    let counts = [count(errors, "error"), count(warnings, "warning")].compactMap(\.self)
    guard !counts.isEmpty else { return "no problems" }
    return counts.joined(separator: " and ") + " in \(files) \(files == 1 ? "file" : "files")"
  }

  private func count(_ number: Int, _ noun: String) -> String? {
    number == 0 ? nil : "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private func rendered(_ diagnostic: Diagnostic, colour: Bool) -> String {
    let tint = diagnostic.severity == .error ? "31;1" : "33;1"
    func painted(_ text: String) -> String { colour ? Paint.painted(text, tint) : text }
    let headline = painted(diagnostic.headline) + "\n"
    guard let line = sources[diagnostic.file]?.line(diagnostic.line, upTo: Self.longestLine),
      line.count < Self.longestLine || diagnostic.column <= line.count
    else { return headline }
    let (source, marker) = SourceExcerpt(line: line).lines(
      column: diagnostic.column, length: diagnostic.length)
    let number = String(diagnostic.line)
    let blank = String(repeating: " ", count: number.utf8.count)
    return headline + "  \(number) | \(source)\n  \(blank) | \(painted(marker))\n"
  }
}
