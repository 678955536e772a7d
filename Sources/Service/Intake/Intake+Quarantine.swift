internal import Domain
internal import Platform
internal import Store

extension Intake {
  /// Takes events while some are suspected or quarantined: the latter are refused, and if any of the former
  /// are among them, each is taken alone, so that the next trap identifies the cause.
  ///
  /// - Parameter take: takes a part of them, and gets whether it is the last.
  func takeCarefully(
    _ events: [IncomingEvent], by take: ([IncomingEvent], Bool) async throws -> IntakeReceipt
  ) async throws -> IntakeReceipt {
    var receipt = IntakeReceipt()
    let held = events.indices.filter { quarantine.holds(.event, events[$0].event.messageID) }
    receipt.refusals = held.map { IntakeRefusal(position: $0, reason: .quarantined) }
    memory.count(receipt.refusals)
    let excluded = Set(held)
    let places = events.indices.filter { !excluded.contains($0) }
    let isSuspicious = places.contains { quarantine.suspects(.event, events[$0].event.messageID) }
    let parts = isSuspicious ? places.map { [$0] } : [places]
    for (number, part) in parts.enumerated() {
      let taken = try await take(part.map { events[$0] }, number == parts.count - 1)
      receipt.add(taken, of: part)
    }
    let done = quarantine.acquitted(places.map { WorkItem(.event, events[$0].event.messageID) })
    await quarantine.acquit(done, in: store)
    return receipt
  }
}
