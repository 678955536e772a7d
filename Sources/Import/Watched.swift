internal import Domain

/// Collects evidence for the form of a column of dates or amounts, or of several that are written alike.
struct Watched {
  let columns: [Int]
  private let content: Content
  /// Whether a value was seen.
  private var isSeen = false
  /// The first ambiguous value, and the first that proves each form.
  private var open: Sample?
  private var days: Sample?
  private var months: Sample?
  private var points: Sample?
  private var commas: Sample?

  enum Content {
    case dates(ImportField)
    case timesOfConsent
    case amounts(ImportField)
    /// The totals in whole order lines.
    case totalsOfLines
  }

  private struct Sample {
    var text: String
    var column: Int
    var line: Int
  }

  init(columns: [Int], _ content: Content) {
    self.columns = columns
    self.content = content
  }

  /// Whether the values so far leave nothing to decide, as in nearly all columns.
  var isSettled: Bool { isSeen && open == nil && days == nil && months == nil && commas == nil }

  mutating func look(at text: String, _ column: Int, line: Int, in zone: TimeZoneRules) {
    isSeen = true
    let sample = Sample(text: text, column: column, line: line)
    switch content {
    case .dates: look(atDate: sample, in: zone)
    case .timesOfConsent: if ConsentCells.mayBeTime(text) { look(atDate: sample, in: zone) }
    case .amounts: look(atAmount: sample)
    case .totalsOfLines:
      for total in LineItem.all(in: text).compactMap(\.total) {
        look(atAmount: Sample(text: total, column: column, line: line))
      }
    }
  }

  private mutating func look(atDate sample: Sample, in zone: TimeZoneRules) {
    guard Instant(iso8601: sample.text.utf8.span, in: zone) == nil, let date = WrittenDate(sample.text) else {
      return
    }
    switch date.evidence {
    case .none: break
    case .open: open = open ?? sample
    case .proof(.dayFirst): days = days ?? sample
    case .proof(.monthFirst): months = months ?? sample
    }
  }

  private mutating func look(atAmount sample: Sample) {
    // The fast path: digits leave nothing to decide.
    if sample.text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) { return }
    switch WrittenAmount(sample.text)?.evidence {
    case nil, DecimalEvidence.none?: break
    case .open?: open = open ?? sample
    case .proof(.point)?: points = points ?? sample
    case .proof(.comma)?: commas = commas ?? sample
    }
  }

  /// The form of the column; both are `nil` if no value is ambiguous. Throws if the values are ambiguous, or contradict
  /// each other.
  func form(_ headers: [String]) throws(ImportMappingError) -> (order: DateOrder?, mark: DecimalMark?) {
    switch content {
    case .dates(let field): (try order(field, headers), nil)
    case .timesOfConsent: (try order(nil, headers), nil)
    case .amounts(let field): (nil, try mark(field, headers))
    case .totalsOfLines: (nil, try mark(.price, headers))
    }
  }

  private func order(_ field: ImportField?, _ headers: [String]) throws(ImportMappingError) -> DateOrder? {
    switch (days, months, open) {
    case (_?, nil, _): return .dayFirst
    case (nil, _?, _): return .monthFirst
    case (_, _, nil): return nil
    case (let day?, let month?, let open?):
      throw .mixedDates(
        field, header: headers[open.column], dayFirst: (day.text, day.line),
        monthFirst: (month.text, month.line), open: (open.text, open.line))
    case (nil, nil, let open?):
      let date = WrittenDate(open.text)
      throw .openDates(
        field, header: headers[open.column], text: open.text, line: open.line,
        dayFirst: date?.dayText(.dayFirst) ?? "", monthFirst: date?.dayText(.monthFirst) ?? "")
    }
  }

  private func mark(_ field: ImportField, _ headers: [String]) throws(ImportMappingError) -> DecimalMark? {
    switch (points, commas, open) {
    case (_?, nil, _): return .point
    case (nil, _?, _): return .comma
    case (_, _, nil): return nil
    case (let point?, let comma?, let open?):
      throw .mixedAmounts(
        field, header: headers[open.column], point: (point.text, point.line), comma: (comma.text, comma.line),
        open: (open.text, open.line))
    case (nil, nil, let open?):
      let amount = WrittenAmount(open.text)
      throw .openAmounts(
        field, header: headers[open.column], text: open.text, line: open.line,
        point: amount?.plain(.point) ?? "", comma: amount?.plain(.comma) ?? "")
    }
  }
}
