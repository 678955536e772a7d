package import Domain
internal import Platform

extension Transaction {
  /// The customers known by these ids, in order; `nil` for an unknown id.
  package func customers(ids: [String]) throws -> [Customer?] {
    if ids.isEmpty { return [] }
    var found = [Customer?](repeating: nil, count: ids.count)
    try connection.queryBatch(
      customerByIDStatement(), count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in found[index] = try Customer(row) }
    return found
  }

  package func customer(id: String) throws -> Customer? { try customers(ids: [id])[0] }

  /// Creates customers with only their ids. Existing ones are unchanged.
  ///
  /// - Returns: all of them in order, as stored.
  package func createCustomers(ids: [String]) throws -> [Customer] {
    var created = zip(ids, try addCustomers(ids: ids)).map { id, key in key.map { Customer(key: $0, id: id) }
    }
    let known = created.indices.filter { created[$0] == nil }
    for (index, customer) in zip(known, try customers(ids: known.map { ids[$0] })) {
      created[index] = customer
    }
    return try created.map { customer in
      guard let customer else { throw SQLError(.corrupt, "a customer that was made is not there") }
      return customer
    }
  }

  /// The customers' shop ids; missing for customers who are gone.
  package func customerIDs(of keys: [CustomerKey]) throws -> [CustomerKey: String] {
    var ids: [CustomerKey: String] = [:]
    try connection.queryBatch(
      "SELECT id FROM customers WHERE key = ?1", count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { index, row in ids[keys[index]] = row.string(0) }
    return ids
  }

  package func save(_ customers: [Customer]) throws {
    try connection.runBatch(Self.saveCustomerStatement, count: customers.count) { index, binder in
      let customer = customers[index]
      try binder.bind(customer.key)
      for column in Customer.Column.changing { try customer.bind(column, to: binder) }
    }
  }

  private static let saveCustomerStatement = SQLText(
    constant:
      "UPDATE customers SET \(SQL.assign(Customer.Column.changing.names, from: 2)) WHERE key = ?1")

  /// Adds to the evidence of consent; `source` names its origin: `identify`, `import`, `unsubscribe_link`.
  ///
  /// - Parameters:
  ///   - source: `nil` if the caller stores the evidence itself.
  ///   - words: the customers' own statements, with their times. The journal records them as such; the other changes
  ///     are flags, which later ones override.
  package func recordConsent(
    _ changes: [(customer: CustomerKey, channel: ChannelName, state: ConsentState)],
    words: [(customer: CustomerKey, channel: ChannelName, state: ConsentState, at: Instant)] = [],
    at: Instant,
    source: String?
  ) throws {
    try connection.runBatch(
      "INSERT INTO consents (customer, channel, state, at, source) VALUES (?1, ?2, ?3, ?4, ?5)",
      count: source == nil ? 0 : changes.count
    ) { index, binder in
      try binder.bind(changes[index].customer)
      try binder.bind(changes[index].channel.rawValue)
      try binder.bind(changes[index].state.rawValue)
      try binder.bind(at)
      try binder.bind(source)
    }
    guard journal != nil, !changes.isEmpty || !words.isEmpty else { return }
    let ids = try customerIDs(of: changes.map(\.customer) + words.map(\.customer))
    for word in words {
      guard let id = ids[word.customer] else { continue }
      // A copy of the store from before they were joined has one customer per name.
      let all = word.state == .granted ? [id] : try [id] + names(of: word.customer)
      journal(
        word.state == .granted ? .granted : .withdrawn, customers: all, channel: word.channel, at: word.at)
    }
    // Statements from a file need no journal: they return when the file is imported again.
    guard let source, source != Self.importSource else { return }
    var last: [CustomerKey: [ChannelName: ConsentState]] = [:]
    for change in changes { last[change.customer, default: [:]][change.channel] = change.state }
    for word in words where last[word.customer]?[word.channel] == word.state {
      last[word.customer]?[word.channel] = nil
    }
    for change in changes {
      guard let id = ids[change.customer],
        let state = last[change.customer]?.removeValue(forKey: change.channel)
      else { continue }
      journal(state == .granted ? .optedIn : .optedOut, customers: [id], channel: change.channel, at: at)
    }
  }

  /// The origin of consent from an API call.
  package static let identifySource = "identify"

  /// The origin of consent taken over from another customer who turned out to be the same person.
  package static let joiningSource = "joined"

  /// The origin of consent from an imported file.
  package static let importSource = "import"

  /// The next customers by number, for going through all of them in batches.
  package func customerKeys(after key: CustomerKey, limit: Int) throws -> [CustomerKey] {
    try connection.all(
      "SELECT key FROM customers WHERE key > ?1 AND joined_into IS NULL ORDER BY key LIMIT ?2",
      [.integer(key.rawValue), .integer(Int64(limit))]
    ) { $0.customer(0) }
  }

  /// The number of customers, without visitors who have no address and without further names of customers.
  package func customerCount() throws -> Int {
    let rows = Int(try connection.integer("SELECT count(*) FROM customers") ?? 0)
    return try rows - visitorCount() - nameCount()
  }
}
