internal import Decisioning
internal import Domain
internal import Platform
internal import Store

extension StoreOutbox {
  private static let strandedAtOnce = 500

  /// Ends messages of removed channels and reopens their steps. Nobody claims from such a channel, so nothing
  /// else would notice that the configuration asks for another message.
  func giveUpStranded(now: Instant) async throws {
    let channels = try await store.read { try $0.channelsWithMessages() }
    for channel in channels.sorted() where Clearance.Ending.stranded(on: channel, shop.current.program) != nil
    {
      var ended = 0
      var part: [EndedMessage] = []
      repeat {
        part = try await giveUpPart(of: channel, now)
        ended += part.count
        await care.acquit(part.lazy.map(\.key), in: store)
      } while part.count >= Self.strandedAtOnce
      if ended > 0 {
        log.notice("channel_removed", ["channel": channel.rawValue, "messages": ended])
        reopened()
      }
    }
  }

  private func giveUpPart(
    of channel: ChannelName, _ now: Instant
  ) async throws -> [EndedMessage] {
    let live = shop
    return try await store.write { tx in
      let program = live.current.program
      // The channel may be back.
      guard let ending = Clearance.Ending.stranded(on: channel, program) else { return [] }
      let ended = try tx.giveUp(on: channel, at: now, limit: Self.strandedAtOnce)
      let keys = ended.map(\.key)
      let reopened = try Fallback.reopen(keys, outdated: Set(keys), program, tx, now: now)
      try tx.record(
        ended.filter { $0.enrollment != 0 }.map { message in
          StoredDecision(
            ending: message, by: ending.decision, isReopened: reopened.contains(message.key), at: now
          )
        })
      return ended
    }
  }
}
