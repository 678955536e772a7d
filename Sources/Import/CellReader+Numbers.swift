internal import Domain
internal import Platform

extension CellReader {
  /// An amount, in minor units of `currency`.
  func amount(
    _ column: Int, _ row: borrowing CSVReader, _ currency: Currency
  ) throws(ImportRowError) -> Int64? {
    guard let text = raw(column, row) else { return nil }
    do { return try amount(of: text, readings[column].mark, currency) } catch {
      throw self.error(error, column, row)
    }
  }

  /// The same for a text from elsewhere than a whole cell.
  ///
  /// - Parameter mark: the decimal mark of the column; `nil` accepts only unambiguous amounts.
  func amount(
    of text: String, _ mark: DecimalMark?, _ currency: Currency
  ) throws(ImportRowError.Problem) -> Int64 {
    if options.usesMinorUnits {
      guard let units = Int64(text), units >= 0, units <= DecimalAmount.maximum else {
        throw .minorUnits(text)
      }
      return units
    }
    do {
      // The fast path, for what nearly every file has.
      if mark == .point || text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
        return try DecimalAmount.minorUnits(text, fractionDigits: currency.fractionDigits)
      }
    } catch {
      guard error == .notANumber else { throw .amount(text, error) }
    }
    return try written(text, mark, currency)
  }

  /// An amount with a decimal comma, thousands separators or a currency.
  private func written(
    _ text: String, _ mark: DecimalMark?, _ currency: Currency
  ) throws(ImportRowError.Problem) -> Int64 {
    let amount = WrittenAmount(text)
    if let sign = amount?.currency, !currency.isWritten(sign) {
      throw amount?.namesCurrency == true ? .otherCurrency(text, currency) : .amount(text, .notANumber)
    }
    if let amount, amount.evidence == .open, mark == nil { throw .pointOrComma(text) }
    do {
      return try DecimalAmount.minorUnits(
        amount == nil ? text : amount?.plain(mark) ?? "", fractionDigits: currency.fractionDigits)
    } catch {
      throw .amount(text, error)
    }
  }

  /// An amount that was taken off or paid back, in minor units. Some shops write it as a negative amount.
  func unsigned(
    _ column: Int, _ row: borrowing CSVReader, _ currency: Currency
  ) throws(ImportRowError) -> Int64? {
    guard let text = raw(column, row) else { return nil }
    do {
      return try amount(of: WrittenAmount.unsigned(text), readings[column].mark, currency)
    } catch {
      throw self.error(error, column, row)
    }
  }

  /// An amount in the unit of the file.
  func written(_ money: Money) -> String {
    options.usesMinorUnits ? "\(money.minorUnits) minor units of \(money.currency.code)" : money.written
  }

  /// The row's currency, else the one given by an option, else the shop's.
  func currency(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Currency {
    guard let text = raw(column, row) else { return options.currency(in: context) }
    do {
      return try Currency(spelled: text, shop: options.currency(in: context))
    } catch {
      throw self.error(.currency(text, error), column, row)
    }
  }

  func quantity(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Int {
    guard let text = raw(column, row) else { return 1 }
    do { return try quantity(of: text) } catch { throw self.error(error, column, row) }
  }

  func quantity(of text: String) throws(ImportRowError.Problem) -> Int {
    guard let quantity = Int(Self.whole(text)), (1...1_000_000).contains(quantity) else {
      throw .quantity(text)
    }
    return quantity
  }

  func positive(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Double? {
    guard let text = raw(column, row) else { return nil }
    guard let number = Double(text), number > 0, number <= 36_500 else {
      throw error(.notAboveZero(text), column, row)
    }
    return number
  }

  /// Units in stock; negative if the shop takes backorders.
  func stock(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Int64? {
    guard let text = raw(column, row) else { return nil }
    guard let count = Int64(Self.whole(text)), (-1_000_000_000...1_000_000_000).contains(count) else {
      throw error(.notWhole(text), column, row)
    }
    return count
  }

  /// Drops the `.0` that spreadsheets append to whole numbers.
  private static func whole(_ text: String) -> String {
    text.utf8.suffix(2).elementsEqual(".0".utf8) ? String(text.dropLast(2)) : text
  }
}
