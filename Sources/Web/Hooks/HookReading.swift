internal import Domain
internal import Platform

/// What a delivery says, translated to the tracking API, so that the same rules read, limit and store it.
///
/// Message ids: the platform's own delivery id is in a header that it does not sign, and one fact may come
/// under several of them, on a retry or from two topics. So the id is a hash of the content, which a retry
/// repeats byte for byte. Facts that must count once however they are reported, such as refunds, use the
/// platform's id of the fact.
struct HookReading: Equatable, Sendable {
  let platform: HookPlatform
  /// Calls of a tracking API batch.
  private(set) var calls: [JSON] = []
  /// Order events that do not name their customer.
  private(set) var ownerless: [OrderCall] = []
  /// Product reports; see `Product.updated(by:)`.
  var products: [Product] = []
  /// Parents whose variants are no longer for sale.
  var removedParents: [String] = []
  /// Ids of the customers to forget.
  var forgotten: [String] = []
  /// What was not used, and why. Never contains a value from the delivery.
  private(set) var unused: [String] = []
  /// What an operator must do by hand.
  var task: HookTask?

  init(_ platform: HookPlatform) { self.platform = platform }

  mutating func leave(_ reason: String) {
    // One mistake may repeat in hundreds of lines.
    if !unused.contains(where: { $0.hasSameBytes(as: reason) }), unused.count < 20 { unused.append(reason) }
  }

  mutating func leaveNameless() { leave("names no customer: neither e-mail address nor phone") }

  /// - Parameters:
  ///   - at: as the platform wrote it, in ISO 8601 with an offset; `nil` for the time of receipt.
  ///   - id: identifies the event on this platform; `nil` for a hash of its content.
  mutating func track(
    _ event: String, of customer: String, at: String?, id: String? = nil, _ properties: JSONObject
  ) {
    add(["type": "track", "event": .string(event)], customer, at, id, ["properties": .object(properties)])
  }

  /// - Parameters:
  ///   - order: the event goes to this order's owner.
  ///   - at: in ISO 8601 with an offset.
  mutating func track(
    _ event: String, ofOrder order: String, at: String, id: String, _ properties: JSONObject
  ) {
    var told: JSONObject = ["order_id": .string(order)]
    for member in properties.members { told[member.key] = member.value }
    let call: JSONObject = [
      "type": "track", "event": .string(event), "timestamp": .string(at), "properties": .object(told),
      "messageId": .string("\(platform.rawValue):\(id)"),
    ]
    ownerless.append(OrderCall(orderID: order, at: Instant(iso8601: at), call: call))
  }

  /// Assigns the events without a customer to the owners of their orders.
  ///
  /// An event that arrived before its order is worth a retry, since the order follows within seconds. One of
  /// an order from before the shop was connected is not: it would be retried for hours, and a platform that
  /// gets errors for long stops sending.
  ///
  /// - Returns: false if the delivery should be sent again.
  mutating func give(to owners: [ExactText: String], now: Instant) -> Bool {
    for call in ownerless {
      if let owner = owners[call.orderID] {
        var told = call.call
        told["userId"] = .string(owner)
        calls.append(.object(told))
      } else if let at = call.at, now - at < Self.patience {
        return false
      } else {
        leave("of an order that is not known here")
      }
    }
    ownerless = []
    return true
  }

  private static let patience = Duration.seconds(120)

  mutating func identify(_ customer: String, at: String?, _ traits: JSONObject) {
    if traits.isEmpty { return }
    add(["type": "identify"], customer, at, nil, ["traits": .object(traits)])
  }

  private mutating func add(
    _ kind: JSONObject, _ customer: String, _ at: String?, _ id: String?, _ content: JSONObject
  ) {
    var call = kind
    call["userId"] = .string(customer)
    if let at { call["timestamp"] = .string(at) }
    for member in content.members { call[member.key] = member.value }
    let unique = id ?? "\(SHA256.hash(JSON.object(call).text()))"
    call["messageId"] = .string("\(platform.rawValue):\(unique)")
    calls.append(.object(call))
  }

  /// Adds the events for an order, with its cancellation and its full refund as separate events.
  mutating func report(_ order: HookOrder) {
    var properties: JSONObject = ["order_id": .string(order.id)]
    for member in order.properties.members { properties[member.key] = member.value }
    let cancelledAt = order.cancelledAt ?? (order.state == .cancelled ? order.updatedAt : nil)
    properties["cancelled_at"] = cancelledAt.map { .string($0) }
    properties["updated_at"] = order.updatedAt.map { .string($0) }
    let isPaid = order.state != .unpaid && order.isPaid
    if isPaid, !order.isNew {
      properties["placed_at"] = order.placedAt.map { .string($0) }
      track("Order Updated", of: order.customer, at: order.updatedAt ?? order.placedAt, properties)
    } else {
      track(isPaid ? "Order Completed" : "Order Pending", of: order.customer, at: order.placedAt, properties)
    }
    let id: JSONObject = ["order_id": .string(order.id)]
    if let cancelledAt {
      track("Order Cancelled", of: order.customer, at: cancelledAt, id: "cancelled:\(order.id)", id)
    }
    if order.state == .refunded, !order.namesRefunds {
      track("Order Refunded", of: order.customer, at: order.updatedAt, id: "refunded:\(order.id)", id)
    }
  }
}

/// A tracking API event without its customer.
struct OrderCall: Equatable, Sendable {
  var orderID: String
  var at: Instant?
  var call: JSONObject
}

/// An order as a platform reports it. Times are unparsed, in ISO 8601 with an offset.
struct HookOrder {
  /// As in the platform's exports.
  var id: String
  /// The customer's id, as in its exports.
  var customer: String
  var state: OrderState
  /// Whether the order was just created, rather than changed.
  var isNew = false
  /// Whether it was paid before it was cancelled, as far as the platform says.
  var isPaid = true
  var placedAt: String?
  var updatedAt: String?
  var cancelledAt: String?
  /// Whether refunds come as separate events.
  var namesRefunds = false
  /// `total`, `currency`, `products` and other fields of the order.
  var properties = JSONObject()
}

/// A request from a platform that an operator must handle.
enum HookTask: String, Sendable {
  case dataRequest = "data_request"
  case shopRedact = "shop_redact"

  var advice: String {
    switch self {
    case .dataRequest:
      "a customer has asked for their data; the platform's mail says who: reprise export CUSTOMER"
    case .shopRedact:
      "the shop has left the platform, which asks that its customers be forgotten: reprise forget CUSTOMER"
    }
  }
}
