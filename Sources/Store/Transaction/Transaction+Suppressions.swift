package import Domain
package import Platform

/// Addresses that get nothing, or no marketing. An address may have several reasons, each in its own row:
/// when a bounced address is unsuppressed, its owner may still be unsubscribed.
extension Transaction {
  /// The form in which addresses are compared.
  static func folded(_ address: String) -> String { Inbox.key(address) }

  /// Stands for all channels, present and future.
  static let everyChannel: ChannelName = ""

  /// Stops messages to these addresses, including leased ones that have not been handed over.
  package func suppress(
    _ entries: [(channel: ChannelName, address: String, reason: SuppressionReason)], at: Instant
  ) throws {
    try suppress(entries.map { ($0.channel, $0.address, $0.reason, at) }, now: at)
  }

  /// Likewise, for suppressions that took effect earlier.
  func suppress(
    _ entries: [(channel: ChannelName, address: String, reason: SuppressionReason, at: Instant)], now: Instant
  ) throws {
    let folded = entries.map { ($0.channel, Self.folded($0.address), $0.reason, $0.at) }
    try enter(folded)
    for (channel, address, reason, at) in folded {
      journal(.suppressed, [(channel, address)], at: at, reason: reason)
    }
    try withdrawLeased(folded.map { ($0.0, $0.1) }, isMarketingOnly: false, at: now)
  }

  /// Stops marketing to these addresses, including leased messages that have not been handed over. An address
  /// whose owner has explicitly granted consent later is unchanged.
  ///
  /// - Parameter at: when the customer said so; a later explicit grant overrides it.
  package func unsubscribe(
    _ entries: [(channel: ChannelName, address: String, at: Instant)], now: Instant
  ) throws {
    var folded = entries.map { (channel: $0.channel, address: Self.folded($0.address), at: $0.at) }
    var standing: [(channel: ChannelName, address: String, at: Instant)] = []
    var grants = try grants(to: folded.map { ($0.channel, $0.address) })
    // Entries replayed from a journal name addresses by digest.
    for digests in try entries.isEmpty ? [] : addressDigests() {
      let told = try self.grants(to: folded.map { ($0.channel, digests.digest($0.address)) })
      grants.merge(told) { max($0, $1) }
    }
    for index in folded.indices {
      guard let at = AddressStanding.withdrawal(at: folded[index].at, grantedAt: grants[index], now: now)
      else { continue }
      folded[index].at = at
      standing.append(folded[index])
    }
    try enter(standing.map { ($0.channel, $0.address, .unsubscribed, $0.at) })
    for entry in folded { journal(.withdrawn, [(entry.channel, entry.address)], at: entry.at) }
    try withdrawLeased(standing.map { ($0.channel, $0.address) }, isMarketingOnly: true, at: now)
  }

  /// - Parameter entries: folded addresses, or their digests.
  func enter(
    _ entries: [(channel: ChannelName, address: String, reason: SuppressionReason, at: Instant)]
  ) throws {
    try enter(
      entries,
      "INSERT INTO suppressions (channel, address, reason, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (channel, address, reason) DO UPDATE SET at = excluded.at, source = excluded.source WHERE suppressions.at < excluded.at"
    )
  }

  private func enter(
    _ entries: [(channel: ChannelName, address: String, reason: SuppressionReason, at: Instant)],
    _ statement: SQLText
  ) throws {
    try connection.runBatch(
      statement,
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(entries[index].address)
      try binder.bind(entries[index].reason.rawValue)
      try binder.bind(entries[index].at)
    }
  }

