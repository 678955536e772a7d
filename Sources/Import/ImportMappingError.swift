package import Domain
internal import Operations

/// Why the meaning of a file's columns is not clear.
package enum ImportMappingError: Error, Equatable, CustomStringConvertible {
  case missing(ImportField, ImportKind, headers: [String])
  case noSuchHeader(String, field: String, headers: [String])
  case duplicateHeader(String)
  case mappedTwice(header: String)
  case sameMeaning(meaning: String, headers: [String])
  case unknownField(String, ImportKind)
  case unknownChannel(String, known: [String])
  case headerTooLong(String, column: Int)
  /// A column's name that an address or a telephone number is in; columns count from 1.
  case headerIsData(column: Int)
  /// Columns look like consent, and no option says what they are.
  case unclearConsent([ConsentProposal], ImportKind, channels: [ChannelName])
  /// All dates of a column are ambiguous. The field is `nil` for times of consent in a file of customers.
  case openDates(ImportField?, header: String, text: String, line: Int, dayFirst: String, monthFirst: String)
  /// Some dates of a column prove one order, some the other, and some are ambiguous.
  case mixedDates(
    ImportField?, header: String, dayFirst: (text: String, line: Int), monthFirst: (text: String, line: Int),
    open: (text: String, line: Int))
  /// All amounts of a column are ambiguous.
  case openAmounts(ImportField, header: String, text: String, line: Int, point: String, comma: String)
  case mixedAmounts(
    ImportField, header: String, point: (text: String, line: Int), comma: (text: String, line: Int),
    open: (text: String, line: Int))
  /// No column has a name that the preset expects for a required field.
  case presetMisses(ShopPreset, ImportField, ImportKind, expected: [String], headers: [String])

  package static func == (a: ImportMappingError, b: ImportMappingError) -> Bool {
    a.description == b.description
  }

  package var description: String { text(isDiscreet: false) }

  /// For the log, the store and `status`: quotes no cell. The first line may be one of cells, if no column in it is
  /// known.
  package var discreet: String { text(isDiscreet: true) }

  private func text(isDiscreet: Bool) -> String {
    switch self {
    case .missing(let field, let kind, let headers) where isDiscreet && !Self.nameColumns(headers):
      "line 1: no column for \(field.rawValue), which \(kind.rawValue) need; \(unknown(headers)); name it with --map \(field.rawValue)=COLUMN"
    case .noSuchHeader(let header, let option, let headers) where isDiscreet && !Self.nameColumns(headers):
      "\(option.hasSameBytes(as: "--ignore") ? "--ignore '\(header)'" : "--map \(option)=\(header)"): there is no such column; \(unknown(headers))"
    case .presetMisses(let preset, let field, let kind, let expected, let headers)
    where isDiscreet && !Self.nameColumns(headers):
      "line 1: no column for \(field.rawValue), which \(kind.rawValue) need; --preset \(preset.rawValue) looks for \(list(expected)); \(unknown(headers)); name it with --map \(field.rawValue)=COLUMN"
    case .openDates(let field, let header, _, let line, _, _) where isDiscreet:
      "column '\(header)': the date in line \(line) may be in two months, and no row of the column tells which; \(forms(field))"
    case .mixedDates(let field, let header, let day, let month, let open) where isDiscreet:
      "column '\(header)': the day stands first in line \(day.line) and second in line \(month.line), so nobody can tell it in line \(open.line); \(forms(field))"
    case .openAmounts(let field, let header, _, let line, _, _) where isDiscreet:
      "column '\(header)': the amount in line \(line) may be two amounts, and no row of the column tells which; give --decimal \(field.rawValue)=point or --decimal \(field.rawValue)=comma"
    case .mixedAmounts(let field, let header, let point, let comma, let open) where isDiscreet:
      "column '\(header)': line \(point.line) has a decimal point and line \(comma.line) a decimal comma, so nobody can tell what line \(open.line) has; give --decimal \(field.rawValue)=point or --decimal \(field.rawValue)=comma"
    case .headerTooLong(_, let column) where isDiscreet:
      "line 1: the name of column \(column) is longer than 200 bytes; is this the header?"
    case .headerIsData(let column):
      "line 1: column \(column) holds an address or a telephone number, so this line is data; put a line with the names of the columns above it"
    case .missing(let field, let kind, let headers):
      "line 1: no column for \(field.rawValue), which \(kind.rawValue) need; the columns are \(list(headers))\(hint(field, kind, headers)); name it with --map \(field.rawValue)=COLUMN"
    case .noSuchHeader(let header, "--ignore", let headers):
      "--ignore '\(header)': there is no such column; the columns are \(list(headers))\(didYouMean(header, headers))"
    case .noSuchHeader(let header, let field, let headers):
      "--map \(field)=\(header): there is no such column; the columns are \(list(headers))\(didYouMean(header, headers))"
    case .duplicateHeader(let header):
      "line 1: two columns are called '\(header)'; rename one of them"
    case .mappedTwice(let header):
      "--map: column '\(header)' is given two meanings; leave one of them out"
    case .sameMeaning(let meaning, let headers)
    where Self.names.contains { $0.rawValue == meaning }
      && Set(texts: headers.map(ColumnMapping.key)).count > 1:
      "line 1: columns '\(headers.joined(separator: "' and '"))' both mean \(meaning); choose the one that other files and webhooks have too with --map \(meaning)=COLUMN; for the export of a shop system --preset knows it (\(ShopPreset.allCases.map(\.rawValue).joined(separator: ", ")))"
    case .sameMeaning(let meaning, let headers):
      "line 1: columns '\(headers.joined(separator: "' and '"))' both mean \(meaning); choose one with --map \(meaning)=COLUMN"
    case .unknownField(let name, let kind):
      "--map \(name)=...: \(kind.rawValue) have no field '\(name)'\(didYouMean(name, kind.fields.map(\.rawValue))); they have \(kind.fields.map(\.rawValue).joined(separator: ", "))\(further(kind))"
    case .unknownChannel(let name, let known):
      "consent.\(name): \(OperationError.unknownChannel(name, known: known))"
    case .openDates(let field, let header, let text, let line, let dayFirst, let monthFirst):
      "column '\(header)': \(quoted(text)) in line \(line) may be \(dayFirst) or \(monthFirst), and no row of the column tells which; \(forms(field))"
    case .mixedDates(let field, let header, let day, let month, let open):
      "column '\(header)': the day stands first in \(quoted(day.text)) (line \(day.line)) and second in \(quoted(month.text)) (line \(month.line)), so nobody can tell it in \(quoted(open.text)) (line \(open.line)); \(forms(field))"
    case .openAmounts(let field, let header, let text, let line, let point, let comma):
      "column '\(header)': \(quoted(text)) in line \(line) may be \(point) or \(comma), and no row of the column tells which; give --decimal \(field.rawValue)=point or --decimal \(field.rawValue)=comma"
    case .mixedAmounts(let field, let header, let point, let comma, let open):
      "column '\(header)': \(quoted(point.text)) (line \(point.line)) has a decimal point and \(quoted(comma.text)) (line \(comma.line)) a decimal comma, so nobody can tell what \(quoted(open.text)) (line \(open.line)) is; give --decimal \(field.rawValue)=point or --decimal \(field.rawValue)=comma"
    case .presetMisses(let preset, let field, let kind, let expected, let headers):
      "line 1: no column for \(field.rawValue), which \(kind.rawValue) need; --preset \(preset.rawValue) looks for \(list(expected)), the columns are \(list(headers)); name it with --map \(field.rawValue)=COLUMN"
    case .unclearConsent(let columns, .customers, let channels): unclear(columns, channels)
    case .unclearConsent(let columns, let kind, _):
      "line 1: \(columns.count == 1 ? "column" : "columns") \(list(columns.map(\.header))) \(columns.count == 1 ? "looks" : "look") like consent, which \(kind.rawValue) cannot carry; import it with the customers, and leave it out here with \(columns.map { "--ignore \(ConsentProposal.quoted($0.header))" }.joined(separator: " "))"
    case .headerTooLong(let start, _):
      "line 1: the column name '\(start)...' is longer than 200 bytes; is this the header?"
    }
  }

  /// Whether the first line is certainly one with names: at least one of them is known.
  private static func nameColumns(_ headers: [String]) -> Bool {
    headers.contains { header in
      ImportKind.allCases.contains { kind in
        kind.fields.contains { ColumnMapping.isSpelled(header, $0, kind) }
      }
    }
  }

  private func unknown(_ headers: [String]) -> String {
    "none of the \(headers.count) columns has a name that is known"
  }

  /// Fields by which rows of several files belong together.
  private static let names: [ImportField] = [.id, .customerID, .orderID]

  private func unclear(_ columns: [ConsentProposal], _ channels: [ChannelName]) -> String {
    let several = columns.count > 1
    let known = ImportRowError.Problem.list(channels.map(\.rawValue))
    return """
      line 1: \(columns.count) \(several ? "columns look" : "column looks") like consent. Say what \(several ? "each" : "it") means, so that nobody who refused is written to:
      \(columns.map { "  \($0.option)" }.joined(separator: "\n"))
      With consent a yes allows messages, with refused a yes forbids them. Behind the dot stands the channel, \(known); without it all are meant. What is something else: --ignore \(ConsentProposal.quoted(columns[0].header))
      """
  }

  private func forms(_ field: ImportField?) -> String {
    let start = "--date-format " + (field.map { "\($0.rawValue)=" } ?? "")
    return "give \(start)day-first or \(start)month-first"
  }

  private func quoted(_ text: String) -> String { ImportRowError.Problem.quoted(text) }

  private func list(_ headers: [String]) -> String {
    let shown = headers.prefix(30).map { "'\($0)'" }.joined(separator: ", ")
    return headers.count > 30 ? "\(shown) and \(headers.count - 30) more" : shown
  }

  private func didYouMean(_ word: String, _ words: [String]) -> String {
    NearestName.ending(for: word, among: words)
  }

  private func hint(_ field: ImportField, _ kind: ImportKind, _ headers: [String]) -> String {
    for name in [field.rawValue] + kind.spellings(of: field) {
      if let near = NearestName.nearest(to: name, among: headers) { return "; '\(near)' comes near" }
    }
    return ""
  }

  private func further(_ kind: ImportKind) -> String {
    switch kind {
    case .customers: ", consent, refused, consent.CHANNEL, refused.CHANNEL and attributes.NAME"
    case .events: " and properties.NAME"
    case .orders, .products, .suppressions, .consents, .sent: ""
    }
  }
}
