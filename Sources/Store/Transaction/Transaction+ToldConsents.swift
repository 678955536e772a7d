internal import Domain
internal import Platform

/// Imports and exports consent.
extension Transaction {
  /// The shop ids of the customers with these addresses. Scans all customers, so call it in a reader, not the
  /// writer.
  package func customerIDs(
    at addresses: some Sequence<ToldConsent.Address>
  ) throws -> [ToldConsent.Address: [String]] {
    var wanted = WantedAddresses(addresses)
    guard !wanted.isEmpty else { return [:] }
    try forEachRow(of: "SELECT id, email, phone FROM customers", [], cursor: "addresses") {
      wanted.look(at: $0)
    }
    return wanted.found
  }

  /// Adds evidence of consent that is not stored yet.
  ///
  /// - Returns: the positions of what was already stored.
  package func record(_ evidence: [ConsentEvidence]) throws -> Set<Int> {
    var known: Set<Int> = []
    try connection.runBatch(
      """
      INSERT INTO consents (customer, channel, state, at, source)
      SELECT CAST(?1 AS BIGINT), ?2, ?3, CAST(?4 AS BIGINT), ?5 WHERE NOT EXISTS (
        SELECT 1 FROM consents WHERE customer = ?1 AND channel = ?2 AND state = ?3 AND source = ?5
          AND (at = ?4 OR ?6 = 0))
      """, count: evidence.count,
      bind: { index, binder in
        try binder.bind(evidence[index].customer)
        try binder.bind(evidence[index].channel.rawValue)
        try binder.bind(evidence[index].state.rawValue)
        try binder.bind(evidence[index].at)
        try binder.bind(evidence[index].source)
        try binder.bind(evidence[index].isDated)
      }, row: nil
    ) { index, changed in if changed == 0 { known.insert(index) } }
    return known
  }

  // MARK: - Exporting

  /// Passes all statements of consent that still have an effect to `body`, ordered by customer.
  package func forEachConsent(_ body: (ToldConsent) throws -> Void) throws {
    var last = CustomerKey(0)
    while true {
      let keys = try customerKeys(after: last, limit: 500)
      guard let next = keys.last else { return }
      last = next
      var evidence:
        [CustomerKey: [(channel: ChannelName, state: ConsentState, at: Instant, source: String)]] =
          [:]
      try connection.queryBatch(
        "SELECT channel, state, at, source FROM consents WHERE customer = ?1 ORDER BY key", count: keys.count,
        bind: { try $1.bind(keys[$0]) }
      ) { index, row in
        evidence[keys[index], default: []].append(
          (ChannelName(row.string(0)), try row.word(1, as: ConsentState.self), row.instant(2), row.string(3)))
      }
      for customer in try customers(keys: keys).compactMap(\.self) {
        let statements = customer.consentStatements
        for statement in statements {
          let own = (evidence[customer.key] ?? []).filter {
            $0.channel == statement.channel && $0.state == statement.state
          }.map { (at: $0.at, source: $0.source) }
          let others = statements.filter { $0.state == statement.state && $0.channel == statement.channel }
          try body(
            ToldConsent(
              customer: customer.id, channels: [statement.channel], state: statement.state,
              isFlag: statement.isFlag, at: statement.at,
              source: Self.source(of: statement, among: others, own) ?? "reprise"))
        }
      }
    }
  }

  /// The origin of a statement: that of the evidence with the statement's own time; for a flag without such evidence,
  /// that of the evidence recorded when the flag arrived. `nil` without evidence.
  ///
  /// - Parameters:
  ///   - statements: all statements with the same state on the channel.
  ///   - evidence: the evidence for these statements.
  private static func source(
    of statement: Customer.ConsentStatement, among statements: [Customer.ConsentStatement],
    _ evidence: [(at: Instant, source: String)]
  ) -> String? {
    if let exact = evidence.last(where: { $0.at == statement.at }) { return exact.source }
    // An undated statement from a list: its evidence has another time, and there is one per source.
    guard statement.isFlag, let at = statement.at, at > Customer.undatedGrant else {
      return evidence.last?.source
    }
    let others = statements.filter { $0 != statement }.compactMap(\.at)
    var left = evidence.filter { !others.contains($0.at) }
    let arrived = left.filter { [identifySource, importSource].contains($0.source) }
    if !arrived.isEmpty { left = arrived }
    return (left.filter { $0.at >= at }.min { $0.at < $1.at } ?? left.last)?.source
  }
}
