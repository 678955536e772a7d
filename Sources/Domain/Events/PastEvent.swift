/// An event as seen by decisions.
package struct PastEvent: Equatable, Sendable {
  package var name: EventName
  package var at: Instant
  /// The order it names; `nil` if none.
  package var orderID: String?

  package init(name: EventName, at: Instant, orderID: String? = nil) {
    self.name = name
    self.at = at
    self.orderID = orderID
  }

  package init(_ event: Event) {
    self.init(name: event.name, at: event.at, orderID: Self.orderID(in: event.properties))
  }

  /// The names of the property with an order's id, the likelier first.
  package static let orderNames = ["order_id", "orderId"]

  /// The order named in an event's properties as `order_id` or `orderId`, a text or a whole number; `nil` if
  /// none.
  package static func orderID(in properties: Record) -> String? {
    for name in orderNames {
      switch properties[name] {
      case .string(let id): return id
      case .integer(let id): return String(id)
      default: continue
      }
    }
    return nil
  }
}
