package import Domain
package import Platform

/// Messages of channels that are no longer in use.
extension Transaction {
  /// The channels with queued or waiting messages. One index lookup for each.
  package func channelsWithMessages() throws -> Set<ChannelName> {
    var channels: Set<ChannelName> = []
    for statement in [Self.nextQueuedChannelStatement, Self.nextWaitingChannelStatement] {
      var last = ""
      while let channel = try connection.first(statement, [.text(last)], { $0.string(0) }) {
        channels.insert(ChannelName(channel))
        last = channel
      }
    }
    return channels
  }

  /// Ends up to `limit` queued and waiting messages of a channel so that others can replace them, but none
  /// that may have been delivered.
  package func giveUp(on channel: ChannelName, at: Instant, limit: Int) throws -> [EndedMessage] {
    try connection.all(
      Self.giveUpChannelStatement, [.text(channel.rawValue), at.sql, .integer(Int64(limit))]
    ) { EndedMessage($0) }
  }

  /// Tests assert that these use `messages_ready` and `messages_waiting`.
  package static let nextQueuedChannelStatement = nextChannelStatement(.queued)
  package static let nextWaitingChannelStatement = nextChannelStatement(.waiting)
  package static let giveUpChannelStatement = MessageUpdate.statement(
    .channelRemoved, from: [.queued, .waiting], set: "final_at = ?2", returning: EndedMessage.columns
  ) { states in
    // One part for each partial index.
    let parts = states.map {
      "SELECT key FROM messages WHERE \($0.isState) AND channel = ?1 AND maybe_delivered = 0"
    }
    return "key IN (\(parts.joined(separator: " UNION ALL ")) LIMIT ?3)"
  }

  private static func nextChannelStatement(_ state: MessageState) -> SQLText {
    SQLText(
      "SELECT channel FROM messages WHERE \(state.isState) AND channel > ?1 ORDER BY channel LIMIT 1")
  }
}
