package import Domain

/// The effects of the change on messages decided before it.
extension CustomerChange {
  /// Whether the reason or address of a message may have changed, apart from plans.
  package var concernsMessages: Bool {
    isMoved || zoneBefore != nil || !changedOrders.isEmpty || !changedCarts.isEmpty || !removedCarts.isEmpty
  }

  /// The opening that the customer's messages wait for in the former zone; `nil` if the zone is unchanged or
  /// it is not quiet there. Whatever waits for this opening must be decided again.
  package func opening(inFormerZone program: Program) -> Instant? {
    guard let zone = zoneBefore, case .closed(let opening) = program.window(inZone: zone, at: now) else {
      return nil
    }
    return opening
  }
}
