internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  func pause(_ request: PauseRequest) async throws -> PauseAnswer {
    let now = now()
    try await steer(request.trigger) { try $0.setPaused(now, trigger: request.trigger) }
    // New claims see the pause; earlier ones are released and checked again.
    try await store.write { try $0.takeBack(of: request.trigger) }
    log.notice("trigger_paused", ["trigger": request.trigger.rawValue])
    changed()
    return PauseAnswer(trigger: request.trigger, isPaused: true)
  }

  func resume(_ request: ResumeRequest) async throws -> PauseAnswer {
    let id = request.trigger
    let now = now()
    try await steer(id) { tx in
      guard try tx.setPaused(nil, trigger: id) else { return false }
      // Steps that the pause deferred are decided again at once.
      try tx.setReplanAfter(CustomerKey(0), of: id)
      try tx.bringForward(waitingFor: id, until: now + Decider.pauseInterval, now: now)
      return true
    }
    log.notice("trigger_resumed", ["trigger": id.rawValue])
    changed()
    return PauseAnswer(trigger: id, isPaused: false)
  }

  /// - Parameter write: returns whether the store knows the trigger.
  private func steer(
    _ trigger: TriggerID, _ write: @escaping @Sendable (Transaction) throws -> Bool
  ) async throws {
    guard try await store.write(write) else { throw unknown(trigger) }
    try await shop.readTriggers(in: store)
  }
}
