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

  package init(_ event: Event) {
    self.init(name: event.name, at: event.at, orderID: Self.orderID(in: event.properties))
  }

  /// The order that an event's properties name as `order_id` or `orderId`, a text or a whole number; `nil` for none.
  package static func orderID(in properties: Record) -> String? {
    for name in ["order_id", "orderId"] {
      switch properties[name] {
      case .string(let id): return id
      case .integer(let id): return String(id)
      default: continue
      }
    }
    return nil
  }
}
