internal import Delivery
internal import Domain

/// Learned cycles and retention: work that may be late by an hour.
struct HousekeepingLoop: Sendable {
  private static let interval: Duration = .seconds(3600)

  let part: DaemonPart
  let clock: LoopClock
  /// How long finished data is kept.
  let retention: @Sendable () -> Duration
  /// Learns how long products last, and what follows from it.
  let learn: @Sendable () async throws -> Void
  /// Removes a batch of older data. - Returns: how much was removed; 0 if nothing is left.
  let prune: @Sendable (Instant) async throws -> Int

  func run() async {
    while !Task.isCancelled {
      do {
        part.beat()
        try await learn()
        let limit = clock.now() - retention()
        while !Task.isCancelled {
          part.beat()
          if try await prune(limit) == 0 { break }
        }
        part.worked()
      } catch {
        part.failed(error)
      }
      part.rests(for: Self.interval)
      await clock.sleep(Self.interval)
    }
  }
}
