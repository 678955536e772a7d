internal import Domain
internal import Platform

/// 有赞's push messages: https://doc.youzanyun.com/resource/doc/3032 and those for trades and customers.
///
/// A message contains `msg`, a JSON object, or one as percent-encoded text. Times are in Beijing. Orders get
/// the number of the exports (`tid`), customers their phone number, if the message has it in plain digits.
/// Most apps get it encrypted (`$...$1$`); then the customer's id is youzan's `yz_open_id`.
///
/// Many messages name only an order; its owner is looked up.
struct YouzanHook: HookDialect {
  let context: HookContext

  func delivery(_ request: HTTPRequest, limits: JSONLimits) -> Result<HookDelivery, HookFault> {
    HookDelivery.read(request, topic: "Event-Type", limits: limits).flatMap { delivery in
      var found = HookDelivery(topic: delivery.body.text("type") ?? delivery.topic, body: [:])
      found.isTest = delivery.body["test"]?.boolValue == true
      switch delivery.body["msg"] {
      case .object(let message)?: found.body = message
      case .string(let text)?:
        guard let plain = PercentEncoding.decode(text.replacing("+", with: "%20")),
          case .object(let message)? = try? JSON.parse(plain, limits: limits)
        else { return .failure(HookFault(reason: "msg: no percent-encoded JSON object")) }
        found.body = message
      default: break
      }
      return .success(found)
    }
  }

  func read(_ delivery: HookDelivery) -> HookReading {
    var reading = HookReading(.youzan)
    guard !delivery.isTest else {
      reading.leave("a test message: its signature is right")
      return reading
    }
    let body = delivery.body
    switch delivery.topic.lowercased() {
    case "trade_tradecreate", "trade_tradepaid", "trade_tradebuyerpay": order(body, &reading)
    case "trade_tradesellership": shipped(body, "Order Shipped", "shipped", &reading)
    case "trade_tradesuccess": shipped(body, "Order Delivered", "delivered", &reading)
    case "trade_tradeclose": closed(body, &reading)
    case "trade_refund_refundsuccess", "trade_refund_refundselleragree", "trade_refund_sysrefund",
      "youzan_trade_refundsuccess":
      refund(body, &reading)
    case "scrm_customer_event": customer(body, &reading)
    case "trade_tradepartlysellership":
      reading.leave("a part of an order; trade_TradeSellerShip tells of all")
    case "item_info", "item_state", "item_sku_info", "youzan_item_skustockchanged":
      reading.leave("does not tell what the catalogue needs; import products from a file")
    case "": reading.leave("has no type")
    default: reading.leave("a message that Reprise has no use for")
    }
    return reading
  }

  // MARK: - Orders

  private func order(_ message: JSONObject, _ reading: inout HookReading) {
    guard let full = message.object("full_order_info"), let info = full.object("order_info"),
      let id = info.text("tid")
    else { return reading.leave("is no order") }
    let buyer = full.object("buyer_info")
    let phone = context.phone(buyer?["buyer_phone"])
    guard let customer = phone ?? buyer?.id("yz_open_id") else {
      return reading.leave("names no customer: neither a phone in plain digits nor yz_open_id")
    }
    if phone == nil {
      reading.leave("buyer_phone: encrypted or missing; the customer is known by yz_open_id")
    }
    guard let state = Self.state(info) else { return reading.leave("status: a word that is not known") }
    let pay = full.object("pay_info")
    let lines = context.lines(full.objects("orders"), &reading)
    let madeAt = Self.time(info, "created")
    if let phone { reading.identify(customer, at: madeAt, ["phone": .string(phone)]) }
    var report = HookOrder(id: id, customer: customer, state: state, isNew: true)
    report.isPaid = state != .cancelled || info.text("pay_time") != nil
    report.placedAt = madeAt
    report.updatedAt = Self.time(info, "update_time")
    // Refunds have their own messages.
    report.namesRefunds = true
    report.properties = [
      "currency": "CNY",
      "products": .array(lines.compactMap { line($0) }),
    ]
    report.properties["total"] = pay?["payment"]
    report.properties["shipping"] = pay?["post_fee"]
    reading.report(report)
  }

