internal import Domain
internal import Platform

/// An option for how a file is read: both an option of `reprise import` and a key of an entry of `sources:`, so that
/// the two always accept the same.
package struct ImportOption: Sendable {
  /// The name on the command line, `date-format`.
  package let name: String
  /// One line for the help text and the schema.
  package let help: String
  /// The word for its value; `nil` for a flag.
  package let value: String?
  package let isRepeated: Bool
  /// An example of a value.
  package let example: String
  /// The allowed values, for the schema; `nil` if there is no fixed list.
  package let words: [String]?
  private let read: Reader

  private typealias Reader = @Sendable (inout ImportOptions, String) throws(ImportOptionProblem) -> Void

  private init(
    _ name: String, _ help: String, value: String? = nil, isRepeated: Bool = false, example: String = "true",
    words: [String]? = nil, read: @escaping Reader
  ) {
    self.name = name
    self.help = help
    self.value = value
    self.isRepeated = isRepeated
    self.example = example
    self.words = words
    self.read = read
  }

  /// The name in a file, `date_format`.
  package var key: String {
    String(decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }

  /// Parses a value into `options`, whose `kind` must be set. Must be called in the order of `all`, so that `id-from`
  /// overrides the preset. A flag has an empty value.
  package func take(_ value: String, into options: inout ImportOptions) throws(ImportOptionProblem) {
    try read(&options, value)
  }

  package static let all: [ImportOption] = [
    ImportOption(
      "map", "take FIELD from this column of the file", value: "FIELD=COLUMN", isRepeated: true,
      example: "email=E-Mail"
    ) { options, text throws(ImportOptionProblem) in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw .value("'\(text)' must be FIELD=COLUMN", example: "email=E-Mail")
      }
      options.mappings.append((String(parts[0]), String(parts[1])))
    },
    ImportOption(
      "ignore", "leave this column of the file out", value: "COLUMN", isRepeated: true, example: "Notes"
    ) { options, text in options.ignored.append(text) },
    ImportOption("ignore-unknown", "leave unknown columns out instead of making them attributes") {
      options, _ in options.ignoresUnknown = true
    },
    ImportOption("ignore-unknown-triggers", "count sent messages of other triggers for caps alone") {
      options, _ throws(ImportOptionProblem) in
      guard options.kind == .sent else { throw .remark("it is for sent only") }
      options.ignoresUnknownTriggers = true
    },
    ImportOption(
      "preset", "whose export it is: \(ShopPreset.allCases.map(\.rawValue).joined(separator: ", "))",
      value: "SHOP", example: "shopify", words: ShopPreset.allCases.map(\.rawValue)
    ) { options, name throws(ImportOptionProblem) in
      guard let preset = ShopPreset(rawValue: name) else {
        let known = ShopPreset.allCases.map(\.rawValue)
        throw .value(
          "'\(name)' must be one of \(known.joined(separator: ", "))\(NearestName.ending(for: name, among: known))"
        )
      }
      options.take(preset)
    },
    ImportOption(
      "encoding", "of the file, as gb18030, utf-16 or windows-1252; recognised if not given", value: "NAME",
      example: "gb18030"
    ) { options, name throws(ImportOptionProblem) in
      guard let known = TextEncoding(name) else {
        throw .value(
          "'\(name)' must be one of \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      options.encoding = known
    },
    ImportOption(
      "date-format", "how dates, or those of a field, are written, as %d.%m.%Y, day-first or month-first",
      value: "[FIELD=]FORMAT", isRepeated: true, example: "placed_at=day-first"
    ) { options, text throws(ImportOptionProblem) in
      let (field, format) = field(text, of: options.kind, where: \.isDate)
      do {
        options.dateForms.append((field, try DateForm(format)))
      } catch {
        throw .remark("\(error)")
      }
    },
    ImportOption(
      "decimal", "decimal mark of amounts, or those of a field: point or comma; found out if not given",
      value: "[FIELD=]MARK", isRepeated: true, example: "total=comma"
    ) { options, text throws(ImportOptionProblem) in
      let (field, word) = field(text, of: options.kind, where: \.isAmount)
      guard let mark = DecimalMark(rawValue: word) else {
        throw .value("'\(text)' must be point or comma", example: "total=comma")
      }
      options.decimalMarks.append((field, mark))
    },
    ImportOption("minor-units", "amounts are whole cents") { options, _ in options.usesMinorUnits = true },
    ImportOption(
      "value", "what a word in a field means, as status:Paid=placed", value: "FIELD:WORD=MEANING",
      isRepeated: true, example: "status:Paid=placed"
    ) { options, text throws(ImportOptionProblem) in options.words.append(try word(text, of: options.kind)) },
    ImportOption(
      "currency", "of amounts without one; the shop's if not given", value: "CODE", example: "EUR"
    ) { options, code throws(ImportOptionProblem) in
      guard let known = Currency(code), known.isListed else {
        let hint = CurrencyProblem.unknown(nearest: Currency.nearestCode(to: code)).hint
        throw .value("'\(code)' must be a code of ISO 4217, as CNY\(hint)")
      }
      options.currency = known
    },
    ImportOption(
      "calling-code", "country code of telephone numbers without one, as 86; the shop's if not given",
      value: "DIGITS", example: "\"86\""
    ) { options, code throws(ImportOptionProblem) in
      guard let known = CallingCode(code) else {
        throw .value("'\(code)' must be one to three digits, as 86")
      }
      options.callingCode = known
    },
    ImportOption(
      "id-from", "'email' or 'phone' makes this the customer's id", value: "COLUMN", example: "email",
      words: ImportOptions.IDSource.allCases.map(\.rawValue)
    ) { options, column throws(ImportOptionProblem) in
      guard let source = ImportOptions.IDSource(rawValue: column) else {
        throw .value("'\(column)' must be email or phone")
      }
      guard options.kind == .customers || options.kind == .orders else {
        throw .predicate("is for customers and orders only")
      }
      options.idSource = source
    },
    ImportOption(
      "separator", "',', ';' or 'tab'; found out if not given", value: "CHAR", example: "\";\""
    ) { options, text throws(ImportOptionProblem) in
      switch text {
      case ",", ";": options.separator = text.utf8.first
      case "tab", "\t", "\\t": options.separator = 0x09
      default: throw .value("'\(text)' must be ',', ';' or 'tab'")
      }
    },
  ]

  /// Splits `placed_at=%d.%m.%Y`; if it does not begin with a field of this kind, all of it is the value.
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
  ) throws(ImportOptionProblem) -> (field: ImportField, written: String, word: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let equals = parts[1].utf8.lastIndex(of: UInt8(ascii: "=")),
      let field = kind.fields.first(where: { $0.rawValue == parts[0] }), let words = field.words
    else {
      let fields = kind.fields.filter { $0.words != nil }.map(\.rawValue)
      if fields.isEmpty { throw .remark("\(kind.rawValue) have no field with words") }
      throw .value("'\(text)' must be FIELD:WORD=MEANING with \(fields.joined(separator: " or ")) as FIELD")
    }
    let word = String(parts[1][parts[1].index(after: equals)...])
    guard words.contains(word) else {
      throw .value("'\(text)': \(field.rawValue) knows \(words.joined(separator: ", ")), not '\(word)'")
    }
    return (field, String(parts[1][..<equals]), word)
  }
}

/// Why a value is invalid, as a text without the option's name: that is spelled differently in files.
package enum ImportOptionProblem: Error, Equatable {
  /// A text that follows the name and begins with the value.
  case value(String, example: String? = nil)
  /// The predicate of a sentence whose subject is the name.
  case predicate(String)
  /// A text that follows the name and a colon.
  case remark(String)

  /// - Parameter name: such as `--map`.
  package func text(onCommandLine name: String) -> String {
    switch self {
    case .value(let text, let example): "\(name) \(text)" + (example.map { ", as \(name) \($0)" } ?? "")
    case .predicate(let text): "\(name) \(text)"
    case .remark(let text): "\(name): \(text)"
    }
  }

  /// - Parameter key: with quotes, such as `'map'`.
  package func text(inFile key: String) -> String {
    switch self {
    case .value(let text, let example): "\(key): \(text)" + (example.map { ", as \($0)" } ?? "")
    case .predicate(let text): "\(key) \(text)"
    case .remark(let text): "\(key): \(text)"
    }
  }
}
