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
  private var told: [HookCall] = []
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

  /// Calls of a tracking API batch, except those whose customer is still to be found.
  var calls: [JSON] { told.compactMap(\.json) }

  /// The orders whose owners `give` needs.
  var orders: [String] { Set(told.lazy.compactMap(\.order).map { ExactText($0) }).sorted().map(\.text) }

  mutating func leave(_ reason: String) {
    // One mistake may repeat in hundreds of lines.
    if !unused.contains(where: { $0.hasSameBytes(as: reason) }), unused.count < 20 { unused.append(reason) }
  }

  mutating func leaveNameless() { leave("names no customer: neither e-mail address nor phone") }

  // MARK: - Calls

  /// - Parameters:
  ///   - customer: gets the event unless another customer has placed `order`: an order's later reports may name another
  ///     address. `nil` if only the order says who it is.
  ///   - order: the order that it is about; it stays with the customer who is known to have placed it.
  ///   - at: as the platform wrote it, in ISO 8601 with an offset; `nil` for the time of receipt.
  ///   - id: identifies the event on this platform; `nil` for a hash of its content.
  mutating func track(
    _ event: String, of customer: String?, order: String? = nil, at: String?, id: String? = nil,
    _ properties: JSONObject
  ) {
    var told = JSONObject()
    if let order { told["order_id"] = .string(order) }
    for member in properties.members { told[member.key] = member.value }
    add(
      ["type": "track", "event": .string(event)], customer, order: order, at, id,
      ["properties": .object(told)])
  }

  mutating func identify(_ customer: String, at: String?, _ traits: JSONObject) {
    if traits.isEmpty { return }
    add(["type": "identify"], customer, at, nil, ["traits": .object(traits)])
  }

  private mutating func add(
    _ kind: JSONObject, _ customer: String?, order: String? = nil, _ at: String?, _ id: String?,
    _ content: JSONObject
  ) {
    var call = kind
    if let customer { call["userId"] = .string(customer) }
    if let at { call["timestamp"] = .string(at) }
    for member in content.members { call[member.key] = member.value }
    let unique = id ?? "\(SHA256.hash(JSON.object(call).text()))"
    call["messageId"] = .string("\(platform.rawValue):\(unique)")
    told.append(HookCall(order: order, at: at.flatMap { Instant(iso8601: $0) }, call: call))
  }

  /// Gives every event about an order to the order's owner.
  ///
  /// An event that names only an order and arrived before it is worth a retry, since the order follows within
  /// seconds. One of an order from before the shop was connected is not: it would be retried for hours, and a
  /// platform that gets errors for long stops sending.
  ///
  /// - Returns: false if the delivery should be sent again.
  mutating func give(to owners: [ExactText: String], now: Instant) -> Bool {
    for index in told.indices {
      guard let order = told[index].order else { continue }
      if let owner = owners[order] {
        told[index].call["userId"] = .string(owner)
      } else if told[index].json != nil {
        continue
      } else if let at = told[index].at, now - at < Self.patience {
        return false
      } else {
        leave("of an order that is not known here")
      }
    }
    return true
  }

  private static let patience = Duration.seconds(120)

  // MARK: - Orders

  /// Adds the events for an order, with its cancellation and its full refund as separate events.
  mutating func report(_ order: HookOrder) {
    var properties = order.properties
    let cancelledAt = order.cancelledAt ?? (order.state == .cancelled ? order.updatedAt : nil)
    properties["cancelled_at"] = cancelledAt.map { .string($0) }
    properties["updated_at"] = order.updatedAt.map { .string($0) }
    let isPaid = order.state != .unpaid && order.isPaid
    if isPaid, !order.isNew {
      properties["placed_at"] = order.placedAt.map { .string($0) }
      track(
        "Order Updated", of: order.customer, order: order.id, at: order.updatedAt ?? order.placedAt,
        properties)
    } else {
      track(
        isPaid ? "Order Completed" : "Order Pending", of: order.customer, order: order.id, at: order.placedAt,
        properties)
    }
    if let cancelledAt {
      track(
        "Order Cancelled", of: order.customer, order: order.id, at: cancelledAt, id: "cancelled:\(order.id)",
        [:])
    }
    if order.state == .refunded, !order.namesRefunds {
      track(
        "Order Refunded", of: order.customer, order: order.id, at: order.updatedAt,
        id: "refunded:\(order.id)",
        [:])
    }
  }
}

/// A tracking API call.
private struct HookCall: Equatable, Sendable {
  /// The order that it is about.
  var order: String?
  var at: Instant?
  var call: JSONObject

  /// `nil` while its customer is unknown.
  var json: JSON? { call["userId"] == nil ? nil : .object(call) }
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
