internal import Domain
internal import Platform

/// Scans a file before its first row is imported, to find how the dates and amounts in each column are written.
///
/// If nothing in the first rows is ambiguous, they are enough. Otherwise the whole file is scanned: other rows of the
/// column decide whether `05/06/2024` is in May or June, and whether `1,299` has a decimal comma. If none does, the
/// import fails with an error that shows both readings. Columns without a declared type are scanned until a cell shows
/// that they are text.
struct ColumnSurvey {
  /// How many rows to scan for birthdays and ambiguous columns.
  static let head = 1000
  /// How many rows to scan in any case.
  private static let least = 200

  private var watched: [Watched]
  private let cells: CellReader
  private var birthdays: BirthdayTally?
  private var values: [ValueTally]
  private var rows = 0
  /// The first cells of each column; `nil` if not wanted.
  private var samples: [[String]]?

  /// The result of a survey.
  struct Found {
    var readings: [ColumnReading]
    var notices: [String] = []
    var samples: [[String]]
  }

  /// - Parameter takesSamples: whether to keep the first three cells of each column.
  static func look(
    through file: borrowing ImportFile, _ mapping: ColumnMapping, _ options: ImportOptions,
    _ context: ImportContext, takesSamples: Bool
  ) throws(ImportError) -> Found {
    let readings = ColumnReading.given(mapping, options)
    var survey = ColumnSurvey(
      mapping, readings, CellReader(mapping, readings, options, context),
      takesAmounts: !options.usesMinorUnits)
    if takesSamples { survey.samples = mapping.headers.map { _ in [] } }
    try survey.read(file)
    do {
      return try survey.found(readings)
    } catch {
      throw .mapping(path: file.path, error)
    }
  }

  private init(
    _ mapping: ColumnMapping, _ readings: [ColumnReading], _ cells: CellReader, takesAmounts: Bool
  ) {
    self.cells = cells
    watched = mapping.meanings.enumerated().compactMap { column, meaning in
      switch meaning {
      case .field(let field) where field.isDate && readings[column].date == nil:
        Watched(columns: [column], .dates(field))
      case .field(let field) where field.isAmount && takesAmounts && readings[column].mark == nil:
        Watched(columns: [column], .amounts(field))
      case .consent where readings[column].date == nil: Watched(columns: [column], .timesOfConsent)
      default: nil
      }
    }
    // All columns with order lines are written alike, by one program.
    if let first = mapping.lineItems.first, takesAmounts, readings[first].mark == nil {
      watched.append(Watched(columns: mapping.lineItems, .totalsOfLines))
    }
    values = mapping.attributes.map {
      ValueTally(
        column: $0.column, readings[$0.column].mark, cells.options.currency(in: cells.context))
    }
    birthdays = mapping.column(of: .birthday).map { BirthdayTally(column: $0) }
  }

  private mutating func read(_ file: borrowing ImportFile) throws(ImportError) {
    if watched.isEmpty, values.isEmpty, birthdays == nil, samples == nil { return }
    var reader = try file.reader(from: file.start)
    while true {
      if rows == Self.head { birthdays?.endHead() }
      if rows >= Self.least, watched.allSatisfy(\.isSettled), birthdays?.isSettled != false,
        values.allSatisfy(\.isText)
      {
        return
      }
      let step: CSVStep
      do {
        step = try reader.next()
      } catch {
        throw .csv(path: file.path, error)
      }
      switch step {
      case .record: look(at: reader)
      case .malformed: break
      case .end: return
      }
    }
  }

  private mutating func look(at row: borrowing CSVReader) {
    rows += 1
    guard row.count == cells.headers.count else { return }
    if samples != nil, rows <= Self.head { sample(row) }
    for index in watched.indices where rows <= Self.head || !watched[index].isSettled {
      for column in watched[index].columns {
        guard let text = cells.raw(column, row) else { continue }
        watched[index].look(at: text, column, line: row.recordStart.line, in: cells.context.zone)
      }
    }
    for index in values.indices where !values[index].isText {
      if let text = cells.raw(values[index].column, row) {
        values[index].look(at: text, line: row.recordStart.line)
      }
    }
    if let tally = birthdays, !tally.isSettled || rows <= Self.head,
      let text = cells.raw(tally.column, row)
    {
      birthdays?.add(text)
    }
  }

  private mutating func sample(_ row: borrowing CSVReader) {
    for column in cells.headers.indices where samples.map({ $0[column].count < 3 }) == true {
      if let text = cells.raw(column, row) { samples?[column].append(text) }
    }
  }

  private func found(_ given: [ColumnReading]) throws(ImportMappingError) -> Found {
    var found = Found(readings: given, samples: samples ?? [])
    for group in watched {
      let form = try group.form(cells.headers)
      for column in group.columns {
        found.readings[column].date = form.order.map { .order($0) } ?? found.readings[column].date
        found.readings[column].mark = form.mark ?? found.readings[column].mark
      }
    }
    for tally in values {
      let form = tally.found
      found.readings[tally.column].value = form.form
      found.readings[tally.column].mark = form.mark
      guard let open = form.open, let amount = WrittenAmount(open.text) else { continue }
      found.notices.append(
        "'\(cells.headers[tally.column])' is taken as text: whether \(ImportRowError.Problem.quoted(open.text)) in line \(open.line) is \(amount.plain(.point) ?? "") or \(amount.plain(.comma) ?? "") no other row tells; --decimal point or --decimal comma does"
      )
    }
    if let tally = birthdays {
      for (text, count) in tally.shared(by: rows) {
        found.readings[tally.column].missing.insert(ExactText(text))
        found.notices.append(
          "birthday: \(ImportRowError.Problem.quoted(text)) stands in \(DecimalText.grouped(count)) of \(DecimalText.grouped(rows)) rows, and is taken for none"
        )
      }
    }
    return found
  }
}
