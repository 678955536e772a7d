internal import Domain
internal import Platform

/// Reads the addresses and the refund of an order.
extension OrderCells {
  /// Reads the addresses, apart from the one that the id was made from. Masked ones count as missing.
  func reach(_ row: borrowing CSVReader, _ new: inout PendingOrder) {
    if new.contact.email == nil, !isMasked(columns.email, row) {
      new.contact.email = optional(.email, columns.email, row, &new) { column, row throws(ImportRowError) in
        try cells.email(column, row)
      }
    }
    if new.contact.phone == nil, !isMasked(columns.phone, row) {
      new.contact.phone = optional(.phone, columns.phone, row, &new) { column, row throws(ImportRowError) in
        try cells.phone(column, row)
      }
    }
  }

  private func isMasked(_ column: Int, _ row: borrowing CSVReader) -> Bool {
    row.isEmpty(column) || row.unsafeBytes(column).contains(UInt8(ascii: "*"))
  }

  /// The amount refunded so far; `nil` if none.
  func refund(
    _ column: Int, _ row: borrowing CSVReader, _ currency: Currency, _ new: inout PendingOrder
  ) -> Int64? {
    let units = optional(.refunded, column, row, &new) { column, row throws(ImportRowError) in
      try cells.unsigned(column, row, currency)
    }
    return units == 0 ? nil : units
  }

  /// Leaves out a refund above the order's total, which must be known.
  func checkRefund(_ order: inout PendingOrder) {
    guard let refund = order.refund, refund > order.order.total.minorUnits else { return }
    let total = order.order.total
    order.dropRefund(
      .refundAboveTotal(
        cells.written(Money(minorUnits: refund, currency: total.currency)), total: cells.written(total)),
      column: cells.headers.indices.contains(columns.refunded) ? cells.headers[columns.refunded] : nil,
      line: order.since.line)
  }

  /// Leaves out the refund if a further row has another amount: then the column is about single lines.
  func repeatRefund(_ row: borrowing CSVReader, _ order: inout PendingOrder) {
    if row.isEmpty(columns.refunded) || order.isRefundDropped { return }
    let currency = order.order.total.currency
    guard let units = refund(columns.refunded, row, currency, &order), units != order.refund else { return }
    order.dropRefund(
      .orderDiffers(
        order: order.order.id,
        from: cells.written(Money(minorUnits: order.refund ?? 0, currency: currency)),
        in: cells.written(Money(minorUnits: units, currency: currency))),
      column: cells.headers[columns.refunded], line: row.recordStart.line)
  }
}
