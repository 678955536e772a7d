internal import Delivery
internal import Domain

/// Learned cycles and retention: what may be late by an hour.
struct HousekeepingLoop: Sendable {
  private static let interval: Duration = .seconds(3600)

  let part: DaemonPart
  let clock: LoopClock
  /// How long what is over is kept.
  let retention: @Sendable () -> Duration
  /// Learns how long products last, and sees to what follows from it.
  let learn: @Sendable () async throws -> Void
  /// Removes a batch of what is older. - Returns: how much it removed; 0 when nothing is left.
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
