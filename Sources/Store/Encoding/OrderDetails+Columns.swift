internal import Domain
internal import Platform

extension OrderDetails {
  /// `[discount, shipping, store, [coupon, ...]]`, with null for values the shop did not give.
  var stored: String {
    var writer = JSONWriter(reserving: 64)
    writer.array { writer in
      writer.value(discount)
      if let shipping { writer.value(shipping) } else { writer.null() }
      if let store { writer.value(store) } else { writer.null() }
      writer.array { writer in for coupon in coupons { writer.value(coupon) } }
    }
    return writer.text
  }

  init(stored json: JSON) {
    self.init(
      discount: json[0]?.integerValue ?? 0, shipping: json[1]?.integerValue,
      coupons: json[3]?.arrayValue?.compactMap(\.stringValue) ?? [], store: json[2]?.stringValue)
  }

  /// The same with named fields, for a customer's export.
  var told: JSON {
    [
      "discount": .integer(discount), "shipping": shipping.map { .integer($0) } ?? .null,
      "coupons": .array(coupons.map { .string($0) }), "store": store.map { .string($0) } ?? .null,
    ]
  }
}
