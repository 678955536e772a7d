internal import Domain
internal import Platform

/// Decodes files with one customer per row.
struct CustomerRows: RowDecoder {
  private let cells: CellReader
  private let consents: ConsentCells
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
    consents = ConsentCells(cells, mapping)
    attributes = mapping.attributes
    let column = mapping.place(of:)
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
      var left: [ImportRowError] = []
      var isPlaceholder = false
      let (event, words) = try customer(row, &left, &isPlaceholder)
      if isPlaceholder { batch.placeholders += 1 }
      batch.append(event, from: row)
      for word in words { batch.append(word, from: row) }
      batch.imported += 1
      batch.leaveOut(left, of: row)
    } catch {
      refuse(row, problems(row, error), in: &batch)
    }
  }

  /// - Parameters:
  ///   - left: collects the errors of fields that are left out.
  ///   - isPlaceholder: becomes true if the birthday is a placeholder for an unknown one.
  /// - Returns: the customer's fields, and the withdrawals that the customer made.
  private func customer(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError], _ isPlaceholder: inout Bool
  ) throws(ImportRowError) -> (IncomingEvent, [IncomingEvent]) {
    try cells.checkColumns(row)
    var traits = CustomerTraits()
    let id = try cells.customer(self.id, row, phone: phone, email: email)
    switch cells.options.idSource {
    case .email?: if let address = try cells.email(self.id, row) { traits.email = .some(address) }
    case .phone?: traits.phone = .some(id)
    case nil: break
    }
    if traits.email == nil, let value = cells.optional(.email, email, row, &left, cells.email) {
      traits.email = .some(value)
    }
    others(row, &left, &traits, &isPlaceholder)
    let consent = consents.read(row)
    if let unclear = consent.unclear.first { throw unclear }
    left += consent.takenForRefusals
    traits.consent = consent.flags
    for (column, name) in attributes {
      if let value = cells.raw(column, row) {
        traits.attributes[name] = CellValue.value(of: value, cells.readings[column])
      }
    }
    let at = try cells.instant(updatedAt, row) ?? cells.context.now
    return (event(id, .identify(traits), at: at), words(of: id, consent))
  }

  /// The optional fields, except the email address.
  private func others(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError], _ traits: inout CustomerTraits,
    _ isPlaceholder: inout Bool
  ) {
    if traits.phone == nil, let value = cells.optional(.phone, phone, row, &left, cells.phone) {
      traits.phone = .some(value)
    }
    names(row, &left, &traits)
    if let value = birthday(row, &left, &isPlaceholder) { traits.birthday = .some(value) }
    if let value = cells.raw(timeZone, row) {
      if cells.context.isTimeZone(value) {
        traits.timeZone = .some(value)
      } else {
        left.append(cells.error(.timeZone(value), timeZone, row).with(.importedWithout("time_zone")))
      }
    }
    let locale = cells.optional(.locale, locale, row, &left) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: 35)
    }
    if let locale { traits.locale = .some(locale) }
    if let value = cells.optional(.joinedAt, joinedAt, row, &left, cells.instant) {
      traits.joinedAt = .some(value)
    }
    if let value = text(.tags, tags, row, &left) { traits.tags = Self.tags(value) }
  }

  /// All errors of a rejected row; those for which it was rejected come before those of optional fields.
  private func problems(_ row: borrowing CSVReader, _ first: ImportRowError) -> ImportRowError {
    guard row.count == cells.headers.count else { return first }
    var problems = RowProblems(first)
    var left: [ImportRowError] = []
    var traits = CustomerTraits()
    var isPlaceholder = false
    problems.look(id, row) { column, row throws(ImportRowError) in
      try cells.customer(column, row, phone: phone, email: email)
    }
    if cells.options.idSource != .email { _ = cells.optional(.email, email, row, &left, cells.email) }
    problems.add(consents.read(row).unclear)
    problems.look(updatedAt, row, cells.instant)
    others(row, &left, &traits, &isPlaceholder)
    problems.add(left.map { $0.with(nil) })
    return problems.all
  }

  private func event(_ id: String, _ effect: EventEffect, at: Instant) -> IncomingEvent {
    var name = EventName.customerIdentified
    if case .consent = effect { name = .consentWithdrawn }
    return IncomingEvent(
      customerID: id, event: Event(messageID: id, name: name, at: at, receivedAt: cells.context.now),
      effect: effect)
  }

  private func words(of id: String, _ consent: ConsentCells.Found) -> [IncomingEvent] {
    if consent.words.isEmpty { return [] }
    return consent.words.sorted { $0.key < $1.key }.map { channel, at in
      event(id, .consent(channel, .withdrawn), at: at)
    }
  }

  /// Rejects a row but imports the refusals in it.
  private func refuse(_ row: borrowing CSVReader, _ error: ImportRowError, in batch: inout DecodedBatch) {
    let isAligned = row.count == cells.headers.count
    let consent = isAligned ? consents.read(row) : consents.readMisaligned(row)
    guard consent.isRefusal else { return batch.reject(row, error) }
    guard let id = knownID(row, isAligned: isAligned) else {
      return batch.reject(row, error.with(.withdrawalOfNobody))
    }
    var traits = CustomerTraits()
    traits.consent = consent.flags.filter { $0.value == .withdrawn }
    let at = isAligned ? (try? cells.instant(updatedAt, row)) ?? cells.context.now : cells.context.now
    let flags = traits.consent.isEmpty ? [] : [event(id, .identify(traits), at: at)]
    batch.reject(row, error, but: flags + words(of: id, consent))
  }

  private func knownID(_ row: borrowing CSVReader, isAligned: Bool) -> String? {
    if !isAligned, id != 0 { return nil }
    return try? cells.customer(id, row, phone: phone, email: isAligned ? email : -1)
  }

  private func text(
    _ field: ImportField, _ column: Int, _ row: borrowing CSVReader, _ left: inout [ImportRowError]
  ) -> String? {
    cells.optional(field, column, row, &left) { column, row throws(ImportRowError) in
      try cells.text(column, row)
    }
  }

  /// Columns of their own take precedence over the parts of a full name.
  private func names(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError], _ traits: inout CustomerTraits
  ) {
    if let name = text(.fullName, fullName, row, &left) {
      let parts = FullName(name)
      traits.firstName = .some(parts?.first ?? name)
      if let last = parts?.last { traits.lastName = .some(last) }
    }
    if let value = text(.firstName, firstName, row, &left) { traits.firstName = .some(value) }
    if let value = text(.lastName, lastName, row, &left) { traits.lastName = .some(value) }
  }

  private func birthday(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError], _ isPlaceholder: inout Bool
  ) -> GivenBirthday? {
    do {
      return try birthday(row, &isPlaceholder)
    } catch {
      left.append(error.with(.importedWithout("birthday")))
      return nil
    }
  }

  private func birthday(
    _ row: borrowing CSVReader, _ isPlaceholder: inout Bool
  ) throws(ImportRowError) -> GivenBirthday? {
    guard var text = cells.raw(birthday, row) else { return nil }
    let calendar = try cells.word(.calendar, calendar, row, shown: ["gregorian", "lunar"]) {
      CalendarKind(named: $0)
    }
    let isLeap = try cells.word(.leapMonth, leapMonth, row, shown: ["true", "false"]) { Bool(answer: $0) }
    let original = text
    if cells.isMissing(text, birthday) {
      isPlaceholder = true
      return nil
    }
    text = try cells.day(text, birthday, row) ?? text
    do {
      let given = try GivenBirthday(text, calendar: calendar, isLeapMonth: isLeap)
      try given.check(now: cells.context.now)
      return given
    } catch {
      isPlaceholder = error.standsForNone
      if isPlaceholder { return nil }
      throw cells.error(.birthday(original, error), birthday, row)
    }
  }

  /// Splits tags at `|` if there is one, else at `;` or `；`, else at commas of any kind.
  static func tags(_ text: String) -> [String] {
    let scalars = text.unicodeScalars
    let signs: [[Unicode.Scalar]] = [["|", "\u{FF5C}"], [";", "\u{FF1B}"], [",", "\u{FF0C}", "\u{3001}"]]
    let sign = signs.first { signs in scalars.contains { signs.contains($0) } } ?? []
    return scalars.split { sign.contains($0) }.map { ColumnMapping.trimmed(String($0)) }
      .filter { !$0.showsNothing }
  }
}
