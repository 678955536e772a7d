internal import Domain
internal import Platform

extension OrderCells {
  /// Appends the order lines that are in single cells of this row.
  ///
  /// If the order has its own total, a line without a product and an unreadable total of a line are left out. Anything
  /// else unreadable is thrown, since it would change the order.
  func appendLineItems(_ row: borrowing CSVReader, _ new: inout PendingOrder) throws(ImportRowError) {
    for column in lineItems {
      guard let cell = cells.raw(column, row) else { continue }
      for item in LineItem.all(in: cell) {
        let read = read(item, column, row, new.order.total.currency)
        for fault in read.faults {
          guard let outcome = outcome(of: fault, hasTotal: new.hasTotal) else { throw fault.error }
          new.leaveOut(fault.error.with(outcome))
        }
        if let line = read.line { new.append(line, total: read.total) }
      }
    }
  }

  /// All errors in the order lines of this row.
  ///
  /// - Parameter currency: `nil` if it is not known; totals are then not checked.
  func lineItemProblems(_ row: borrowing CSVReader, _ currency: Currency?) -> [ImportRowError] {
    var problems: [ImportRowError] = []
    for column in lineItems {
      guard let cell = cells.raw(column, row) else { continue }
      for item in LineItem.all(in: cell) {
        problems += read(item, column, row, currency).faults.map(\.error)
      }
    }
    return problems
  }

  private enum Part: String {
    case sku, name, quantity, total
  }

  private struct Fault {
    /// `nil` if the whole line is at fault.
    var part: Part?
    var error: ImportRowError
  }

  private struct ReadLine {
    /// `nil` without a product.
    var line: OrderLine?
    var total: Int64?
    var faults: [Fault] = []
  }

  private func outcome(of fault: Fault, hasTotal: Bool) -> ImportRowError.Outcome? {
    switch fault.part {
    case .sku?, .quantity?: nil
    case .name?: .importedWithout(ImportField.name.rawValue)
    case .total?: hasTotal ? .importedWithout(ImportField.price.rawValue) : nil
    case nil: hasTotal ? .importedWithoutLine : nil
    }
  }

  private func read(
    _ item: LineItem, _ column: Int, _ row: borrowing CSVReader, _ currency: Currency?
  ) -> ReadLine {
    var read = ReadLine()
    let (header, number) = (cells.headers[column], row.recordStart.line)
    func fault(_ part: Part?, _ problem: ImportRowError.Problem) {
      let label = part.map { "\(header), \($0.rawValue)" } ?? header
      read.faults.append(
        Fault(part: part, error: ImportRowError(line: number, column: label, problem: problem)))
    }
    guard let sku = item.sku else {
      fault(nil, .noProduct(item.text))
      return read
    }
    if let problem = CellReader.problem(ofLine: sku.utf8, limit: 255) { fault(.sku, problem) }
    let problem = item.name.flatMap { CellReader.problem(ofLine: $0.utf8, limit: TextLimits.name) }
    if let problem { fault(.name, problem) }
    var quantity = 1
    if let text = item.quantity {
      do { quantity = try cells.quantity(of: text) } catch { fault(.quantity, error) }
    }
    if let text = item.total, let currency {
      do {
        read.total = try cells.amount(of: text, cells.readings[column].mark, currency)
      } catch {
        fault(.total, error)
      }
    }
    read.line = OrderLine(
      sku: sku, name: problem == nil ? item.name : nil, quantity: quantity,
      price: read.total.map { OrderLine.price(ofTotal: $0, quantity: Int64(quantity)) })
    return read
  }
}
