package import Domain

/// What the change means for messages that were decided before it.
extension CustomerChange {
  /// Whether the reason or the address of a message may have changed, plans apart.
  package var concernsMessages: Bool {
    isMoved || zoneBefore != nil || !changedOrders.isEmpty || !changedCarts.isEmpty || !removedCarts.isEmpty
  }

  /// The opening that the customer's messages wait for in the zone they had before; `nil` when the zone is the same or
  /// it is not quiet there. What waits for this opening has to be asked again.
  package func opening(inFormerZone program: Program) -> Instant? {
    guard let zone = zoneBefore, case .closed(let opening) = program.window(inZone: zone, at: now) else {
      return nil
    }
    return opening
  }
}
