package import Domain
internal import Platform

/// The customers of imported orders.
extension Transaction {
  /// The customers of a sealed sheet, by their numbers in it. Creates new ones, with the addresses in their orders.
  /// Several of the sheet's customers may turn out to be one customer with several ids.
  ///
  /// - Returns: their keys, and events with the addresses of known customers that differ from the stored ones. Apply
  ///   them like identify calls at the time of the order.
  package func enterCustomers(
    of sheet: OrderSheet
  ) throws -> (keys: [CustomerKey], told: [IncomingEvent]) {
    let ids = sheet.customers
    var keys = [CustomerKey?](repeating: nil, count: ids.count)
    let statement = try customerKeyStatement()
    func look(for numbers: [Int]) throws {
      try connection.queryBatch(
        statement, count: numbers.count,
        bind: { index, binder in try ids.withBytes(numbers[index]) { try binder.bind(utf8: $0) } }
      ) { index, row in keys[numbers[index]] = row.customer(0) }
    }
    try look(for: Array(keys.indices))
    let known = sheet.hasContacts ? keys.indices.filter { keys[$0] != nil } : []
    let contacts = sheet.hasContacts ? ToldContact.all(in: sheet) : []
    // With SQLite, inserting and selecting again is twice as fast as INSERT with RETURNING.
    let missing = keys.indices.filter { keys[$0] == nil }
    try connection.runBatch(
      "INSERT INTO customers (id, email, phone, consent, tags, attributes, field_times) VALUES (?1, ?2, ?3, '{}', '[]', '{}', ?4) ON CONFLICT (id) DO NOTHING",
      count: missing.count
    ) { index, binder in
      try ids.withBytes(missing[index]) { try binder.bind(utf8: $0) }
      let contact = contacts.isEmpty ? nil : contacts[missing[index]]
      try binder.bind(contact?.email?.text)
      try binder.bind(contact?.phone?.text)
      try binder.bind(contact?.storedTimes ?? "{}")
    }
    try look(for: missing)
    let found = try keys.map { key in
      guard let key else { throw SQLError(.corrupt, "a customer that was made is not there") }
      return key
    }
    return (found, try untold(contacts, of: known, sheet, found))
  }

  private func untold(
    _ contacts: [ToldContact], of known: [Int], _ sheet: OrderSheet, _ keys: [CustomerKey]
  ) throws -> [IncomingEvent] {
    let asked = contacts.isEmpty ? [] : known.filter { !contacts[$0].isEmpty }
    var events: [IncomingEvent] = []
    try connection.queryBatch(
      "SELECT email, phone FROM customers WHERE key = ?1", count: asked.count,
      bind: { try $1.bind(keys[asked[$0]]) }
    ) { index, row in
      let contact = contacts[asked[index]]
      let id = sheet.customers[asked[index]]
      if let email = contact.email, !Self.isSame(row.optionalString(0), email.text) {
        events.append(told(id, OrderContact(email: email.text), email.at, sheet))
      }
      if let phone = contact.phone, !Self.isSame(row.optionalString(1), phone.text) {
        events.append(told(id, OrderContact(phone: phone.text), phone.at, sheet))
      }
    }
    return events
  }

  private static func isSame(_ stored: String?, _ text: String) -> Bool {
    stored.map { $0.hasSameBytes(as: text) } ?? false
  }

  private func told(
    _ customer: String, _ contact: OrderContact, _ at: Instant, _ sheet: OrderSheet
  ) -> IncomingEvent {
    IncomingEvent(
      customerID: customer,
      event: Event(messageID: customer, name: .customerIdentified, at: at, receivedAt: sheet.receivedAt),
      effect: .identify(contact.traits ?? CustomerTraits()))
  }
}

/// The addresses in the orders of one customer; for each field, the latest order counts.
private struct ToldContact {
  struct Field {
    var text: String
    var at: Instant
  }

  var email: Field?
  var phone: Field?

  var isEmpty: Bool { email == nil && phone == nil }

  /// By the customers' numbers in the sheet.
  static func all(in sheet: OrderSheet) -> [ToldContact] {
    var all = [ToldContact](repeating: ToldContact(), count: sheet.customerCount)
    for row in 0..<sheet.count {
      let told = sheet.contact(of: row)
      if told.isEmpty { continue }
      let (at, customer) = (sheet.time(of: row), sheet.customer(of: row))
      take(told.email, at, &all[customer].email)
      take(told.phone, at, &all[customer].phone)
    }
    return all
  }

  private static func take(_ text: String?, _ at: Instant, _ field: inout Field?) {
    guard let text, field.map({ $0.at <= at }) ?? true else { return }
    field = Field(text: text, at: at)
  }

  /// In the form of the column `field_times`.
  var storedTimes: String {
    var customer = Customer(key: CustomerKey(0), id: "")
    if let email { customer.fieldTimes["email"] = email.at }
    if let phone { customer.fieldTimes["phone"] = phone.at }
    return customer.storedFieldTimes
  }
}
