package import Domain
internal import Platform

/// Suppressions moved from one system to another.
extension Transaction {
  /// Suppresses or unsubscribes these addresses by the same rules as at run time: of the same reason the latest time
  /// counts, and an unsubscribe from before an explicit grant has no effect. An entry without a time counts from `now`,
  /// unless it is already stored.
  ///
  /// - Returns: how many were already stored, and changed nothing.
  package func take(_ told: [ToldSuppression], now: Instant) throws -> Int {
    let known = try self.known(told)
    let new = told.indices.filter { !known.contains($0) }.map { told[$0] }
    guard !new.isEmpty else { return known.count }
    for salt in Set(new.flatMap(\.salts).map { ExactText($0) }) { try compareDigests(of: salt.text) }
    func at(_ entry: ToldSuppression) -> Instant { min(entry.at ?? now, now) }
    try enter(new.filter { !$0.salts.isEmpty }.map { ($0.channel, $0.address, $0.reason, at($0)) })
    let plain = new.filter(\.salts.isEmpty)
    try unsubscribe(
      plain.filter { $0.reason == .unsubscribed }.map { ($0.channel, $0.address, at($0)) }, now: now)
    try suppressForgotten(plain.filter { $0.reason == .forgotten }.map(\.address), at: now)
    try suppress(
      plain.filter { $0.reason != .unsubscribed && $0.reason != .forgotten }
        .map { ($0.channel, $0.address, $0.reason, at($0)) }, now: now)
    try connection.runBatch(
      "UPDATE suppressions SET source = ?4 WHERE channel = ?1 AND address = ?2 AND reason = ?3 AND at >= ?5",
      count: new.count
    ) { index, binder in
      try Self.bindKey(new[index], to: binder)
      try binder.bind(new[index].source)
      try binder.bind(at(new[index]))
    }
    return known.count
  }

  /// How many of these are already stored, so that taking them changes nothing.
  package func knownCount(of told: [ToldSuppression]) throws -> Int { try known(told).count }

  /// The positions of entries that are stored with the same or a later time.
  private func known(_ told: [ToldSuppression]) throws -> Set<Int> {
    var known: Set<Int> = []
    try connection.queryBatch(
      "SELECT at FROM suppressions WHERE channel = ?1 AND address = ?2 AND reason = ?3", count: told.count,
      bind: { try Self.bindKey(told[$0], to: $1) }
    ) { index, row in
      if row.instant(0) >= told[index].at ?? .distantPast { known.insert(index) }
    }
    return known
  }

  private static func bindKey(_ told: ToldSuppression, to binder: any SQLBinder) throws {
    try binder.bind(told.channel.rawValue)
    try binder.bind(told.salts.isEmpty ? folded(told.address) : told.address)
    try binder.bind(told.reason.rawValue)
  }

  // MARK: - Export

  package func suppressionCount() throws -> Int64 {
    try connection.integer("SELECT count(*) FROM suppressions") ?? 0
  }

  /// All suppressions in the form for another store, sorted by channel, address and reason.
  package func forEachSuppression(_ body: (ToldSuppression) throws -> Void) throws {
    let salts = try addressDigests().map(\.salt)
    try forEachRow(
      of: "SELECT channel, address, reason, source, at FROM suppressions ORDER BY channel, address, reason",
      [],
      cursor: "suppressions"
    ) { row in
      let address = row.string(1)
      try body(
        ToldSuppression(
          channel: ChannelName(row.string(0)), address: address,
          reason: try row.word(2, as: SuppressionReason.self), at: row.instant(4), source: row.string(3),
          salts: WrittenDigest.isDigest(address) ? salts : []))
    }
  }
}
