internal import Domain
internal import Platform
internal import Store

/// Decodes files in which each row is a message that another system has sent.
struct SentRows: RowDecoder {
  private let cells: CellReader
  private let customer: Int
  private let address: Int
  private let email: Int
  private let phone: Int
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
    func column(_ field: ImportField) -> Int { mapping.column(of: field) ?? -1 }
    customer = column(.customerID)
    address = column(.address)
    email = column(.email)
    phone = column(.phone)
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
    let id = row.isEmpty(customer) ? nil : try cells.identifier(customer, row)
    let columns = cells.addressColumns(address, email, phone)
    let addresses = try id == nil ? cells.addresses(columns, row) : (try? cells.addresses(columns, row)) ?? []
    if id == nil, addresses.isEmpty {
      throw cells.error(.missing, [customer, address, email, phone].first { $0 >= 0 }, row)
    }
    guard let sentAt = try cells.moment(past: self.sentAt, row) else {
      throw cells.error(.missing, self.sentAt, row)
    }
    let trigger = try trigger(row)
    var message = SentElsewhere(
      channel: try channel(addresses, row), sentAt: sentAt, trigger: trigger,
      subject: text(.subject, subject, limit: 1000) ?? text(.template, template),
      messageID: text(.messageID, messageID),
      source: text(.source, source, limit: 200) ?? cells.context.fileName)
    if let trigger {
      // Without them another step, or another occasion, might be taken for the one that was sent.
      message.occurrence = try cells.text(occurrence, row, limit: 255)
      message.step = try step(of: trigger, row)
    }
    return ToldSent(customer: id, addresses: addresses, message: message)
  }

  /// That which the row names; else the only one that reaches its address.
  private func channel(
    _ addresses: [ToldConsent.Address], _ row: borrowing CSVReader
  ) throws(ImportRowError) -> ChannelName {
    let known = cells.context.channels
    guard let text = cells.raw(channel, row) else {
      let reaching = known.filter { channel in addresses.contains { $0.kind == channel.value } }.keys
      if reaching.count == 1, let only = reaching.first { return only }
      throw cells.error(channel < 0 ? .noChannel(known: known.keys.sorted()) : .missing, channel, row)
    }
    // A way for which the shop has no channel counts all the same, against caps over all channels.
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

extension CellReader {
  /// Columns with addresses, and what each holds; `nil` where the cell tells.
  func addressColumns(_ address: Int, _ email: Int, _ phone: Int) -> [(column: Int, kind: AddressKind?)] {
    [(address, nil), (email, .email), (phone, .phone)]
  }

  func addresses(
    _ columns: [(column: Int, kind: AddressKind?)], _ row: borrowing CSVReader
  ) throws(ImportRowError) -> [ToldConsent.Address] {
    var found: [ToldConsent.Address] = []
    for (column, kind) in columns {
      guard let text = raw(column, row) else { continue }
      switch kind ?? (text.utf8.contains(UInt8(ascii: "@")) ? .email : .phone) {
      case .phone: if let number = try heldPhone(column, row) { found.append(.init(.phone, number)) }
      default: if let mail = try email(column, row) { found.append(.init(.email, mail)) }
      }
    }
    return found
  }

  /// A time that has come, also in seconds or milliseconds since 1970; `nil` for an empty cell. One ahead is an error.
  func moment(past column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    guard let found = try anyInstant(column, row) else { return nil }
    guard found <= context.now else { throw error(.inFuture(raw(column, row) ?? ""), column, row) }
    return found
  }
}
