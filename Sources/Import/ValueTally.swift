internal import Domain

/// How the cells of a column without a declared type are read: a customer's attribute, an event's property.
enum ValueForm: Equatable, Sendable {
  case text
  /// Numbers, or amounts with the column's decimal mark.
  case number
  case boolean
}

/// Scans all cells of such a column and finds the form that fits all of them.
///
/// A column has a single form, so that conditions compare all customers alike: one cell that is not a number, or is a
/// code such as `0012`, makes all of them text.
struct ValueTally {
  let column: Int
  /// The mark given by an option; `nil` infers it from the cells.
  private let mark: DecimalMark?
  /// The currency that amounts may be marked with.
  private let currency: Currency

  private(set) var isText = false
  private var booleans = false
  private var numbers = false
  private var points = false
  private var commas = false
  /// The first ambiguous cell: `1,299`.
  private var open: (text: String, line: Int)?
  /// Whether digits are grouped by spaces, which may as well be a code: `138 123`.
  private var blanks = false
  /// The currency of the amounts: a sign, or the code of the shop's currency however it is spelled.
  private var sign: String?

  /// The result for a column.
  struct Found {
    /// `nil` if all cells are empty.
    var form: ValueForm?
    var mark: DecimalMark?
    /// The ambiguous cell because of which a column of numbers is read as text.
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
    // A second decimal point proves nothing new.
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

  /// Records a currency sign; false if it differs from those before, so that the column is not of one currency.
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
