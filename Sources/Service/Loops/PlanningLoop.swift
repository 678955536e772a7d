internal import Delivery
internal import Domain
internal import Platform

/// Decides what is due, then sleeps until something is; intake and operators wake it. Decides nothing while
/// the clock is doubted.
struct PlanningLoop: Sendable {
  let part: DaemonPart
  let clock: LoopClock
  let trusted: TrustedClock
  let wake: WakeUp
  /// Acts on changes of the machine's clock; called before each tick.
  let heed: @Sendable () async throws -> Void
  /// Decides what is due at an instant. - Returns: when the next is due; `nil` if nothing is planned.
  let tick: @Sendable (Instant) async throws -> Instant?

  func run() async {
    while !Task.isCancelled { await rest(await work()) }
  }

  /// - Returns: how long there is nothing to do.
  private func work() async -> Duration {
    part.beat()
    do { try await heed() } catch { part.failed(error) }
    if let doubt = trusted.doubt { return min(doubt.left, .seconds(1)) }
    do {
      let next = try await tick(clock.now())
      part.worked()
      let pause = next.map { $0 - clock.now() } ?? .seconds(15)
      return min(max(pause, .milliseconds(5)), .seconds(15))
    } catch {
      part.failed(error)
      return .seconds(5)
    }
  }

  private func rest(_ pause: Duration) async {
    part.rests(for: pause)
    await wake.sleep(atMost: pause, by: clock.sleep)
  }
}
