internal import Domain
internal import Platform

/// Whether a channel has accepted a message since its last failure that may be the channel's fault. This
/// distinguishes a refused message from a refused channel; it is stored here to survive restarts and reloads
/// and to be shared by all daemons. Nothing is written while nothing fails.
extension Transaction {
  /// The start of the attempt that was accepted after the last failure; the distant past if there was none or
  /// none failed.
  func passedAt(channel: ChannelName) throws -> Instant {
    try connection.integer("SELECT passed_at FROM channels WHERE name = ?1", [.text(channel.rawValue)])
      .map { Instant(milliseconds: $0) } ?? .distantPast
  }

  func markChannels(_ results: [AttemptResult]) throws {
    var failedAt: [ChannelName: Instant] = [:]
    var passedAt: [ChannelName: Instant] = [:]
    for result in results {
      if result.mayConcernChannel {
        failedAt[result.channel] = max(failedAt[result.channel] ?? result.endedAt, result.endedAt)
      } else if result.outcome == .accepted {
        passedAt[result.channel] = max(passedAt[result.channel] ?? result.begunAt, result.begunAt)
      }
    }
    for (channel, at) in failedAt.sorted(by: { $0.key < $1.key }) {
      try connection.run(
        "INSERT INTO channels (name, faulted_at, passed_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET faulted_at = excluded.faulted_at WHERE channels.faulted_at < excluded.faulted_at",
        [.text(channel.rawValue), at.sql, Instant.distantPast.sql])
    }
    for (channel, at) in passedAt.sorted(by: { $0.key < $1.key }) {
      let isAsked = try connection.first(
        "SELECT 1 FROM channels WHERE name = ?1 AND faulted_at >= passed_at AND faulted_at <= ?2",
        [.text(channel.rawValue), at.sql]
      ) { _ in true }
      guard isAsked == true else { continue }
      try connection.run(
        "UPDATE channels SET passed_at = ?2 WHERE name = ?1 AND passed_at < ?2",
        [.text(channel.rawValue), at.sql])
    }
  }
}
