internal import Domain
internal import Platform

/// Decodes files with one event per row; unknown columns become its properties.
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
    let column = mapping.place(of:)
    customerID = column(.customerID)
    name = column(.name)
    at = column(.at)
    messageID = column(.messageID)
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      let (event, error) = try event(row)
      batch.append(event, from: row)
      batch.imported += 1
      if let error { batch.leaveOut([error], of: row) }
    } catch {
      batch.reject(row, problems(row, error), but: [withdrawal(row)].compactMap(\.self))
    }
  }

  /// - Returns: the event, and the error of fields that were left out.
  private func event(_ row: borrowing CSVReader) throws(ImportRowError) -> (IncomingEvent, ImportRowError?) {
    try cells.checkColumns(row)
    let customer = try cells.identifier(customerID, row)
    let eventName = try eventName(name, row)
    let at = try cells.requiredInstant(at, row)
    let (effect, error) = try effect(eventName, row)
    let message =
      try cells.text(messageID, row, limit: 255) ?? digest(customer, eventName, at, row)
    let event = Event(
      messageID: message, name: eventName, at: at, receivedAt: cells.context.now, properties: record(row))
    return (IncomingEvent(customerID: customer, event: event, effect: effect), error)
  }

  private func eventName(
    _ column: Int, _ row: borrowing CSVReader
  ) throws(ImportRowError) -> EventName {
    guard let spelled = cells.raw(column, row) else { throw cells.error(.missing, column, row) }
    guard let name = EventName(spelled: spelled) else { throw cells.error(.eventName, column, row) }
    guard !Self.reserved.contains(name) else { throw cells.error(.reservedEvent(name), column, row) }
    return name
  }

  private func problems(_ row: borrowing CSVReader, _ first: ImportRowError) -> ImportRowError {
    guard row.count == cells.headers.count else { return first }
    var problems = RowProblems(first)
    problems.look(customerID, row, cells.identifier)
    problems.look(name, row, eventName)
    problems.look(at, row, cells.requiredInstant)
    problems.look(name, row) { column, row throws(ImportRowError) in
      if let name = try? eventName(column, row) { _ = try effect(name, row) }
    }
    problems.look(messageID, row) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: 255)
    }
    return problems.all
  }

  private func record(_ row: borrowing CSVReader) -> Record {
    var record = Record()
    for (column, name) in properties {
      if let value = cells.raw(column, row) {
        record[name] = CellValue.value(of: value, cells.readings[column])
      }
    }
    return record
  }

  /// The change of consent in an event. The channel is in the event's name or in a property; a withdrawal that names
  /// none counts for all.
  private func effect(
    _ name: EventName, _ row: borrowing CSVReader
  ) throws(ImportRowError) -> (EventEffect, ImportRowError?) {
    guard let consent = name.consent else { return (.none, nil) }
    let column = properties.first { Words.key($0.name) == "channel" }?.column
    let text = consent.kind?.spelling ?? column.flatMap { cells.raw($0, row) }
    let channels = cells.context.channels
    func error(_ problem: ImportRowError.Problem) -> ImportRowError {
      var error = cells.error(problem, column, row)
      if column == nil { error.column = "channel" }
      return error
    }
    switch consent.state {
    case .granted:
      let granted = ChannelName.named(text ?? "", among: channels)
      guard !granted.isEmpty else { throw error(.noChannel(known: channels.keys.sorted())) }
      return (.consent(granted, .granted), nil)
    case .withdrawn:
      let (withdrawn, isForWantOfName) = ChannelName.withdrawn(text, among: channels)
      let problem = isForWantOfName ? error(.withdrawnEverywhere(channels.keys.sorted())) : nil
      return (.consent(withdrawn, .withdrawn), problem)
    }
  }

  /// The withdrawal of consent in a rejected row; `nil` if there is none or it names no customer. If the row's time
  /// cannot be read, the time of the import counts.
  private func withdrawal(_ row: borrowing CSVReader) -> IncomingEvent? {
    guard let customer = try? cells.identifier(customerID, row),
      let eventName = cells.raw(name, row).flatMap({ EventName(spelled: $0) }),
      eventName.consent?.state == .withdrawn, let (effect, _) = try? effect(eventName, row)
    else { return nil }
    let time = (try? cells.instant(at, row)) ?? cells.context.now
    let event = Event(
      messageID: digest(customer, eventName, time, row), name: eventName, at: time,
      receivedAt: cells.context.now)
    return IncomingEvent(customerID: customer, event: event, effect: effect)
  }

  /// A message id derived from the row's content: the same row, in any file, is the same event.
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

  /// Events about orders, carts and customers' fields; these have files or calls of their own.
  private static let reserved: Set<EventName> = [
    .orderCompleted, .orderCancelled, .orderRefunded, .productAdded, .productRemoved, .cartUpdated,
    .cartViewed,
    .cartEmptied, .checkoutStarted, .customerIdentified,
  ]
}
