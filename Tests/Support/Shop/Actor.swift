import Decisioning
package import Domain

/// A customer who does things, now or at an earlier time that becomes known only now.
package struct Actor {
  let script: Script
  let id: String

  private func time(_ text: String?) -> Instant {
    text.map { script.program.brand.zone.instant($0) } ?? script.now
  }

  /// - Parameters:
  ///   - items: `"tea x2"` or `"tea"`; every piece costs 50.00 CNY.
  ///   - at: when it was placed; `nil` means now.
  @discardableResult
  package func completesOrder(
    _ order: String, _ items: String..., cart: String? = nil, at: String? = nil
  ) -> Actor {
    let lines = (items.isEmpty ? ["tea"] : items).map(OrderLine.init(script:))
    let total = lines.reduce(0) { $0 + ($1.price ?? 0) * Int64($1.quantity) }
    let placed = Order(
      id: order, placedAt: time(at), total: .cny(total), lines: lines, cartID: cart, receivedAt: script.now)
    script.receive(.orderPlaced(placed), name: .orderCompleted, at: time(at), id: "placed \(order)", from: id)
    return self
  }

  @discardableResult
  package func cancelsOrder(_ order: String, at: String? = nil) -> Actor {
    script.receive(
      .orderCancelled(orderID: order), name: .orderCancelled, at: time(at), id: "cancelled \(order)", from: id
    )
    return self
  }

  /// The whole order, `items` of it, or `amount` in minor units.
  @discardableResult
  package func returnsOrder(_ order: String, _ items: String..., amount: Int64? = nil) -> Actor {
    let lines = items.map(OrderLine.init(script:))
    script.receive(
      .orderRefunded(
        orderID: order, amount: amount.map(Money.cny),
        returned: lines.map { ReturnedLine(sku: $0.sku, quantity: $0.quantity) }), name: .orderRefunded,
      at: script.now,
      id: "refunded \(order) \(script.now.milliseconds)", from: id)
    return self
  }

  @discardableResult
  package func adds(_ item: String, cart: String = "default", at: String? = nil) -> Actor {
    changes(cart, .add(OrderLine(script: item)), .productAdded, "add \(item)", at)
  }

  @discardableResult
  package func removes(_ sku: String, cart: String = "default", at: String? = nil) -> Actor {
    changes(cart, .remove(sku: sku, quantity: nil), .productRemoved, "remove \(sku)", at)
  }

  @discardableResult
  package func empties(cart: String = "default", at: String? = nil) -> Actor {
    changes(cart, .clear, .cartEmptied, "clear", at)
  }

  @discardableResult
  package func looksAt(cart: String = "default", at: String? = nil) -> Actor {
    changes(cart, .touch, .cartViewed, "view", at)
  }

  private func changes(
    _ cart: String, _ kind: CartChange.Kind, _ name: EventName, _ word: String, _ at: String?
  ) -> Actor {
    script.receive(
      .cartChanged(cartID: cart, url: "https://tea.example/cart", change: kind), name: name, at: time(at),
      id: "\(word) \(cart) \(time(at).milliseconds)", from: id)
    return self
  }

  /// An event of the shop's own.
  @discardableResult
  package func does(
    _ name: EventName, _ properties: Record = Record(), id messageID: String? = nil, at: String? = nil
  )
    -> Actor
  {
    script.receive(
      Event(
        messageID: messageID ?? "\(name) \(time(at).milliseconds)", name: name, at: time(at),
        receivedAt: script.now, properties: properties), from: id)
    return self
  }

  /// An identify call that changes fields.
  @discardableResult
  package func becomes(_ change: (inout Customer) -> Void) -> Actor {
    guard let before = script.states[id]?.customer else { return self }
    var after = before
    change(&after)
    script.receive(
      .identify(CustomerTraits(from: before, to: after)), name: .customerIdentified, at: script.now,
      id: "identify \(id) \(script.nextNumber())", from: id)
    return self
  }
}

extension OrderLine {
  package init(script item: String) {
    let parts = item.split(separator: " ")
    let quantity = parts.count > 1 ? Int(parts[1].dropFirst()) ?? 1 : 1
    self.init(sku: String(parts[0]), name: String(parts[0]), quantity: quantity, price: 5000)
  }
}

extension Money {
  package static func cny(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: .cny) }
}

extension Currency {
  package static var cny: Currency {
    guard let currency = Currency("CNY") else { fatalError("CNY is a currency") }
    return currency
  }
}
