internal import Delivery
internal import Domain
internal import Platform

/// Re-plans what a reload or an import has changed, a batch at a time, and sleeps when there is nothing to
/// re-plan. Plans nothing while the clock is doubted.
struct ReplanningLoop: Sendable {
  let part: DaemonPart
  let clock: LoopClock
  let trusted: TrustedClock
  let wake: WakeUp
  /// Catches up on what a reload could not write.
  let followLate: @Sendable () async throws -> Void
  /// Plans one batch. - Returns: whether there may be more.
  let step: @Sendable (Instant) async throws -> Bool
  /// Learns how long products last. - Returns: whether anything must be re-planned.
  let learn: @Sendable () async throws -> Bool
  /// Called when something was re-planned and nothing is left to re-plan.
  let planned: @Sendable () async throws -> Void

  func run() async {
    while !Task.isCancelled { await rest(await work()) }
  }

  /// - Returns: how long there is nothing to do.
  private func work() async -> Duration {
    part.beat()
    if trusted.isDoubted { return .seconds(1) }
    do {
      try await followLate()
      if try await planEverything() { try await planned() }
      part.worked()
      return .seconds(300)
    } catch {
      part.failed(error)
      return .seconds(5)
    }
  }

  /// - Returns: whether anything was planned.
  private func planEverything() async throws -> Bool {
    var worked = false
    var learned = false
    repeat {
      while !Task.isCancelled, !trusted.isDoubted {
        part.beat()
        guard try await step(clock.now()) else { break }
        worked = true
      }
      // An import or a changed file may have brought the first orders to learn from.
      learned = false
      if worked, !Task.isCancelled {
        part.beat()
        learned = try await learn()
      }
    } while learned
    return worked
  }

  private func rest(_ pause: Duration) async {
    part.rests(for: pause)
    await wake.sleep(atMost: pause, by: clock.sleep)
  }
}
