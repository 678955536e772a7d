package import Domain

/// How the dates of a column are written.
package enum DateForm: Equatable, Sendable {
  case format(DateFormat)
  /// As `WrittenDate` reads them, with this order for dates that are otherwise ambiguous.
  case order(DateOrder)

  /// - Parameter text: `day-first`, `month-first` or a format of `DateFormat`, whose errors it throws.
  package init(_ text: String) throws(DateFormatError) {
    if let order = DateOrder(rawValue: text) {
      self = .order(order)
    } else {
      self = .format(try DateFormat(text))
    }
  }

  var canonicalText: String {
    switch self {
    case .format(let format): format.description
    case .order(let order): order.rawValue
    }
  }
}

/// How the cells of one column are read.
struct ColumnReading: Equatable, Sendable {
  /// `nil` accepts ISO 8601 and all unambiguous dates.
  var date: DateForm?
  /// `nil` accepts all unambiguous amounts.
  var mark: DecimalMark?
  /// For an attribute or a property; `nil` if all cells are empty.
  var value: ValueForm?
  /// Dates that are placeholders for an unknown birthday.
  var missing: Set<ExactText> = []
  /// Whether times without an offset are in UTC, and not in the shop's zone.
  var isUTC = false

  /// What the options say about each column; `ColumnSurvey` finds the rest.
  static func given(_ mapping: ColumnMapping, _ options: ImportOptions) -> [ColumnReading] {
    zip(mapping.headers, mapping.meanings).map { header, meaning in
      var reading = ColumnReading()
      reading.isUTC = ColumnMapping.isUTC(header) || options.preset?.isUTC(header) == true
      switch meaning {
      case .field(let field):
        reading.date = options.dateForm(of: field)
        reading.mark = options.decimalMark(of: field)
      case .consent: reading.date = options.dateForm(of: nil)
      case .lineItems: reading.mark = options.decimalMark(of: .price)
      case .attribute: reading.mark = options.decimalMark(of: nil)
      case .ignored: break
      }
      return reading
    }
  }
}

extension ImportField {
  /// Whether its column holds dates.
  package var isDate: Bool {
    switch self {
    case .birthday, .joinedAt, .updatedAt, .placedAt, .cancelledAt, .refundedAt, .at, .launchedAt, .sentAt:
      true
    default: false
    }
  }

  /// The words that `--value` can translate to; `nil` for a field without words.
  package var words: [String]? {
    switch self {
    case .status: OrderState.allCases.map(\.rawValue)
    case .calendar: ["gregorian", "lunar"]
    case .leapMonth, .available: ["true", "false"]
    case .state: ["granted", "withdrawn"]
    case .kind: ConsentKind.words
    case .reason: SuppressionReason.allCases.map(\.rawValue)
    default: nil
    }
  }

  /// Whether its column holds amounts of money.
  package var isAmount: Bool {
    switch self {
    case .total, .refunded, .price, .discount, .shipping, .listPrice, .cost: true
    default: false
    }
  }
}
