internal import Domain
internal import Platform

/// Looks through a file before its first row is imported, and finds how the dates and amounts of each column are written.
///
/// The first rows are enough where they hold only what can be read in one way. Else the whole file is looked through: the
/// order of day and month in `05/06/2024`, and the thousands in `1,299`, are told by the other rows of the column. Where
/// none tells, the file is refused with both readings.
struct ColumnSurvey {
  /// Rows in which birthdays and undecided columns are looked for.
  static let head = 1000
  /// Rows that are looked at in any case.
  private static let least = 200

  private var watched: [Watched]
  private let cells: CellReader
  private var birthdays: BirthdayTally?
  private var rows = 0
  /// The first cells of each column; `nil` when nobody asks for them.
  private var samples: [[String]]?

  /// What the survey has found.
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
      guard case .field(let field) = meaning else { return nil }
      if field.isDate, readings[column].date == nil { return Watched(column: column, field: field) }
      if field.isAmount, takesAmounts, readings[column].mark == nil {
        return Watched(column: column, field: field)
      }
      return nil
    }
    birthdays = mapping.column(of: .birthday).map { BirthdayTally(column: $0) }
  }

  private mutating func read(_ file: borrowing ImportFile) throws(ImportError) {
    if watched.isEmpty, birthdays == nil, samples == nil { return }
    var reader = try file.reader(from: file.start)
    while true {
      if rows == Self.head { birthdays?.endHead() }
      if rows >= Self.least, watched.allSatisfy(\.isSettled), birthdays?.isSettled != false { return }
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
      guard let text = cells.raw(watched[index].column, row) else { continue }
      watched[index].look(at: text, line: row.recordStart.line, in: cells.context.zone)
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
    for column in watched {
      let header = cells.headers[column.column]
      if column.field.isDate {
        found.readings[column.column].date = try column.order(header).map { .order($0) }
      } else {
        found.readings[column.column].mark = try column.mark(header)
      }
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

/// A column whose form is looked for.
private struct Watched {
  let column: Int
  let field: ImportField
  /// Whether a value was seen.
  private var isSeen = false
  /// The first value that can be read in two ways, and the first that proves either.
  private var open: Sample?
  private var days: Sample?
  private var months: Sample?
  private var points: Sample?
  private var commas: Sample?

  struct Sample {
    var text: String
    var line: Int
  }

  init(column: Int, field: ImportField) {
    self.column = column
    self.field = field
  }

  /// Whether the rows seen so far are like nearly all columns: nothing in them can be read in two ways.
  var isSettled: Bool { isSeen && open == nil && days == nil && months == nil && commas == nil }

  mutating func look(at text: String, line: Int, in zone: TimeZoneRules) {
    isSeen = true
    if field.isDate {
      guard Instant(iso8601: text.utf8.span, in: zone) == nil, let date = WrittenDate(text) else { return }
      let sample = Sample(text: text, line: line)
      switch date.evidence {
      case .none: break
      case .open: open = open ?? sample
      case .proof(.dayFirst): days = days ?? sample
      case .proof(.monthFirst): months = months ?? sample
      }
    } else {
      // As most shops write them, and nothing to decide.
      if text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) { return }
      let sample = Sample(text: text, line: line)
      switch WrittenAmount(text)?.evidence {
      case nil, DecimalEvidence.none?: break
      case .open?: open = open ?? sample
      case .proof(.point)?: points = points ?? sample
      case .proof(.comma)?: commas = commas ?? sample
      }
    }
  }

  func order(_ header: String) throws(ImportMappingError) -> DateOrder? {
    switch (days, months, open) {
    case (_?, nil, _): return .dayFirst
    case (nil, _?, _): return .monthFirst
    case (_, _, nil): return nil
    case (let day?, let month?, let open?):
      throw .mixedDates(
        field, header: header, dayFirst: (day.text, day.line), monthFirst: (month.text, month.line),
        open: (open.text, open.line))
    case (nil, nil, let open?):
      let date = WrittenDate(open.text)
      throw .openDates(
        field, header: header, text: open.text, line: open.line,
        dayFirst: date?.dayText(.dayFirst) ?? "", monthFirst: date?.dayText(.monthFirst) ?? "")
    }
  }

  func mark(_ header: String) throws(ImportMappingError) -> DecimalMark? {
    switch (points, commas, open) {
    case (_?, nil, _): return .point
    case (nil, _?, _): return .comma
    case (_, _, nil): return nil
    case (let point?, let comma?, let open?):
      throw .mixedAmounts(
        field, header: header, point: (point.text, point.line), comma: (comma.text, comma.line),
        open: (open.text, open.line))
    case (nil, nil, let open?):
      let amount = WrittenAmount(open.text)
      throw .openAmounts(
        field, header: header, text: open.text, line: open.line, point: amount?.plain(.point) ?? "",
        comma: amount?.plain(.comma) ?? "")
    }
  }
}
