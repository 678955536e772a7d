import Domain
import Testing

@testable import Web

/// Payloads in the form of the platforms', and what is read of them.
enum HookSamples {
  static let channels: [ChannelName: AddressKind] = ["email": .email, "sms": .phone]

  static var context: HookContext {
    var decoder = TrackingDecoder(currency: Currency("EUR") ?? .unknown)
    decoder.channels = channels
    return HookContext(decoder, shopURL: "https://tea.example")
  }

  static let received = Instant(iso8601: "2026-03-05T10:00:00Z") ?? .distantPast

  /// The events of a delivery, and what was left out of them.
  static func events(_ reading: HookReading) throws -> [IncomingEvent] {
    let decoded = try context.decoder.decode(
      ["batch": .array(reading.calls)], as: .batch, receivedAt: received)
    #expect(decoded.problems == [])
    return decoded.events
  }

  /// A Shopify order of two lines by `ann@shop.example`, paid when it was placed.
  static func shopifyOrder(_ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
    var order: JSONObject = [
      "id": 5_001, "name": "#1001", "email": "ann@Shop.example", "phone": nil, "test": false,
      "created_at": "2026-03-01T10:00:05-05:00", "processed_at": "2026-03-01T10:00:00-05:00",
      "updated_at": "2026-03-01T10:00:06-05:00", "cancelled_at": nil, "financial_status": "paid",
      "currency": "EUR", "presentment_currency": "USD", "total_price": "27.50",
      "total_price_set": [
        "shop_money": ["amount": "27.50", "currency_code": "EUR"],
        "presentment_money": ["amount": "30.00", "currency_code": "USD"],
      ],
      "total_discounts": "2.00", "total_shipping_price_set": ["shop_money": ["amount": "5.00"]],
      "discount_codes": [["code": "TEA26", "amount": "2.00", "type": "fixed_amount"]],
      "checkout_token": "chk-1", "source_name": "web",
      "line_items": [
        [
          "sku": "longjing-100", "name": "Longjing - 100 g", "quantity": 2, "price": "12.25",
          "price_set": [
            "shop_money": ["amount": "12.25", "currency_code": "EUR"],
            "presentment_money": ["amount": "13.40", "currency_code": "USD"],
          ], "variant_id": 71, "product_id": 7,
        ],
        ["sku": "", "title": "Gift wrap", "quantity": 1, "price": "0.00", "variant_id": 72, "product_id": 8],
      ],
      "refunds": [],
      "billing_address": ["first_name": "Ann", "last_name": "Lee", "phone": "+4915112345678"],
    ]
    change(&order)
    return order
  }

  static func shopifyCustomer(_ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
    var customer: JSONObject = [
      "id": 706, "email": "ann@shop.example", "phone": "+4915112345678", "first_name": "Ann",
      "last_name": "Lee", "created_at": "2026-01-01T09:00:00+01:00",
      "updated_at": "2026-03-02T09:00:00+01:00",
      "tags": "vip, tea", "verified_email": true,
      "email_marketing_consent": [
        "state": "subscribed", "opt_in_level": "single_opt_in",
        "consent_updated_at": "2026-02-01T09:00:00+01:00",
      ],
      "sms_marketing_consent": ["state": "not_subscribed", "consent_updated_at": nil],
    ]
    change(&customer)
    return customer
  }

  static func shopify(_ topic: String, _ body: JSONObject, isTest: Bool = false) -> HookReading {
    ShopifyHook(context: context).read(HookDelivery(topic: topic, isTest: isTest, body: body))
  }
}

extension IncomingEvent {
  /// `order_completed ann@shop.example 2026-03-01T15:00:00Z`.
  var line: String { "\(event.name) \(customerID) \(event.at.iso8601)" }

  var order: Order? {
    guard case .orderPlaced(let order) = effect else { return nil }
    return order
  }

  var identified: CustomerTraits? {
    guard case .identify(let traits) = effect else { return nil }
    return traits
  }
}
