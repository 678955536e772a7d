internal import Domain
internal import Operations
internal import Platform

extension ColumnMapping {
  /// How each column is read, for people.
  ///
  /// - Parameter samples: the first cells of each column that are not empty.
  func notes(
    _ readings: [ColumnReading], samples: [[String]], _ options: ImportOptions, _ context: ImportContext
  ) -> [ImportAnswer.Column] {
    headers.indices.map { column in
      ImportAnswer.Column(
        name: headers[column], field: name(of: meanings[column]),
        form: form(of: meanings[column], readings[column], options, context), samples: samples[column])
    }
  }

  /// `nil` for a column that is not imported.
  private func name(of meaning: Meaning) -> String? {
    switch meaning {
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
    case .field(let field) where field.isDate:
      switch reading.date {
      case .format(let format)?: "date, \(format.description)"
      case .order(.dayFirst)?: "date, day first"
      case .order(.monthFirst)?: "date, month first"
      case nil: "date"
      }
    case .field(let field) where field.isAmount:
      if options.usesMinorUnits {
        "amount, minor units"
      } else {
        reading.mark.map { "amount, decimal \($0.rawValue)" } ?? "amount"
      }
    case .field(let field) where field == .phone || field == .customerID && options.idSource == .phone:
      "telephone number" + ((options.callingCode ?? context.callingCode).map { ", at home in +\($0)" } ?? "")
    case .field(let field) where field.words != nil: "word"
    case .field: "text"
    case .consent: "consent"
    case .attribute: options.kind == .events ? "property" : "attribute"
    case .lineItems: "lines of an order"
    case .ignored: "not imported"
    }
  }
}
