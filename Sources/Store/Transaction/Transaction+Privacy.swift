package import Domain
internal import Platform

extension Transaction {
  /// What to look for in requests that were kept without being processed: the current addresses, and earlier ones from
  /// the messages sent to them.
  func person(_ id: String, _ customer: Customer?) throws -> KeptRequest.Person {
    KeptRequest.Person(id: id, addresses: try customer.map { try addresses(of: $0) } ?? [])
  }

  /// All ids of the person, the given one first.
  func ids(_ id: String, _ customer: Customer?) -> [String] {
    [id] + (customer?.ids ?? []).filter { !$0.hasSameBytes(as: id) }
  }

  private func addresses(of customer: Customer) throws -> [String] {
    let used = try connection.all(
      "SELECT DISTINCT address FROM messages WHERE customer = ?1 AND address <> ''",
      [.integer(customer.key.rawValue)]
    ) { $0.string(0) }
    return [customer.email, customer.phone].compactMap { $0 } + used
  }

  /// Traces that may lead to a person outside the store: all ids and addresses, and the providers' ids of the
  /// messages.
  package func traces(
    ofCustomer id: String
  ) throws -> (ids: [String], addresses: [String], references: [String]) {
    guard let customer = try customer(id: id) else { return ([id], [], []) }
    let references = try connection.all(
      "SELECT provider_reference FROM messages WHERE customer = ?1 AND provider_reference IS NOT NULL",
      [.integer(customer.key.rawValue)]
    ) { $0.string(0) }
    return (ids(id, customer), try addresses(of: customer), references)
  }

  /// Erases everything about a person, who may be given by any id, and suppresses the addresses forever on every
  /// channel, including ids used as addresses. Only anonymous data is left: ledger keys and salted digests of the
  /// addresses.
  ///
  /// - Returns: whether anything was stored about the person.
  package func forget(customerID: String, at: Instant) throws -> Bool {
    // A message that is being decided now must not be written for a customer who no longer exists.
    try markChanged(customerKeys(ids: [customerID]).compactMap(\.self))
    let customer = try customer(id: customerID)
    try Dialect.eraseOnDelete(true, connection.dialect).map { try connection.execute($0) }
    let ids = ids(customerID, customer)
    let setAside = try ids.reduce(0) { count, id in
      try count + forgetKept(about: person(id, customer)) + removeRows(of: .text(id)) { $0.isByShopID }
    }
    let isKnown = customer != nil || setAside > 0
    if isKnown { journal(.forgotten, customers: ids, channel: nil, at: at) }
    if let customer { try forget(customer, at: at) }
    try Dialect.eraseOnDelete(false, connection.dialect).map { try connection.execute($0) }
    return isKnown
  }

  private func forget(_ customer: Customer, at: Instant) throws {
    try suppressForgotten(addresses(of: customer) + customer.ids, at: at)
    try removeRows(of: customer.key)
  }

  /// Removes a customer's rows and further ids. Rows that belong by id stay.
  func removeRows(of customer: CustomerKey) throws {
    try removeRows(of: .integer(customer.rawValue)) { !$0.isByShopID }
    try connection.run("DELETE FROM customers WHERE joined_into = ?1", [.integer(customer.rawValue)])
    try connection.run(
      "INSERT INTO meta (name, value) VALUES ('forgotten', '1') ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)"
    )
  }

  /// - Returns: the number of rows.
  @discardableResult
  private func removeRows(of owner: SQLValue, where isMeant: (PersonalData) -> Bool) throws -> Int {
    try Schema.personalData.reversed().filter(isMeant).compactMap(\.removal).reduce(0) {
      try $0 + connection.run($1, [owner])
    }
  }
}