  /// Waiting messages are checked again when they are claimed; leased ones would not be.
  func withdrawLeased(
    _ entries: [(channel: ChannelName, address: String)], isMarketingOnly: Bool, at: Instant
  ) throws {
    try connection.runBatch(Self.withdrawLeasedStatement, count: entries.count) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(entries[index].address)
      try binder.bind(at)
      try binder.bind(isMarketingOnly)
    }
  }

  /// A test asserts that it uses `messages_in_flight`.
  package static let withdrawLeasedStatement = MessageUpdate.statement(
    .suppressed, from: [.leased], set: "final_at = ?3",
    where: "address = ?2 AND (channel = ?1 OR ?1 = '') AND (purpose = 'marketing' OR ?4 = 0)")

  /// Allows marketing to these addresses again if they were unsubscribed before the explicit grant at `at`;
  /// of simultaneous statements the withdrawal counts.
  package func resubscribe(_ entries: [(channel: ChannelName, address: String, at: Instant)]) throws {
    guard !entries.isEmpty else { return }
    let folded = entries.map { (channel: $0.channel, address: Self.folded($0.address), at: $0.at) }
    try grant(folded)
    for entry in folded { journal(.granted, [(entry.channel, entry.address)], at: entry.at) }
    for digests in try addressDigests() {
      try lift(folded.map { ($0.channel, digests.digest($0.address), $0.at) })
    }
  }

  /// Records grants, and lifts the unsubscribes before them.
  ///
  /// - Parameter entries: folded addresses, or their digests.
  func grant(_ entries: [(channel: ChannelName, address: String, at: Instant)]) throws {
    try connection.runBatch(
      "INSERT INTO grants (channel, address, at) VALUES (?1, ?2, ?3) ON CONFLICT (channel, address) DO UPDATE SET at = excluded.at WHERE grants.at < excluded.at",
      count: entries.count
    ) { try Self.bind(entries[$0], to: $1) }
    try lift(entries)
  }

  private func lift(_ entries: [(channel: ChannelName, address: String, at: Instant)]) throws {
    try connection.runBatch(
      "DELETE FROM suppressions WHERE channel = ?1 AND address = ?2 AND reason = 'unsubscribed' AND at < ?3",
      count: entries.count
    ) { try Self.bind(entries[$0], to: $1) }
  }

  private static func bind(
    _ entry: (channel: ChannelName, address: String, at: Instant), to binder: any SQLBinder
  ) throws {
    try binder.bind(entry.channel.rawValue)
    try binder.bind(entry.address)
    try binder.bind(entry.at)
  }

  /// The time of each address's last grant, by position in the list.
  ///
  /// - Parameter entries: folded addresses, or their digests.
  func grants(to entries: [(channel: ChannelName, address: String)]) throws -> [Int: Instant] {
    var found: [Int: Instant] = [:]
    try connection.queryBatch(
      "SELECT at FROM grants WHERE channel = ?1 AND address = ?2", count: entries.count,
      bind: {
        try $1.bind(entries[$0].channel.rawValue)
        try $1.bind(entries[$0].address)
      }
    ) { index, row in found[index] = row.instant(0) }
    return found
  }

  /// Why these channels and addresses are suppressed, by position in the list; addresses of forgotten people
  /// are suppressed on every channel. Of several reasons, one that also stops service messages.
  package func suppressions(
    of entries: [(channel: ChannelName, address: String)]
  ) throws -> [Int: SuppressionReason] {
    var found: [Int: SuppressionReason] = [:]
    let folded = entries.map { Self.folded($0.address) }
    try connection.queryBatch(
      "SELECT reason FROM suppressions WHERE channel = ?1 AND address = ?2", count: entries.count,
      bind: {
        try $1.bind(entries[$0].channel.rawValue)
        try $1.bind(folded[$0])
      }
    ) { index, row in
      let reason = try row.word(0, as: SuppressionReason.self)
      if found[index] == nil || reason != .unsubscribed { found[index] = reason }
    }
    let digests = try addressDigests()
    guard !digests.isEmpty else { return found }
    // Digests of earlier versions cannot be recomputed, so those addresses are also looked up in the earlier form.
    var asked = folded.enumerated().map { (index: $0, address: $1) }
    for (index, entry) in entries.enumerated() {
      let former = Inbox.former(entry.address)
      if !former.hasSameBytes(as: folded[index]) { asked.append((index, former)) }
    }
    // Addresses of forgotten people, on every channel, and those from a journal are stored by digest.
    for digests in digests {
      try connection.queryBatch(
        "SELECT reason FROM suppressions WHERE channel IN ('', ?2) AND address = ?1", count: asked.count,
        bind: {
          try $1.bind(digests.digest(asked[$0].address))
          try $1.bind(entries[asked[$0].index].channel.rawValue)
        }
      ) { position, row in
        let index = asked[position].index
        let reason = try row.word(0, as: SuppressionReason.self)
        if found[index] == nil || reason != .unsubscribed { found[index] = reason }
      }
    }
    return found
  }

  /// Lifts a suppression; for a forgotten person, on all channels. An unsubscribe stays: only the owner can take it
  /// back.
  ///
  /// - Returns: whether anything was lifted.
  package func unsuppress(channel: ChannelName, address: String, at: Instant) throws -> Bool {
    let address = Self.folded(address)
    var lifted = try connection.run(
      "DELETE FROM suppressions WHERE channel = ?1 AND address = ?2 AND reason <> 'unsubscribed'",
      [.text(channel.rawValue), .text(address)])
    for digests in try addressDigests() {
      lifted += try connection.run(
        "DELETE FROM suppressions WHERE channel IN ('', ?2) AND address = ?1 AND reason <> 'unsubscribed'",
        [.text(digests.digest(address)), .text(channel.rawValue)])
    }
    journal(.unsuppressed, [(channel, address)], at: at)
    return lifted > 0
  }

  /// Converts suppressions of earlier versions to the current form of addresses. Call once, at the upgrade.
  /// Digests stay; see `suppressions(of:)`.
  func refoldSuppressions() throws {
    var moved: [(channel: ChannelName, old: String, new: String, reason: SuppressionReason, at: Instant)] = []
    try connection.query("SELECT channel, address, reason, at FROM suppressions WHERE channel <> ''") { row in
      let old = row.string(1)
      let new = Self.folded(old)
      guard !new.hasSameBytes(as: old) else { return }
      let reason = try row.word(2, as: SuppressionReason.self)
      moved.append((ChannelName(row.string(0)), old, new, reason, Instant(milliseconds: row.int64(3))))
    }
    // In the form that the table had at that version.
    try enter(
      moved.map { ($0.channel, $0.new, $0.reason, $0.at) },
      "INSERT INTO suppressions (channel, address, reason, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (channel, address, reason) DO UPDATE SET at = excluded.at WHERE suppressions.at < excluded.at"
    )
    try connection.runBatch(
      "DELETE FROM suppressions WHERE channel = ?1 AND address = ?2",
      rows: moved.map { [.text($0.channel.rawValue), .text($0.old)] })
  }

  /// Removes the domestic leading 0 from numbers as earlier versions stored them: messages to such a number reached
  /// nobody, or a stranger. Call once, at the upgrade.
  func refoldPhones() throws {
    var moved: [[SQLValue]] = []
    try connection.query("SELECT key, phone FROM customers WHERE phone LIKE '+%0%'") { row in
      let phone = row.string(1)
      let canonical = PhoneSyntax.canonical(phone)
      if !canonical.hasSameBytes(as: phone) { moved.append([.text(canonical), .integer(row.int64(0))]) }
    }
    try connection.runBatch("UPDATE customers SET phone = ?1 WHERE key = ?2", rows: moved)
  }

  // MARK: - Forgotten people

  /// Suppresses addresses on every channel, present and future, without storing them: only salted digests
  /// remain. Also stops leased messages to them, whoever they are for, that have not been handed over.
  func suppressForgotten(_ addresses: [String], at: Instant) throws {
    let digests = AddressDigests(salt: try digestSalt())
    let folded = addresses.map { Self.folded($0) }
    try enter(folded.map { (Self.everyChannel, digests.digest($0), .forgotten, at) })
    journal(.forgotten, folded.map { (Self.everyChannel, $0) }, at: at)
    try connection.runBatch(
      "DELETE FROM suppressions WHERE address = ?1", rows: folded.map { [.text($0)] })
    try connection.runBatch("DELETE FROM grants WHERE address = ?1", rows: folded.map { [.text($0)] })
    try withdrawLeased(folded.map { (Self.everyChannel, $0) }, isMarketingOnly: false, at: at)
  }

  static let saltName = "address_salt"
  /// The salts of journals that were created by another store and replayed here.
  private static let otherSaltsName = "journal_salts"

  /// The salt for this store's digests. Once it exists, addresses are compared by digest too.
  private func digestSalt() throws -> String {
    let known = try storedMeta(Self.shopSaltName)
    return try meta(Self.saltName) { known ?? Hex.text(RandomBytes.make(16)) }
  }

  /// From now on, addresses are also compared with digests of this salt.
  func compareDigests(of salt: String) throws {
    let own = try digestSalt()
    let others = try storedMeta(Self.otherSaltsName).map { $0.split(separator: " ").map { String($0) } } ?? []
    guard !([own] + others).contains(where: { $0.hasSameBytes(as: salt) }) else { return }
    try setMeta(Self.otherSaltsName, (others + [salt]).joined(separator: " "))
  }

  /// Empty as long as nobody was ever forgotten: there is nothing to compare with.
  func addressDigests() throws -> [AddressDigests] {
    try connection.all("SELECT value FROM meta WHERE name IN ('address_salt', 'journal_salts') ORDER BY name")
    {
      $0.string(0)
    }.flatMap { $0.split(separator: " ").map { AddressDigests(salt: String($0)) } }
  }
}
