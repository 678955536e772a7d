internal import Domain
internal import Platform
internal import Store

/// Decodes files of orders: an order is one row, or several consecutive rows with an order line each.
///
/// Only the first row needs the fields of the order as a whole. If one row is rejected, so are all rows of its order:
/// half an order would be worse than none. So is an order that exceeds the limits of `PendingOrder`. Rows separated
/// from the first ones of their order are rejected, since they would replace these; an import that continues after an
/// interruption does not know the orders before it.
struct OrderRows: RowDecoder {
  private let reader: OrderCells
  private var pending = PendingOrder()
  private var isPending = false
  /// Digests of the ids of completed orders, of which there may be millions; `nil` if the file cannot have several rows
  /// for an order.
  private var finished: Set<Int>?

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    reader = OrderCells(cells, mapping)
    if mapping.column(of: .sku) != nil { finished = [] }
  }

  var pendingSince: CSVPosition? { isPending ? pending.since : nil }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) throws(ImportError) {
    let id: String
    do {
      id = try reader.id(row)
    } catch {
      pass(unreadable: RejectedRow(cells: row.fields, error: reader.problems(row, error)), into: &batch)
      return
    }
    if !isPending || !pending.order.id.hasSameBytes(as: id) {
      finish(into: &batch)
      if finished?.contains(ExactText(id).hashValue) == true {
        batch.rejected.append(
          RejectedRow(cells: row.fields, error: reader.error(.orderInPieces(id), row)))
        return
      }
      begin(id, row)
    } else if pending.isFull {
      pending.surplus += 1
    } else {
      go(on: row)
    }
  }

  /// An unreadable row belongs to the order before it if the next row does too.
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch) {
    guard isPending else { return batch.rejected.append(row) }
    if pending.unreadable.count < PendingOrder.unreadableLimit {
      pending.unreadable.append(row)
    } else {
      pending.unkept += 1
    }
  }

  mutating func finish(into batch: inout DecodedBatch) {
    guard isPending else { return }
    isPending = false
    finished?.insert(ExactText(pending.order.id).hashValue)
    batch.unkept += pending.surplus + pending.unkept
    do throws(ImportRowError) {
      if pending.surplus > 0 {
        throw ImportRowError(line: pending.since.line, problem: .orderTooLong(pending.order.id))
      }
      if let failure = pending.failures.first { throw failure }
      try pending.takeTotal()
      if pending.refund != nil { reader.checkRefund(&pending) }
      pending.finish()
      if pending.order.pendingAt != nil { batch.unpaid += 1 }
      // Cannot fail: `identifier` has the same limit.
      _ = batch.orders.append(pending.order, of: pending.customerID, contact: pending.contact)
      batch.imported += 1
      pending.tellOmissions(in: &batch)
    } catch {
      for row in pending.rows {
        batch.rejected.append(RejectedRow(cells: row.cells, error: pending.error(of: row, error)))
      }
    }
    batch.rejected += pending.unreadable
  }

  private mutating func begin(_ id: String, _ row: borrowing CSVReader) {
    isPending = true
    pending.begin(id: id, since: row.recordStart, cells: row)
    do {
      try reader.header(row, &pending)
      try reader.lines(row, &pending)
    } catch {
      pending.failures = [reader.problems(row, error, needs: true)]
      pending.isHeaderBroken = true
    }
  }

  private mutating func go(on row: borrowing CSVReader) {
    pending.add(row)
    do throws(ImportRowError) {
      if let between = pending.unreadable.first {
        throw reader.error(.unreadableWithin(order: pending.order.id, line: between.error.line), row)
      }
      if !pending.isHeaderBroken { try reader.checkHeader(row, &pending) }
      try reader.lines(row, &pending)
    } catch {
      pending.failures.append(reader.problems(row, error, of: pending))
    }
  }
}
