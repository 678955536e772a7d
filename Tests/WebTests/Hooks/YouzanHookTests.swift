import Domain
import Platform
import Testing

@testable import Web

struct YouzanHookTests {
  private static var hook: YouzanHook {
    var decoder = TrackingDecoder(currency: Currency("CNY") ?? .unknown)
    decoder.callingCode = CallingCode("86")
    return YouzanHook(context: HookContext(decoder, shopURL: nil))
  }

  private static func read(_ type: String, _ message: JSON, isTest: Bool = false) throws -> HookReading {
    let body: JSONObject = [
      "type": .string(type), "id": "E20260301", "msg_id": "m-1", "version": 1, "test": .bool(isTest),
      "msg": message.objectValue == nil ? message : .string(PercentEncoding.encode(message.text())),
    ]
    let request = HTTPRequest(
      head: HTTPRequestHead(method: .post, path: "/v1/hooks/youzan"),
      body: Array(JSON.object(body).text().utf8))
    return try hook.read(hook.delivery(request, limits: JSONLimits()).get())
  }

  private static func order(
    status: String = "TRADE_PAID", phone: String = "13812345678", paid: String? = "2026-03-01 10:01:00"
  ) -> JSON {
    [
      "full_order_info": [
        "order_info": [
          "tid": "E20260301", "status": .string(status), "created": "2026-03-01 10:00:00",
          "update_time": "2026-03-01 10:01:02", "pay_time": paid.map { .string($0) } ?? .null,
        ],
        "pay_info": ["payment": "128.00", "total_fee": "118.00", "post_fee": "10.00"],
        "buyer_info": ["buyer_phone": .string(phone), "yz_open_id": "yz-1"],
        "orders": [
          ["outer_sku_id": "longjing-100", "title": "龙井 100 克", "num": 1, "price": "118.00", "sku_id": 3],
          ["outer_sku_id": "", "item_id": 9, "sku_id": 0, "num": "2", "price": "0.00"],
        ],
      ]
    ]
  }

  @Test func `a paid order has the export's number, the buyer's phone and Beijing's time`() throws {
    let reading = try Self.read("trade_TradePaid", Self.order())
    let decoded = try Self.hook.context.decoder.decode(
      ["batch": .array(reading.calls)], as: .batch, receivedAt: HookSamples.received)
    #expect(
      decoded.events.map(\.line) == [
        "customer_identified +8613812345678 2026-03-01T02:00:00Z",
        "order_completed +8613812345678 2026-03-01T02:00:00Z",
      ])
    #expect(
      decoded.events.last?.order
        == Order(
          id: "E20260301", placedAt: Instant(iso8601: "2026-03-01T02:00:00Z"),
          total: Money(minorUnits: 12800, currency: try #require(Currency("CNY"))),
          lines: [
            OrderLine(sku: "longjing-100", name: "龙井 100 克", quantity: 1, price: 11800),
            OrderLine(sku: "9", quantity: 2, price: 0),
          ], toldAt: Instant(iso8601: "2026-03-01T02:01:02Z"), details: OrderDetails(shipping: 1000),
          receivedAt: HookSamples.received))
  }

  @Test(
    arguments: [
      ("WAIT_BUYER_PAY", "Order Pending"), ("WAIT_SELLER_SEND_GOODS", "Order Completed"),
      ("TRADE_SUCCESS", "Order Completed"),
    ])
  func `whether it counts depends on the state`(_ status: String, _ event: String) throws {
    let reading = try Self.read("trade_TradeCreate", Self.order(status: status))
    #expect(reading.calls.last?["event"]?.stringValue == event)
  }

  @Test func `with an encrypted phone the buyer is identified by yz_open_id`() throws {
    let reading = try Self.read("trade_TradePaid", Self.order(phone: "$eTS8t8hAECdXKgNtV6DIfw==$1$"))
    #expect(reading.calls.map { $0["userId"]?.stringValue } == ["yz-1"])
    #expect(reading.unused == ["buyer_phone: encrypted or missing; the customer is known by yz_open_id"])
  }

  @Test(
    arguments: [
      ("trade_TradeSellerShip", "Order Shipped", "shipped:E20260301"),
      ("trade_TradeSuccess", "Order Delivered", "delivered:E20260301"),
      ("trade_TradeClose", "Order Cancelled", "cancelled:E20260301"),
      ("trade_refund_RefundSuccess", "Order Refunded", "refund:R1"),
      ("youzan_trade_RefundSuccess", "Order Refunded", "refund:R1"),
    ])
  func `a message with an order's number belongs to the order's owner`(
    _ type: String, _ event: String, _ id: String
  ) throws {
    let message: JSON = [
      "tid": "E20260301", "update_time": "2026-03-05 17:59:00", "refund_id": "R1", "refunded_fee": "20.00",
    ]
    let told = try Self.read(type, message)
    #expect(told.calls.isEmpty && told.orders == ["E20260301"])
    var known = told
    let isKnown = known.give(to: ["E20260301": "+8613812345678"], now: HookSamples.received)
    #expect(isKnown)
    #expect(known.calls.map { $0["event"]?.stringValue } == [event])
    #expect(known.calls.map { $0["userId"]?.stringValue } == ["+8613812345678"])
    #expect(known.calls.map { $0["messageId"]?.stringValue } == ["youzan:\(id)"])
    // A minute after it happened the order may be on its way.
    var early = told
    let isEarly = early.give(to: [:], now: HookSamples.received)
    #expect(!isEarly)
    var late = told
    let isLate = late.give(to: [:], now: HookSamples.received + .minutes(5))
    #expect(isLate && late.calls.isEmpty && late.unused == ["of an order that is not known here"])
  }

  @Test(
    arguments: [
      ("trade_TradePaid", [:], "is no order"), ("trade_TradeClose", ["tid": "E1"], "is no order"),
      ("trade_refund_SysRefund", ["tid": "E1"], "is no refund"),
      ("SCRM_CUSTOMER_EVENT", ["mobile": "$x==$1$"], "mobile: encrypted or missing"),
      ("ITEM_INFO", [:], "does not tell what the catalogue needs; import products from a file"),
      ("POINTS", [:], "a message that Reprise has no use for"),
    ] as [(String, JSON, String)])
  func `what is not used is reported`(_ type: String, _ message: JSON, _ reason: String) throws {
    let reading = try Self.read(type, message)
    #expect(reading.unused == [reason])
    #expect(reading.calls.isEmpty && reading.orders.isEmpty)
  }

  @Test func `a customer is identified by a phone in plain digits, and a test message does nothing`() throws {
    let reading = try Self.read("SCRM_CUSTOMER_EVENT", ["mobile": "13812345678", "name": "安"])
    #expect(reading.calls.map { $0["userId"]?.stringValue } == ["+8613812345678"])
    #expect(try Self.read("trade_TradePaid", Self.order(), isTest: true).calls.isEmpty)
    #expect(throws: HookFault.self) { try Self.read("trade_TradePaid", "%7B") }
  }
}
