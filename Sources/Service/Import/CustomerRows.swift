internal import Domain
internal import Platform

/// One customer a row.
struct CustomerRows: RowDecoder {
  private let cells: CellReader
  private let consents: [(column: Int, channels: [ChannelName], isRefusal: Bool)]
  private let attributes: [(column: Int, name: String)]
  private let id: Int
  private let email: Int
  private let phone: Int
  private let firstName: Int
  private let lastName: Int
  private let fullName: Int
  private let birthday: Int
  private let calendar: Int
  private let leapMonth: Int
  private let timeZone: Int
  private let locale: Int
  private let joinedAt: Int
  private let tags: Int
  private let updatedAt: Int

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    consents = mapping.consents
    attributes = mapping.attributes
    func column(_ field: ImportField) -> Int { mapping.column(of: field) ?? -1 }
    id = column(.id)
    email = column(.email)
    phone = column(.phone)
    firstName = column(.firstName)
    lastName = column(.lastName)
    fullName = column(.fullName)
    birthday = column(.birthday)
    calendar = column(.calendar)
    leapMonth = column(.leapMonth)
    timeZone = column(.timeZone)
    locale = column(.locale)
    joinedAt = column(.joinedAt)
    tags = column(.tags)
    updatedAt = column(.updatedAt)
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      batch.events.append(try customer(row))
      batch.lines.append(Int32(truncatingIfNeeded: row.recordStart.line))
      batch.imported += 1
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: error))
    }
  }

  private func customer(_ row: borrowing CSVReader) throws(ImportRowError) -> IncomingEvent {
    try cells.checkColumns(row)
    var traits = CustomerTraits()
    let address = try cells.email(email, row)
    if let address { traits.email = .some(address) }
    let id: String
    if cells.options.takesIDFromEmail {
      guard let address else { throw cells.error(.missing, email, row) }
      id = address
    } else {
      id = try cells.identifier(self.id, row)
    }
    if let value = try cells.phone(phone, row) { traits.phone = .some(value) }
    try names(row, &traits)
    if let value = try birthday(row) { traits.birthday = .some(value) }
    if let value = cells.raw(timeZone, row) {
      guard cells.context.isTimeZone(value) else { throw cells.error(.timeZone(value), timeZone, row) }
      traits.timeZone = .some(value)
    }
    if let value = try cells.text(locale, row, limit: 35) { traits.locale = .some(value) }
    if let value = try cells.instant(joinedAt, row) { traits.joinedAt = .some(value) }
    if let value = try cells.text(tags, row) { traits.tags = Self.tags(value) }
    for (column, channels, isRefusal) in consents {
      guard let state = try consent(column, row, isRefusal: isRefusal) else { continue }
      // Of two columns about one channel the refusal holds.
      for channel in channels where traits.consent[channel] != .withdrawn { traits.consent[channel] = state }
    }
    for (column, name) in attributes {
      if let value = cells.raw(column, row) { traits.attributes[name] = CellValue.value(of: value) }
    }
    let at = try cells.instant(updatedAt, row) ?? cells.context.now
    return IncomingEvent(
      customerID: id,
      event: Event(messageID: id, name: .customerIdentified, at: at, receivedAt: cells.context.now),
      effect: .identify(traits))
  }

  /// A full name with a space is split at its last one; without, all of it is the first name, as for 王小明.
  private func names(_ row: borrowing CSVReader, _ traits: inout CustomerTraits) throws(ImportRowError) {
    if let name = try cells.text(fullName, row) {
      if let space = name.utf8.lastIndex(of: 0x20) {
        // What shows nothing is no name, so that the other one is all of it.
        let first = ColumnMapping.trimmed(String(name[..<space])).unlessEmpty
        let last = String(name[name.utf8.index(after: space)...]).unlessEmpty
        traits.firstName = .some(first ?? last)
        if let last, first != nil { traits.lastName = .some(last) }
      } else {
        traits.firstName = .some(name)
      }
    }
    if let value = try cells.text(firstName, row) { traits.firstName = .some(value) }
    if let value = try cells.text(lastName, row) { traits.lastName = .some(value) }
  }

  private func birthday(_ row: borrowing CSVReader) throws(ImportRowError) -> GivenBirthday? {
    guard var text = cells.raw(birthday, row) else { return nil }
    let calendar = try cells.word(calendar, row, shown: ["gregorian", "lunar"]) { CalendarKind(named: $0) }
    let isLeap = try cells.word(leapMonth, row, shown: ["true", "false"]) { Bool(answer: $0) }
    let original = text
    if let format = cells.options.dateFormat, let date = try? format.civilDate(from: text) {
      text = date.description
    }
    do {
      return try GivenBirthday(text, calendar: calendar, isLeapMonth: isLeap)
    } catch {
      throw cells.error(.birthday(original, error), birthday, row)
    }
  }

  private func consent(
    _ column: Int, _ row: borrowing CSVReader, isRefusal: Bool
  ) throws(ImportRowError) -> ConsentState? {
    guard isRefusal else {
      return try cells.word(column, row, shown: ["granted", "withdrawn"]) {
        Self.consentWords[$0.lowercased()]
      }
    }
    return try cells.word(column, row, shown: ["yes", "no"]) { Self.refusalWords[$0.lowercased()] } == true
      ? .withdrawn : nil
  }

  private static func tags(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "|")).map { ColumnMapping.trimmed(String(Substring($0))) }
      .filter { !$0.showsNothing }
  }

  private static let refusalWords: [ExactText: Bool] = [
    "true": true, "yes": true, "y": true, "1": true, "on": true, "unsubscribed": true, "是": true, "已退订": true,
    "退订": true, "拒收": true, "false": false, "no": false, "n": false, "0": false, "off": false,
    "subscribed": false, "否": false,
  ]

  private static let consentWords: [ExactText: ConsentState] = [
    "on": .granted, "single_opt_in": .granted, "confirmed_opt_in": .granted, "opt_in": .granted,
    "not_subscribed": .withdrawn, "not subscribed": .withdrawn, "pending": .withdrawn, "off": .withdrawn,
    "opt_out": .withdrawn, "redacted": .withdrawn, "invalid": .withdrawn, "cleaned": .withdrawn,
    "unconfirmed": .withdrawn, "已订阅": .granted, "接受": .granted, "未订阅": .withdrawn, "已退订": .withdrawn,
    "不接受": .withdrawn, "不同意": .withdrawn,
    "granted": .granted, "true": .granted, "yes": .granted, "y": .granted, "1": .granted,
    "subscribed": .granted,
    "是": .granted, "同意": .granted, "withdrawn": .withdrawn, "false": .withdrawn, "no": .withdrawn,
    "n": .withdrawn,
    "0": .withdrawn, "unsubscribed": .withdrawn, "否": .withdrawn, "拒绝": .withdrawn, "退订": .withdrawn,
  ]
}
