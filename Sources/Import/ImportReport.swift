package import Operations
package import Platform
internal import Store

/// The result of an import, for people and for programs.
package enum ImportReport {
  /// Several lines for a person, with at most ten of the rejected rows.
  ///
  /// - Parameter command: returns the command that imports a file with the same options; `nil` leaves it out.
  package static func text(
    _ summary: ImportSummary, file: String, command: ((String) -> String)? = nil
  ) -> String {
    let progress = summary.progress
    // Duplicates count as imported, but are not new.
    let new = max(0, progress.imported - Int64(summary.duplicates))
    let imported = "\(DecimalText.grouped(new)) \(summary.kind.noun(new))"
    let rejected = "\(DecimalText.grouped(progress.rejected)) \(progress.rejected == 1 ? "row" : "rows")"
    var lines: [String] = []
    switch summary.outcome {
    case .doneBefore:
      lines.append("\(file) was imported before: \(imported), \(rejected) rejected. Nothing was done.")
      lines.append("To import it once more: --again")
      return lines.joined(separator: "\n") + "\n"
    case .dryRun:
      lines.append(
        file + first(summary, "\(imported) could be imported", "\(rejected) would be rejected"))
    case .done: lines.append(file + first(summary, "\(imported) imported", "\(rejected) rejected"))
    }
    if let found = summary.comparison, [.consents, .sent].contains(summary.kind) {
      lines.append("Of people who are known: \(DecimalText.grouped(found.known)).")
    } else if let found = summary.comparison {
      let new = max(0, progress.imported - Int64(found.known))
      let unchanged =
        [.events, .products, .suppressions].contains(summary.kind)
        ? ", of which \(DecimalText.grouped(found.unchanged)) would change nothing" : ""
      lines.append(
        "New: \(DecimalText.grouped(new)). Known: \(DecimalText.grouped(found.known))\(unchanged).")
    }
    if summary.withdrawals > 0 {
      let count = DecimalText.grouped(summary.withdrawals)
      lines.append(
        "The withdrawal of consent in \(count) of the rejected rows "
          + (summary.outcome == .dryRun ? "would be taken." : "was taken."))
    }
    if summary.unpaid > 0 {
      let are = summary.unpaid == 1 ? "is not paid for yet and counts" : "are not paid for yet and count"
      lines.append("\(DecimalText.grouped(summary.unpaid)) of them \(are) for nothing until then.")
    }
    if summary.placeholders > 0 {
      let birthdays =
        "\(DecimalText.grouped(summary.placeholders)) \(summary.placeholders == 1 ? "birthday" : "birthdays")"
      let verb =
        summary.outcome == .dryRun
        ? "would be left out" : summary.placeholders == 1 ? "was left out" : "were left out"
      lines.append(
        "\(birthdays) that programs write for an unknown one, in the future or of more than 120 years ago \(verb)."
      )
    }
    if summary.silent > 0 {
      let one = summary.silent == 1
      let verb = summary.outcome == .dryRun ? "would be" : one ? "was" : "were"
      lines.append(
        "\(DecimalText.grouped(summary.silent)) \(one ? "row says" : "rows say") nothing about consent and \(verb) passed over."
      )
    }
    if summary.duplicates > 0 {
      let count = Int64(summary.duplicates)
      lines.append(
        "\(DecimalText.grouped(count)) \(summary.kind.noun(count)) \(count == 1 ? "was" : "were") known already and changed nothing."
      )
    }
    if summary.leftOut > 0 {
      let rows = "\(DecimalText.grouped(summary.leftOut)) \(summary.leftOut == 1 ? "row" : "rows")"
      lines.append("Left out, in part or as a whole: \(rows)")
      lines += summary.omissions.map { "  \($0)" }
      if summary.leftOut > summary.omissions.count {
        lines.append("  and \(DecimalText.grouped(summary.leftOut - summary.omissions.count)) more")
      }
    }
    lines += summary.errors.map { "  \($0)" }
    if progress.rejected > Int64(summary.errors.count), !summary.errors.isEmpty {
      lines.append("  and \(DecimalText.grouped(progress.rejected - Int64(summary.errors.count))) more")
    }
    if let path = summary.rejectedPath {
      let rows = summary.partial > 0 ? "These" : "The rejected"
      if let command {
        lines.append("\(rows) rows are in \(path). Put them right there, then:")
        lines.append(command(path))
      } else {
        lines.append("\(rows) rows are in \(path). Put them right there and import that file.")
      }
    }
    lines += summary.columns.map(line)
    return lines.map(VisibleText.plainLine).joined(separator: "\n") + "\n"
  }

  /// One column: its meaning, how it is read, and some of its cells.
  private static func line(_ column: ImportAnswer.Column) -> String {
    let name = ImportRowError.Problem.quoted(column.name)
    guard let field = column.field else { return "column \(name): not imported" }
    let samples = column.samples.map(ImportRowError.Problem.quoted).joined(separator: ", ")
    return "column \(name) is \(field) (\(column.form))" + (samples.isEmpty ? "" : ": \(samples)")
  }

  /// Puts the rejected rows first if there are any: they matter more.
  private static func first(_ summary: ImportSummary, _ imported: String, _ rejected: String) -> String {
    if summary.isMostlyRejected {
      let most =
        summary.outcome == .dryRun ? "most rows would not be imported" : "most rows were not imported"
      return ": \(most): \(rejected), \(imported)."
    }
    let areMany = summary.progress.rejected > summary.progress.imported / 5
    return areMany ? ": \(rejected), \(imported)." : ": \(imported), \(rejected)."
  }

  /// For programs.
  package static func answer(_ summary: ImportSummary, file: String) -> ImportAnswer {
    func row(_ error: ImportRowError) -> ImportAnswer.Row {
      ImportAnswer.Row(line: error.line, reason: error.reason)
    }
    return ImportAnswer(
      file: file, kind: summary.kind.rawValue, outcome: summary.outcome,
      imported: summary.progress.imported, rejected: summary.progress.rejected,
      withdrawalsOfRejected: summary.withdrawals, duplicates: summary.duplicates, unpaid: summary.unpaid,
      leftOut: summary.leftOut,
      omissions: summary.omissions.map(row), continuedAtLine: summary.continuedAtLine,
      rejectedFile: summary.rejectedPath, errors: summary.errors.map(row), columns: summary.columns,
      known: summary.comparison.map { Int64($0.known) })
  }

  /// 65 (`EX_DATAERR`) if more rows were rejected than imported, which is more often a wrong file or option than bad
  /// data; else 0.
  package static func exitCode(_ summary: ImportSummary) -> ExitCode {
    summary.isMostlyRejected ? .badData : .success
  }
}
