extension IncomingEvent {
  /// What of it takes back consent, and nothing else; `nil` when nothing does.
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

  /// The customer's own word that takes back consent, without flags beside it; `nil` when it is none.
  package var unsubscription: IncomingEvent? {
    guard case .consent(_, .withdrawn) = effect else { return nil }
    var rest = self
    rest.traits = nil
    return rest
  }
}

extension CustomerTraits {
  /// The flags that take back consent, alone; `nil` when there are none.
  package var withdrawals: CustomerTraits? {
    var kept = CustomerTraits()
    kept.consent = consent.filter { $0.value == .withdrawn }
    return kept.consent.isEmpty ? nil : kept
  }
}
