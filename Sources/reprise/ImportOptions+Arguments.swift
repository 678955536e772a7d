internal import Domain
internal import Import
internal import Platform

extension ImportOptions {
  /// The command line of `import`.
  static let command = CommandLineSpec.Command(
    "import", "Import customers, orders, events or products from a CSV file",
    positionals: [
      .init("KIND", "what the rows are", choices: ImportKind.allCases.map(\.rawValue)),
      .init("FILE.csv", "separated by , ; or TAB; the first line names the columns"),
    ],
    options: [
      .init("map", "take FIELD from this column of the file", value: "FIELD=COLUMN", isRepeated: true),
      .init("ignore", "leave this column of the file out", value: "COLUMN", isRepeated: true),
      .init("ignore-unknown", "leave unknown columns out instead of making them attributes"),
      .init(
        "preset", "whose export it is: \(ShopPreset.allCases.map(\.rawValue).joined(separator: ", "))",
        value: "SHOP"),
      .init(
        "encoding", "of the file, as gb18030, utf-16 or windows-1252; recognised if not given", value: "NAME"),
      .init(
        "date-format", "how dates, or those of a field, are written, as %d.%m.%Y, day-first or month-first",
        value: "[FIELD=]FORMAT", isRepeated: true),
      .init(
        "decimal", "decimal mark of amounts, or those of a field: point or comma; found out if not given",
        value: "[FIELD=]MARK", isRepeated: true),
      .init("minor-units", "amounts are whole cents"),
      .init(
        "value", "what a word in a field means, as status:Paid=placed", value: "FIELD:WORD=MEANING",
        isRepeated: true),
      .init("currency", "of amounts without one; the shop's if not given", value: "CODE"),
      .init(
        "calling-code", "country code of telephone numbers without one, as 86; the shop's if not given",
        value: "DIGITS"),
      .init("id-from", "'email' or 'phone' makes this the customer's id", value: "COLUMN"),
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
    for text in arguments.values("date-format") {
      let (field, format) = Self.field(text, of: kind, where: \.isDate)
      do {
        dateForms.append((field, try DateForm(format)))
      } catch {
        throw wrong("--date-format: \(error)")
      }
    }
    for text in arguments.values("decimal") {
      let (field, word) = Self.field(text, of: kind, where: \.isAmount)
      guard let mark = DecimalMark(rawValue: word) else {
        throw wrong("--decimal '\(text)' must be point or comma, as --decimal total=comma")
      }
      decimalMarks.append((field, mark))
    }
    for text in arguments.values("value") { words.append(try Self.word(text, of: kind)) }
    if let name = arguments["encoding"] {
      guard let known = TextEncoding(name) else {
        throw wrong(
          "--encoding '\(name)' must be one of \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      encoding = known
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
      guard let source = IDSource(rawValue: column) else {
        throw wrong("--id-from '\(column)' must be email or phone")
      }
      guard kind == .customers || kind == .orders else {
        throw wrong("--id-from is for customers and orders only")
      }
      idSource = source
    }
    if let name = arguments["preset"] {
      guard let preset = ShopPreset(rawValue: name) else {
        let known = ShopPreset.allCases.map(\.rawValue)
        throw wrong(
          "--preset '\(name)' must be one of \(known.joined(separator: ", "))\(NearestName.ending(for: name, among: known))"
        )
      }
      take(preset)
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

  /// Splits `placed_at=%d.%m.%Y`; without a field of this kind, all of it is the value.
  private static func field(
    _ text: String, of kind: ImportKind, where isMeant: (ImportField) -> Bool
  ) -> (field: ImportField?, value: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let field = kind.fields.first(where: { isMeant($0) && $0.rawValue == parts[0] })
    else { return (nil, text) }
    return (field, parts[1])
  }

  private static func word(
    _ text: String, of kind: ImportKind
  ) throws(UsageError) -> (field: ImportField, written: String, word: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let equals = parts[1].utf8.lastIndex(of: UInt8(ascii: "=")),
      let field = kind.fields.first(where: { $0.rawValue == parts[0] }), let words = field.words
    else {
      let fields = kind.fields.filter { $0.words != nil }.map(\.rawValue)
      throw UsageError(
        fields.isEmpty
          ? "--value: \(kind.rawValue) have no field with words"
          : "--value '\(text)' must be FIELD:WORD=MEANING with \(fields.joined(separator: " or ")) as FIELD",
        "reprise import")
    }
    let word = String(parts[1][parts[1].index(after: equals)...])
    guard words.contains(word) else {
      throw UsageError(
        "--value '\(text)': \(field.rawValue) knows \(words.joined(separator: ", ")), not '\(word)'",
        "reprise import")
    }
    return (field, String(parts[1][..<equals]), word)
  }
}
