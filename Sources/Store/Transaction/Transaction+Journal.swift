package import Domain
internal import Platform

/// Writes to the journal, and replays what this store lacks of it.
extension Transaction {
  /// Records a statement about these addresses; every method that changes them must call it.
  func journal(
    _ kind: ConsentJournal.Entry.Kind, _ entries: [(channel: ChannelName, address: String)], at: Instant,
    reason: SuppressionReason? = nil
  ) {
    guard let journal else { return }
    for entry in entries {
      journal.add(
        ConsentJournal.Entry(
          kind, at: at, channel: entry.channel, addresses: [journal.digests.digest(entry.address)],
          reason: reason))
    }
  }

  /// Records what customers said about a channel.
  func journal(_ kind: ConsentJournal.Entry.Kind, customers ids: [String], channel: ChannelName?, at: Instant)
  {
    guard let journal, !ids.isEmpty else { return }
    journal.add(
      ConsentJournal.Entry(kind, at: at, channel: channel, customers: ids.map { journal.digests.digest($0) }))
  }

  /// This store's position in the journal with this id; `nil` if it has never seen it.
  func journalPosition(of id: String) throws -> Int64? {
    if let text = try storedMeta(Self.positionName + ":" + id) { return Int64(text) }
    // Earlier versions had only one journal, so its position has no id.
    guard let parts = try storedMeta(Self.positionName)?.split(separator: " "), parts.count == 2,
      String(parts[0]).hasSameBytes(as: id)
    else { return nil }
    return Int64(parts[1])
  }

  func setJournalPosition(_ position: Int64, of id: String) throws {
    try setMeta(Self.positionName + ":" + id, String(position))
  }

  private static let positionName = "journal_position"

  /// Replays what was said since this store's last entry: withdrawals and suppressions apply by digest, including to
  /// addresses that are not stored (yet), and forgotten people are forgotten again.
  ///
  /// - Returns: how many customers were forgotten or had their consent changed, and how many addresses.
  package func replay(_ journal: ConsentJournal, now: Instant) throws -> JournalReplay? {
    let position = try journalPosition(of: journal.id) ?? 0
    let entries = try journal.entries(after: position)
    guard !entries.isEmpty else { return nil }
    var replay = JournalReplay(entries: entries.count)
    try compareDigests(of: journal.digests.salt)
    replay.addresses = try replayAddresses(entries, journal.digests)
    replay.customers = try replayCustomers(entries, journal.digests, now: now)
    try setJournalPosition(journal.last, of: journal.id)
    return replay
  }

  private func replayAddresses(_ entries: [ConsentJournal.Entry], _ digests: AddressDigests) throws -> Int {
    // The stored addresses, by the digests that entries use for them.
    var named: [ExactText: [String]] = [:]
    if entries.contains(where: { [.granted, .unsuppressed, .withdrawn].contains($0.kind) }) {
      try connection.query("SELECT address FROM suppressions UNION SELECT address FROM grants") { row in
        let address = row.string(0)
        named[digests.digest(address), default: []].append(address)
      }
    }
    var count = 0
    for entry in entries {
      for digest in entry.addresses {
        count += 1
        let channel = entry.channel ?? Self.everyChannel
        switch entry.kind {
        case .withdrawn:
          let grants = try grants(to: ([digest] + (named[digest] ?? [])).map { (channel, $0) })
          if grants.values.allSatisfy({ $0 <= entry.at }) {
            try enter([(channel, digest, .unsubscribed, entry.at)])
          }
        case .suppressed: try enter([(channel, digest, entry.reason ?? .operator, entry.at)])
        case .forgotten: try enter([(Self.everyChannel, digest, .forgotten, entry.at)])
        case .optedIn, .optedOut: break
        case .granted:
          try grant(([digest] + (named[digest] ?? [])).map { (channel, $0, entry.at) })
        case .unsuppressed:
          for address in [digest] + (named[digest] ?? []) {
            try connection.run(
              "DELETE FROM suppressions WHERE (channel = ?1 OR channel = '') AND address = ?2 AND reason <> 'unsubscribed' AND at <= ?3",
              [.text(channel.rawValue), .text(address), entry.at.sql])
          }
        }
      }
    }
    return count
  }

  private func replayCustomers(
    _ entries: [ConsentJournal.Entry], _ digests: AddressDigests, now: Instant
  ) throws -> Int {
    var told: [ExactText: [ConsentJournal.Entry]] = [:]
    for entry in entries { for customer in entry.customers { told[customer, default: []].append(entry) } }
    guard !told.isEmpty else { return 0 }
    var found: [(id: String, entries: [ConsentJournal.Entry])] = []
    try connection.query("SELECT id FROM customers") { row in
      let id = row.string(0)
      if let entries = told[digests.digest(id)] { found.append((id, entries)) }
    }
    // Some people are known only from quarantined work.
    let known = Set(found.lazy.map { ExactText($0.id) })
    for id in try identitiesSetAside() where !known.contains(id) {
      if let entries = told[digests.digest(id.text)] { found.append((id.text, entries)) }
    }
    for (id, entries) in found {
      if entries.contains(where: { $0.kind == .forgotten }) {
        _ = try forget(customerID: id, at: now)
        continue
      }
      guard var customer = try customer(id: id) else { continue }
      let before = customer
      for entry in entries {
        guard let channel = entry.channel else { continue }
        switch entry.kind {
        case .withdrawn: customer.express(.withdrawn, for: channel, at: entry.at)
        case .granted: customer.express(.granted, for: channel, at: entry.at)
        case .optedOut, .optedIn:
          var flag = CustomerTraits()
          flag.consent = [channel: entry.kind == .optedIn ? .granted : .withdrawn]
          customer.apply(flag, at: entry.at) { _ in .utc }
        case .suppressed, .unsuppressed, .forgotten: break
        }
      }
      guard customer != before else { continue }
      try save([customer])
      let changed = customer.consent.filter { before.consent[$0.key] != $0.value }.sorted { $0.key < $1.key }
      try recordConsent(changed.map { (customer.key, $0.key, $0.value) }, at: now, source: "journal")
      for (channel, state) in changed where state == .withdrawn {
        try suppressWaiting(customer: customer.key, channel: channel, at: now)
      }
    }
    return found.count
  }
}

/// What an older copy of a store has replayed from the journal.
package struct JournalReplay: Equatable, Sendable {
  package var entries: Int
  package var customers = 0
  package var addresses = 0
}
