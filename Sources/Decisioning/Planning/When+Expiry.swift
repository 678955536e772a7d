import Domain

extension When {
  /// How late a step may be when the file does not say `expires_after`: how long the reason for the message
  /// lasts.
  ///
  /// | kind | default | why |
  /// |---|---|---|
  /// | `event` | 3 days | longer than a weekend's outage; a welcome after that is odd |
  /// | `cart_idle` | 24 hours | the cart is still on the customer's mind; later, prices and stock have
  /// changed |
  /// | `runs_out` | 7 days | the product is about to run out or just did; later it was bought elsewhere |
  /// | `anniversary` | to the end of the day itself | before it, a greeting is still right; after it, it is
  /// late |
  /// | `lapsed` | 14 days | against a silence of months two weeks do not matter |
  package var defaultExpiry: Duration {
    switch self {
    case .event: .days(3)
    case .cartIdle: .hours(24)
    case .runsOut: .days(7)
    case .anniversary(let rule): rule.before + .days(1) - .minutes(Int64(rule.at.minuteOfDay))
    case .lapsed: .days(14)
    }
  }
}
