package import Domain
internal import Platform

extension Transaction {
  /// Settles what time alone has settled: messages past their expiry that nobody claimed, and claims whose lease ran
  /// out. A leased message goes back to the queue unharmed; one that was handed over is ambiguous.
  package func sweepOutbox(now: Instant) throws {
    try connection.run(
      "UPDATE messages SET state = 'expired', final_at = ?1 WHERE state IN ('queued', 'waiting') AND expires_at <= ?1",
      [now.sql])
    try connection.run(
      """
      UPDATE messages SET maybe_delivered = CASE state WHEN 'handoff' THEN 1 ELSE maybe_delivered END,
        attempt = CASE state WHEN 'leased' THEN attempt - 1 ELSE attempt END,
        state = CASE state WHEN 'leased' THEN 'queued' ELSE 'ambiguous' END, claim_token = NULL, lease_until = NULL
      WHERE state IN ('leased', 'handoff') AND lease_until < ?1
      """, [now.sql])
  }
}
