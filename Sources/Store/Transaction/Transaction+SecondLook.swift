package import Domain
internal import Platform

/// What becomes of claimed messages that a last look at their customers has changed. None of them has been handed over;
/// a claim that was lost changes nothing.
extension Transaction {
  /// Cancels claimed messages that nobody has handed over yet, because the reason for them is gone. A claim that was
  /// lost changes nothing.
  ///
  /// - Returns: those that were cancelled.
  package func cancel(_ claims: [(key: Int64, token: ClaimToken)], at: Instant) throws -> Set<Int64> {
    var cancelled: Set<Int64> = []
    try connection.queryBatch(
      "UPDATE messages SET state = 'cancelled', final_at = ?3, claim_token = NULL, lease_until = NULL WHERE key = ?1 AND state = 'leased' AND claim_token = ?2 RETURNING 1",
      count: claims.count,
      bind: {
        try $1.bind(claims[$0].key)
        try $1.bind(claims[$0].token.bytes)
        try $1.bind(at)
      }
    ) { index, _ in cancelled.insert(claims[index].key) }
    return cancelled
  }

  /// Directs claimed messages to the address that their customer has now, if that may get them: a suppressed address
  /// makes them `suppressed`.
  ///
  /// - Returns: those that may go.
  package func readdress(
    _ claims: [(message: ClaimedMessage, to: String)], at: Instant
  ) throws -> Set<Int64> {
    let suppressed = try suppressions(of: claims.map { ($0.message.channel, $0.to) })
    var refused: [Int] = []
    var allowed: [Int] = []
    for (index, claim) in claims.enumerated() {
      let isMarketing = claim.message.content.purpose == .marketing
      if let reason = suppressed[index], reason != .unsubscribed || isMarketing {
        refused.append(index)
      } else {
        allowed.append(index)
      }
    }
    try connection.runBatch(
      "UPDATE messages SET state = 'suppressed', final_at = ?3, claim_token = NULL, lease_until = NULL, address = ?4, recipient = ?5 WHERE key = ?1 AND state = 'leased' AND claim_token = ?2",
      count: refused.count
    ) { index, binder in
      let claim = claims[refused[index]]
      try binder.bind(claim.message.key)
      try binder.bind(claim.message.token.bytes)
      try binder.bind(at)
      try bindAddress(claim.to, binder)
    }
    var redirected: Set<Int64> = []
    try connection.queryBatch(
      "UPDATE messages SET address = ?3, recipient = ?4 WHERE key = ?1 AND state = 'leased' AND claim_token = ?2 RETURNING 1",
      count: allowed.count,
      bind: { index, binder in
        let claim = claims[allowed[index]]
        try binder.bind(claim.message.key)
        try binder.bind(claim.message.token.bytes)
        try bindAddress(claim.to, binder)
      }
    ) { index, _ in redirected.insert(claims[allowed[index]].message.key) }
    return redirected
  }

  /// Lets claimed messages wait; the attempt is not charged.
  package func putOff(_ claims: [(key: Int64, token: ClaimToken, until: Instant)]) throws {
    try connection.runBatch(
      "UPDATE messages SET state = 'waiting', due_at = ?3, attempt = attempt - 1, claim_token = NULL, lease_until = NULL WHERE key = ?1 AND state = 'leased' AND claim_token = ?2",
      count: claims.count
    ) { index, binder in
      try binder.bind(claims[index].key)
      try binder.bind(claims[index].token.bytes)
      try binder.bind(claims[index].until)
    }
  }

  /// `address`, as addresses are compared, and `recipient`, which is NULL where it is the same.
  private func bindAddress(_ address: String, _ binder: any SQLBinder) throws {
    let folded = Self.folded(address)
    try binder.bind(folded)
    try binder.bind(address == folded ? nil : address)
  }
}
