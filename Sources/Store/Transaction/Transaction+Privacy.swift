package import Domain
internal import Platform

extension Transaction {
  /// What to look for in requests kept unread: the current addresses, and earlier ones from the messages sent
  /// there.
  func person(_ id: String, _ customer: Customer?) throws -> KeptRequest.Person {
    KeptRequest.Person(id: id, addresses: try customer.map { try addresses(of: $0) } ?? [])
  }

  private func addresses(of customer: Customer) throws -> [String] {
    let used = try connection.all(
      "SELECT DISTINCT address FROM messages WHERE customer = ?1 AND address <> ''",
      [.integer(customer.key.rawValue)]
    ) { $0.string(0) }
    return [customer.email, customer.phone].compactMap { $0 } + used
  }

  /// What may lead to a person outside the store: all addresses, and what adapters have called the messages.
  package func traces(ofCustomer id: String) throws -> (addresses: [String], references: [String]) {
    guard let customer = try customer(id: id) else { return ([], []) }
    let references = try connection.all(
      "SELECT provider_reference FROM messages WHERE customer = ?1 AND provider_reference IS NOT NULL",
      [.integer(customer.key.rawValue)]
    ) { $0.string(0) }
    return (try addresses(of: customer), references)
  }

  /// Erases everything about a person and suppresses the addresses, also the id if it is one, forever and on
  /// every channel. Only anonymous data is left: ledger keys and salted digests of the addresses.
  ///
  /// - Returns: whether anything was stored about the person.
  package func forget(customerID: String, at: Instant) throws -> Bool {
    // A message that is being decided now must not be written for a customer who is gone.
    try markChanged(customerKeys(ids: [customerID]).compactMap(\.self))
    let customer = try customer(id: customerID)
    try Dialect.eraseOnDelete(true, connection.dialect).map { try connection.execute($0) }
    let setAside =
      try forgetKept(about: person(customerID, customer))
      + removeRows(of: .text(customerID)) { $0.isByShopID }
    let isKnown = customer != nil || setAside > 0
    if isKnown { journal(.forgotten, customers: [customerID], channel: nil, at: at) }
    if let customer { try forget(customer, at: at) }
    try Dialect.eraseOnDelete(false, connection.dialect).map { try connection.execute($0) }
    return isKnown
  }

  private func forget(_ customer: Customer, at: Instant) throws {
    try suppressForgotten(addresses(of: customer) + [customer.id], at: at)
    try removeRows(of: .integer(customer.key.rawValue)) { !$0.isByShopID }
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
