internal import Delivery
internal import Domain

/// Learned cycles and retention: work that may be late by an hour.
struct HousekeepingLoop: Sendable {
  private static let interval: Duration = .seconds(3600)

  let part: DaemonPart
  let clock: LoopClock
  /// How long finished data is kept.
  let retention: @Sendable () -> Duration
  /// How long visitors without an address are kept.
  let visitorRetention: @Sendable () -> Duration
  /// Learns how long products last, and what follows from it.
  let learn: @Sendable () async throws -> Void
  /// Notes figures of the day.
  let note: @Sendable (Instant) async throws -> Void
  /// Removes a batch of older data. - Returns: how much was removed; 0 if nothing is left.
  let prune: @Sendable (Instant) async throws -> Int
  /// Likewise of visitors who were last there before.
  let dropVisitors: @Sendable (Instant) async throws -> Int

  func run() async {
    while !Task.isCancelled {
      do {
        part.beat()
        try await learn()
        try await note(clock.now())
        try await remove(before: clock.now() - retention(), prune)
        try await remove(before: clock.now() - visitorRetention(), dropVisitors)
        part.worked()
      } catch {
        part.failed(error)
      }
      part.rests(for: Self.interval)
      await clock.sleep(Self.interval)
    }
  }

  private func remove(before limit: Instant, _ remove: (Instant) async throws -> Int) async throws {
    while !Task.isCancelled {
      part.beat()
      if try await remove(limit) == 0 { return }
    }
  }
}
