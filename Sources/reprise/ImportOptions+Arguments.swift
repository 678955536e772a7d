internal import Domain
internal import Import
internal import Platform

extension ImportOptions {
  /// The command line of `import`.
  static let command = CommandLineSpec.Command(
    "import", "Import customers, orders, events or products from a CSV file",
    positionals: [
      .init("KIND", "what the rows are", choices: ImportKind.allCases.map(\.rawValue)),
      .init("FILE.csv", "UTF-8, separated by , ; or TAB; the first line names the columns"),
    ],
    options: [
      .init("map", "take FIELD from this column of the file", value: "FIELD=COLUMN", isRepeated: true),
      .init("ignore", "leave this column of the file out", value: "COLUMN", isRepeated: true),
      .init("ignore-unknown", "leave unknown columns out instead of making them attributes"),
      .init("date-format", "how dates are written, as %d.%m.%Y; ISO 8601 if not given", value: "FORMAT"),
      .init("minor-units", "amounts are whole cents"),
      .init("currency", "of amounts without one; the shop's if not given", value: "CODE"),
      .init(
        "calling-code", "country code of telephone numbers without one, as 86; the shop's if not given",
        value: "DIGITS"),
      .init("id-from", "'email' makes the address the customer's id", value: "COLUMN"),
      .init("separator", "',', ';' or 'tab'; found out if not given", value: "CHAR"),
      .init("dry-run", "read everything, write nothing"),
      .init("again", "import a file once more that was imported before"),
      .init("json", "print the result as JSON"),
    ])

  /// - Throws: `UsageError`, naming the option.
  init(_ arguments: Arguments) throws(UsageError) {
    func wrong(_ problem: String) -> UsageError { UsageError(problem, "reprise import") }
    guard let word = arguments.positionals.first, let kind = ImportKind(word: word) else {
      throw wrong("KIND is missing")
    }
    self.init(kind: kind)
    for text in arguments.values("map") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw wrong("--map '\(text)' must be FIELD=COLUMN, as --map email=E-Mail")
      }
      mappings.append((String(parts[0]), String(parts[1])))
    }
    ignored = arguments.values("ignore")
    ignoresUnknown = arguments.has("ignore-unknown")
    usesMinorUnits = arguments.has("minor-units")
    if let format = arguments["date-format"] {
      do {
        dateFormat = try DateFormat(format)
      } catch {
        throw wrong("--date-format: \(error)")
      }
    }
    if let code = arguments["currency"] {
      guard let known = Currency(code), known.isListed else {
        let hint = CurrencyProblem.unknown(nearest: Currency.nearestCode(to: code)).hint
        throw wrong("--currency '\(code)' must be a code of ISO 4217, as CNY\(hint)")
      }
      currency = known
    }
    if let code = arguments["calling-code"] {
      guard let known = CallingCode(code) else {
        throw wrong("--calling-code '\(code)' must be one to three digits, as 86")
      }
      callingCode = known
    }
    if let column = arguments["id-from"] {
      guard column == "email" else { throw wrong("--id-from '\(column)' must be email") }
      guard kind == .customers else { throw wrong("--id-from is for customers only") }
      takesIDFromEmail = true
    }
    if let text = arguments["separator"] {
      switch text {
      case ",", ";": separator = text.utf8.first
      case "tab", "\t", "\\t": separator = 0x09
      default: throw wrong("--separator '\(text)' must be ',', ';' or 'tab'")
      }
    }
    if arguments.has("dry-run"), arguments.has("again") {
      throw wrong("--dry-run writes nothing, so --again has no use")
    }
  }
}
