extension IncomingEvent {
  /// The part of it that withdraws consent, and nothing else; `nil` if there is none.
  ///
  /// An event may be refused for many reasons, but a withdrawal in it is never lost.
  package var withdrawal: IncomingEvent? {
    var rest = self
    rest.traits = traits?.withdrawals
    switch effect {
    case .consent(_, .withdrawn): return rest
    case .identify(let traits):
      if let withdrawals = traits.withdrawals {
        rest.effect = .identify(withdrawals)
        return rest
      }
    default: break
    }
    rest.effect = .none
    return rest.traits == nil ? nil : rest
  }

  /// The customer's own withdrawal, without other flags; `nil` if this is none.
  package var unsubscription: IncomingEvent? {
    guard case .consent(_, .withdrawn) = effect else { return nil }
    var rest = self
    rest.traits = nil
    return rest
  }
}

extension CustomerTraits {
  /// The withdrawing flags alone; `nil` if there are none.
  package var withdrawals: CustomerTraits? {
    var kept = CustomerTraits()
    kept.consent = consent.filter { $0.value == .withdrawn }
    return kept.consent.isEmpty ? nil : kept
  }
}