  /// No single field says whether it is paid: an order may wait for its group or for the shop.
  private static func state(_ info: JSONObject) -> OrderState? {
    switch info.text("status") {
    case "WAIT_BUYER_PAY"?: .unpaid
    case "TRADE_PAID"?, "WAIT_CONFIRM"?, "WAIT_SELLER_SEND_GOODS"?, "WAIT_BUYER_CONFIRM_GOODS"?,
      "TRADE_SUCCESS"?:
      .placed
    case "TRADE_CLOSED"?: .cancelled
    default: nil
    }
  }

  private func line(_ line: JSONObject) -> JSON? {
    let number = line["num"]?.integerValue ?? line.text("num").flatMap { Int64($0) }
    let own = line.text("outer_sku_id") ?? line.text("sku_no") ?? line.text("outer_item_id")
    guard let sku = own ?? line.id("sku_id").flatMap({ $0 == "0" ? nil : $0 }) ?? line.id("item_id"),
      let number, number > 0
    else { return nil }
    var product: JSONObject = ["sku": .string(sku), "quantity": .integer(number)]
    product.add("name", line.text("title"))
    product["price"] = line["price"]
    return .object(product)
  }

  private func shipped(
    _ message: JSONObject, _ event: String, _ word: String, _ reading: inout HookReading
  ) {
    let info = message["full_order_info"]?["order_info"]?.objectValue
    guard let order = message.text("tid") ?? info?.text("tid"),
      let at = Self.time(message, "update_time") ?? info.flatMap({ Self.time($0, "update_time") })
    else { return reading.leave("is no order") }
    reading.track(event, of: nil, order: order, at: at, id: "\(word):\(order)", [:])
  }

  /// The order was cancelled, not paid in time, or fully refunded; refunds have their own messages.
  private func closed(_ message: JSONObject, _ reading: inout HookReading) {
    guard let order = message.text("tid"), let at = Self.time(message, "update_time") else {
      return reading.leave("is no order")
    }
    reading.track("Order Cancelled", of: nil, order: order, at: at, id: "cancelled:\(order)", [:])
  }

  private func refund(_ message: JSONObject, _ reading: inout HookReading) {
    guard let order = message.text("tid"), let id = message.id("refund_id"),
      let at = Self.time(message, "update_time")
    else { return reading.leave("is no refund") }
    let currency = Currency("CNY") ?? context.decoder.currency
    guard let amount = context.units(message["refunded_fee"], currency) else {
      return reading.leave("refunded_fee: an amount that cannot be read")
    }
    reading.track(
      "Order Refunded", of: nil, order: order, at: at, id: "refund:\(id)",
      [
        "refund_id": .string(id), "total": HookContext.amount(amount, currency),
        "currency": .string(currency.code),
      ])
  }

  // MARK: - Customers

  private func customer(_ message: JSONObject, _ reading: inout HookReading) {
    guard message["is_log_off"]?.boolValue != true else {
      return reading.leave("a customer who has left youzan; to forget one: reprise forget CUSTOMER")
    }
    guard let phone = context.phone(message["mobile"]) else {
      return reading.leave("mobile: encrypted or missing")
    }
    var traits: JSONObject = ["phone": .string(phone)]
    traits.add("name", message.text("name"))
    reading.identify(
      phone, at: Self.time(message, "updated_at") ?? Self.time(message, "created_at"), traits)
  }

  /// `2026-03-01 10:00:00` in Beijing, which has no daylight saving time.
  private static func time(_ object: JSONObject, _ key: String) -> String? {
    guard let text = object.text(key), text.utf8.count == 19 else { return nil }
    let time = text.replacing(" ", with: "T") + "+08:00"
    return Instant(iso8601: time) == nil ? nil : time
  }
}
