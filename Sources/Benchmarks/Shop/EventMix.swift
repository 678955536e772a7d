internal import Domain
internal import Platform

/// The events of a shop's pages, as bodies of the Segment tracking API and as the resulting rows.
enum EventMix: CaseIterable {
  /// Product views: stored, with no further effect.
  case views
  /// Half views, four tenths additions to carts, a tenth orders: planning for every second event.
  case shopping

  var title: String {
    switch self {
    case .views: "views"
    case .shopping: "carts and orders"
    }
  }

  /// In percent of the bare loop that inserts the events.
  var bar: Double {
    switch self {
    case .views: 45
    case .shopping: 40
    }
  }

  /// Each customer does eight things before the next one follows.
  private func customer(_ number: Int) -> String { Stock.customerID(number / 8) }

  private func event(_ number: Int) -> (name: String, properties: String) {
    let line = Stock.line(number / 3)
    let product =
      #""product_id":"\#(line.sku)","name":"\#(line.name ?? "")","price":\#((line.price ?? 0) / 100),"quantity":\#(line.quantity)"#
    let view = ("Product Viewed", #"{\#(product),"url":"https://tea.example/p/\#(line.sku)"}"#)
    switch (self, number % 10) {
    case (.views, _), (.shopping, 0..<5): return view
    case (.shopping, 5..<9): return ("Product Added", #"{"cart_id":"cart-\#(number / 8)",\#(product)}"#)
    case (.shopping, _):
      return (
        "Order Completed",
        #"{"order_id":"sent-\#(number)","total":\#((line.price ?? 0) / 100 * Int64(line.quantity)),"currency":"CNY","products":[{\#(product)}]}"#
      )
    }
  }

  func bodies(_ count: Int, batchSize: Int) -> [[UInt8]] {
    let at = ShopFloor.noon.iso8601
    return stride(from: 0, to: count, by: batchSize).map { start in
      var text = #"{"batch":["#
      for number in start..<min(start + batchSize, count) {
        let event = event(number)
        if number > start { text += "," }
        text +=
          #"{"type":"track","messageId":"message-\#(number)","userId":"\#(customer(number))","event":"\#(event.name)","timestamp":"\#(at)","properties":\#(event.properties)}"#
      }
      return Array((text + #"],"sentAt":"\#(at)"}"#).utf8)
    }
  }

  func rows(_ count: Int) -> [BareInsertLoop.Row] {
    (0..<count).map { number in
      let event = event(number)
      return BareInsertLoop.Row(
        messageID: "message-\(number)", customer: Int64(number / 8 + 1), name: event.name,
        at: ShopFloor.noon.milliseconds, properties: event.properties)
    }
  }
}
