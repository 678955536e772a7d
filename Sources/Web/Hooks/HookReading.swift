internal import Domain
internal import Platform

/// What a delivery says, in the words of the tracking API, so that it is read, limited and stored by the same rules as
/// every other event.
///
/// Message ids. A platform's own delivery id stands in a header that it does not sign, and the same fact comes under
/// several of them: when a delivery is repeated, and when two topics tell of one change. So an id is made from the
/// platform and what is said, which a repetition says again byte by byte. What must count once however it is told, such
/// as a refund, has an id made from the platform's own id of it.
struct HookReading: Equatable, Sendable {
  let platform: HookPlatform
  /// Members of a batch of the tracking API.
  private(set) var calls: [JSON] = []
  /// Events of orders that do not say whose the orders are.
  private(set) var ownerless: [OrderCall] = []
  /// Reports of products; see `Product.updated(by:)`.
  var products: [Product] = []
  /// Parents whose variants are for sale no longer.
  var removedParents: [String] = []
  /// Ids of customers who are to be forgotten.
  var forgotten: [String] = []
  /// What is not used, and why. Never holds a value of the delivery.
  private(set) var unused: [String] = []
  /// What an operator has to do about it by hand.
  var task: HookTask?

  init(_ platform: HookPlatform) { self.platform = platform }

  mutating func leave(_ reason: String) {
    // Hundreds of lines may have one fault.
    if !unused.contains(where: { $0.hasSameBytes(as: reason) }), unused.count < 20 { unused.append(reason) }
  }

  /// - Parameters:
  ///   - at: as the platform wrote it, in ISO 8601 with an offset; `nil` for the receipt.
  ///   - id: what makes the event unique on this platform; `nil` for all that it says.
  mutating func track(
    _ event: String, of customer: String, at: String?, id: String? = nil, _ properties: JSONObject
  ) {
    add(["type": "track", "event": .string(event)], customer, at, id, ["properties": .object(properties)])
  }

  /// - Parameters:
  ///   - order: whose owner the event belongs to.
  ///   - at: must be given.
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

  /// Gives the events without a customer to those of their orders.
  ///
  /// An event that has overtaken its order, which happens within seconds, is worth asking for again; one of an order that
  /// was made before the shop was connected is not: it would come again for hours, and a platform that hears no for long
  /// holds back everything else.
  ///
  /// - Returns: false when one should be sent again.
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

  /// Tells of an order, and of its cancellation as an event of its own.
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

/// An event of the tracking API that lacks its customer.
struct OrderCall: Equatable, Sendable {
  var orderID: String
  var at: Instant?
  var call: JSONObject
}

/// An order as a platform reports it. Times are as the platform wrote them, in ISO 8601 with an offset.
struct HookOrder {
  /// As the platform's exports have it.
  var id: String
  /// As its exports name a customer.
  var customer: String
  var state: OrderState
  /// Whether this tells that it was made, not that it has changed.
  var isNew = false
  /// Whether it was paid for before it was cancelled, as far as the platform says.
  var isPaid = true
  var placedAt: String?
  var updatedAt: String?
  var cancelledAt: String?
  /// Whether refunds are told one by one.
  var namesRefunds = false
  /// `total`, `currency`, `products` and the like.
  var properties = JSONObject()
}

/// A request of a platform that no program can answer alone.
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
