internal import Domain
internal import Platform
internal import Store

/// Decodes files of messages that another system sent, one per row.
struct SentRows: RowDecoder {
  private let cells: CellReader
  private let person: PersonCells
  private let channel: Int
  private let sentAt: Int
  private let trigger: Int
  private let occurrence: Int
  private let step: Int
  private let subject: Int
  private let template: Int
  private let messageID: Int
  private let source: Int

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    let column = mapping.place(of:)
    person = PersonCells(cells, mapping)
    channel = column(.channel)
    sentAt = column(.sentAt)
    trigger = column(.trigger)
    occurrence = column(.occurrence)
    step = column(.step)
    subject = column(.subject)
    template = column(.template)
    messageID = column(.messageID)
    source = column(.source)
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      var left: [ImportRowError] = []
      batch.sent.append(try sent(row, &left))
      batch.imported += 1
      batch.keep(row)
      batch.leaveOut(left, of: row)
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: error))
    }
  }

  private func sent(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> ToldSent {
    func text(_ field: ImportField, _ column: Int, limit: Int = 255) -> String? {
      cells.optional(field, column, row, &left) { column, row throws(ImportRowError) in
        try cells.text(column, row, limit: limit)
      }
    }
    try cells.checkColumns(row)
    let (customer, addresses) = try person.read(row)
    guard let sentAt = try cells.strictlyPastMoment(self.sentAt, row) else {
      throw cells.error(.missing, self.sentAt, row)
    }
    let trigger = try trigger(row)
    var message = SentElsewhere(
      channel: try channel(addresses, row), sentAt: sentAt, trigger: trigger,
      subject: text(.subject, subject, limit: 1000) ?? text(.template, template),
      messageID: text(.messageID, messageID),
      source: cells.source(source, row, &left))
    if let trigger {
      // These are not optional: without them, the wrong step or occurrence might count as sent.
      message.occurrence = try cells.text(occurrence, row, limit: 255)
      message.step = try step(of: trigger, row)
    }
    return ToldSent(customer: customer, addresses: addresses, message: message)
  }

  /// The channel that the row names, else the only one that reaches its address.
  private func channel(
    _ addresses: [ToldConsent.Address], _ row: borrowing CSVReader
  ) throws(ImportRowError) -> ChannelName {
    let known = cells.context.channels
    guard let text = cells.raw(channel, row) else {
      let reaching = known.filter { channel in addresses.contains { $0.kind == channel.value } }.keys
      if reaching.count == 1, let only = reaching.first { return only }
      throw cells.error(channel < 0 ? .noChannel(known: known.keys.sorted()) : .missing, channel, row)
    }
    // An unknown channel is accepted, since the message counts for caps over all channels.
    guard let name = ChannelName.named(text, among: known).first ?? ChannelName(spelled: text) else {
      throw cells.error(.noChannel(known: known.keys.sorted()), channel, row)
    }
    return name
  }

  private func trigger(_ row: borrowing CSVReader) throws(ImportRowError) -> TriggerID? {
    guard let text = try cells.text(trigger, row, limit: 255) else { return nil }
    let known = cells.context.triggers
    if known[TriggerID(text)] != nil { return TriggerID(text) }
    if cells.options.ignoresUnknownTriggers { return nil }
    throw cells.error(.trigger(text, known: known.keys.map(\.rawValue).sorted()), trigger, row)
  }

  private func step(
    of trigger: TriggerID, _ row: borrowing CSVReader
  ) throws(ImportRowError) -> StepID? {
    guard let text = try cells.text(step, row, limit: 255) else { return nil }
    let known = cells.context.triggers[trigger] ?? []
    guard known.contains(StepID(text)) else {
      throw cells.error(.step(text, of: trigger, known: known.map(\.rawValue)), step, row)
    }
    return StepID(text)
  }
}
