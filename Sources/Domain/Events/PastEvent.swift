/// An event that a decision looks at.
package struct PastEvent: Equatable, Sendable {
  package var name: EventName
  package var at: Instant
  /// Of the order it names; `nil` for none.
  package var orderID: String?

  package init(name: EventName, at: Instant, orderID: String? = nil) {
    self.name = name
    self.at = at
    self.orderID = orderID
  }
}
