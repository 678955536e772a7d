internal import Domain

/// How the cells of a column are read whose type nobody has declared: a customer's attribute, an event's property.
enum ValueForm: Equatable, Sendable {
  case text
  /// Numbers, or amounts with the decimal mark of the column.
  case number
  case boolean
}

/// Looks at all cells of such a column and finds the one form that fits each of them.
///
/// One column is of one form, so that a condition compares all customers alike: one cell that is no number, or is a code
/// such as `0012`, makes all of them text as written.
struct ValueTally {
  let column: Int
  /// As it was given; `nil` leaves it to the cells.
  private let mark: DecimalMark?
  /// For the signs of currencies.
  private let currency: Currency

  private(set) var isText = false
  private var booleans = false
  private var numbers = false
  private var points = false
  private var commas = false
  /// The first cell that is another number with either mark: `1,299`.
  private var open: (text: String, line: Int)?
  /// Whether digits stand in groups with blanks between, which may as well be a code: `138 123`.
  private var blanks = false
  /// The currency next to the amounts, one sign or the shop's own in any spelling.
  private var sign: String?

  /// What was found of a column.
  struct Found {
    /// `nil` for a column without cells.
    var form: ValueForm?
    var mark: DecimalMark?
    /// A cell for whose sake the column is text, though all are numbers.
    var open: (text: String, line: Int)?
  }

  init(column: Int, _ mark: DecimalMark?, _ currency: Currency) {
    self.column = column
    self.mark = mark
    self.currency = currency
  }

  mutating func look(at text: String, line: Int) {
    if isText { return }
    switch CellValue.plainNumber(text) {
    case .whole:
      numbers = true
    // One decimal point was looked at already, and another proves nothing new.
    case .fraction where points || mark == .point:
      numbers = true
    case .code: isText = true
    case .fraction, nil:
      if CellValue.boolean(text) != nil {
        booleans = true
      } else {
        look(atAmount: text, line)
      }
    }
    if booleans, numbers { isText = true }
    if points, commas { isText = true }
  }

  private mutating func look(atAmount text: String, _ line: Int) {
    guard let amount = WrittenAmount(text),
      CellValue.number(text, amount, mark ?? .point) != nil
        || CellValue.number(text, amount, mark ?? .comma) != nil
    else { return isText = true }
    numbers = true
    if let sign = amount.currency, !take(sign) { return isText = true }
    switch amount.evidence {
    case .none: if amount.currency == nil { blanks = true }
    case .open: if mark == nil, open == nil { open = (text, line) }
    case .proof(.point): points = true
    case .proof(.comma): commas = true
    }
  }

  /// Whether amounts with this sign can stand in one column with those before.
  private mutating func take(_ sign: String) -> Bool {
    let isOwn = currency.isWritten(sign)
    guard isOwn || sign.unicodeScalars.contains(where: { $0.properties.generalCategory == .currencySymbol })
    else { return false }
    let name = isOwn ? currency.code : sign
    defer { self.sign = name }
    return self.sign.map { $0.hasSameBytes(as: name) } ?? true
  }

  var found: Found {
    if isText { return Found(form: .text) }
    if booleans { return Found(form: .boolean) }
    guard numbers else { return Found() }
    let mark = mark ?? (points ? .point : commas ? .comma : nil)
    if let open, mark == nil { return Found(form: .text, open: open) }
    if blanks, mark == nil, sign == nil { return Found(form: .text) }
    return Found(form: .number, mark: mark)
  }
}
