internal import Domain
internal import Operations
internal import Platform

extension ColumnMapping {
  /// Describes for the operator how each column is read.
  ///
  /// - Parameter samples: the first non-empty cells of each column.
  func notes(
    _ readings: [ColumnReading], samples: [[String]], _ options: ImportOptions, _ context: ImportContext
  ) -> [ImportAnswer.Column] {
    headers.indices.map { column in
      ImportAnswer.Column(
        name: headers[column], field: name(of: meanings[column], options),
        form: form(of: meanings[column], readings[column], options, context), samples: samples[column])
    }
  }

  /// `nil` for an ignored column.
  private func name(of meaning: Meaning, _ options: ImportOptions) -> String? {
    switch meaning {
    case .field(let field) where options.kind == .customers && options.idSource?.field == field:
      "\(ImportField.id.rawValue), \(field.rawValue)"
    case .field(.customerID) where options.kind == .orders && options.idSource != nil:
      "\(ImportField.customerID.rawValue), \(options.idSource?.rawValue ?? "")"
    case .field(let field): field.rawValue
    case .consent(let channels, let isRefusal):
      channels.map { "\(isRefusal ? "refused" : "consent").\($0)" }.joined(separator: ", ")
    case .attribute(let name): name
    case .lineItems: "lines"
    case .ignored: nil
    }
  }

  private func form(
    of meaning: Meaning, _ reading: ColumnReading, _ options: ImportOptions, _ context: ImportContext
  ) -> String {
    switch meaning {
    case .field(let field) where field.isDate: "date" + order(reading) + (reading.isUTC ? ", UTC" : "")
    case .field(let field) where field.isAmount: "amount" + mark(reading, options)
    case .field(let field) where field == .phone || field == .customerID && options.idSource == .phone:
      "telephone number" + (options.callingCode(in: context).map { ", at home in +\($0)" } ?? "")
    case .field(let field) where field.words != nil: "word"
    case .field: "text"
    case .consent: "consent" + order(reading)
    case .attribute: (options.kind == .events ? "property" : "attribute") + value(reading)
    case .lineItems: "lines of an order" + mark(reading, options)
    case .ignored: "not imported"
    }
  }

  private func value(_ reading: ColumnReading) -> String {
    switch reading.value {
    case .text?: ", text"
    case .number?: ", number" + (reading.mark == .comma ? ", decimal comma" : "")
    case .boolean?: ", true or false"
    case nil: ""
    }
  }

  private func order(_ reading: ColumnReading) -> String {
    switch reading.date {
    case .format(let format)?: ", \(format.description)"
    case .order(.dayFirst)?: ", day first"
    case .order(.monthFirst)?: ", month first"
    case nil: ""
    }
  }

  private func mark(_ reading: ColumnReading, _ options: ImportOptions) -> String {
    options.usesMinorUnits ? ", minor units" : reading.mark.map { ", decimal \($0.rawValue)" } ?? ""
  }
}
