internal import Domain
internal import Platform

/// One event a row; columns nobody knows are its properties.
struct EventRows: RowDecoder {
  private let cells: CellReader
  private let properties: [(column: Int, name: String)]
  private let customerID: Int
  private let name: Int
  private let at: Int
  private let messageID: Int

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    properties = mapping.attributes
    func column(_ field: ImportField) -> Int { mapping.column(of: field) ?? -1 }
    customerID = column(.customerID)
    name = column(.name)
    at = column(.at)
    messageID = column(.messageID)
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      batch.events.append(try event(row))
      batch.lines.append(Int32(truncatingIfNeeded: row.recordStart.line))
      batch.imported += 1
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: error))
    }
  }

  private func event(_ row: borrowing CSVReader) throws(ImportRowError) -> IncomingEvent {
    try cells.checkColumns(row)
    let customer = try cells.identifier(customerID, row)
    guard let spelled = cells.raw(name, row) else { throw cells.error(.missing, name, row) }
    guard let eventName = EventName(spelled: spelled) else { throw cells.error(.eventName, name, row) }
    guard !Self.reserved.contains(eventName) else { throw cells.error(.reservedEvent(eventName), name, row) }
    let at = try cells.requiredInstant(at, row)
    var record = Record()
    for (column, name) in properties {
      if let value = cells.raw(column, row) { record[name] = CellValue.value(of: value) }
    }
    let message =
      try cells.text(messageID, row, limit: 255) ?? digest(customer, eventName, at, row)
    return IncomingEvent(
      customerID: customer,
      event: Event(
        messageID: message, name: eventName, at: at, receivedAt: cells.context.now, properties: record),
      effect: try effect(eventName, row))
  }

  /// A consent event says the channel in a property.
  private func effect(_ name: EventName, _ row: borrowing CSVReader) throws(ImportRowError) -> EventEffect {
    guard name == .consentGranted || name == .consentWithdrawn else { return .none }
    let column = properties.first { $0.name == "channel" }?.column
    guard let column, let channel = cells.raw(column, row) else {
      throw ImportRowError(line: row.recordStart.line, column: "channel", problem: .missing)
    }
    guard cells.context.channels[ChannelName(channel)] != nil else {
      throw cells.error(.unknownChannel(channel), column, row)
    }
    return .consent(ChannelName(channel), name == .consentGranted ? .granted : .withdrawn)
  }

  /// A message id made of all the row says: the same row, in whatever file, is the same event.
  private func digest(
    _ customer: String, _ name: EventName, _ at: Instant, _ row: borrowing CSVReader
  ) -> String {
    var hash = SHA256()
    hash.update("\(customer)\u{1F}\(name)\u{1F}\(at.milliseconds)")
    for (column, name) in properties {
      if let value = cells.raw(column, row) { hash.update("\u{1F}\(name)\u{1E}\(value)") }
    }
    return "csv-" + String(hash.finalize().description.prefix(32))
  }

  /// Events whose meaning stands in orders, carts and customers' fields.
  private static let reserved: Set<EventName> = [
    .orderCompleted, .orderCancelled, .orderRefunded, .productAdded, .productRemoved, .cartUpdated,
    .cartViewed,
    .cartEmptied, .checkoutStarted, .customerIdentified,
  ]
}
