internal import Domain

/// What a commerce event means, beyond its name.
enum CommerceMeaning: Sendable {
  case orderPlaced
  /// Placed but not paid for yet.
  case orderPending
  case orderCancelled, orderRefunded
  case productAdded, productRemoved
  /// A view of the cart, a change of the whole cart, or a checkout: if there are `products`, they replace the
  /// cart.
  case cartShown
  case cartEmptied
  /// If the name does not imply the kind of channel, it is given by `properties.channel`.
  case consent(ConsentState, AddressKind?)
  case plain
}

/// The event names of Segment's e-commerce specification, version 2 (and the older word order of version 1),
/// and this program's own.
enum CommerceVocabulary {
  static func resolve(_ spelled: String) throws(EventProblem) -> (EventName, CommerceMeaning) {
    if let known = bySpelling[spelled] { return known }
    guard let name = EventName(spelled: spelled) else {
      throw EventProblem(
        field: "event",
        reason: "not a name; give 1 to \(EventName.maximumBytes) bytes with a letter or digit in them")
    }
    if let known = byName[name] { return known }
    if let consent = name.consent { return (name, .consent(consent.state, consent.kind)) }
    return (name, .plain)
  }

  private static let byName: [EventName: (EventName, CommerceMeaning)] = {
    let meanings: [EventName: CommerceMeaning] = [
      .orderCompleted: .orderPlaced, "order_updated": .orderPlaced, .orderPending: .orderPending,
      .orderCancelled: .orderCancelled,
      .orderRefunded: .orderRefunded, .productAdded: .productAdded, .productRemoved: .productRemoved,
      .cartViewed: .cartShown, .cartUpdated: .cartShown, .checkoutStarted: .cartShown,
      .cartEmptied: .cartEmptied,
    ]
    var names = Dictionary(uniqueKeysWithValues: meanings.map { ($0.key, ($0.key, $0.value)) })
    let others: [EventName: EventName] = [
      "completed_order": .orderCompleted, "order_placed": .orderCompleted, "pending_order": .orderPending,
      "updated_order": "order_updated",
      "cancelled_order": .orderCancelled, "order_canceled": .orderCancelled, "refunded_order": .orderRefunded,
      "added_product": .productAdded, "removed_product": .productRemoved, "viewed_cart": .cartViewed,
      "cart_cleared": .cartEmptied, "started_checkout": .checkoutStarted,
    ]
    for (other, name) in others { names[other] = names[name] }
    return names
  }()

  /// The spellings used by libraries and documentation, for lookup without normalising.
  private static let bySpelling: [ExactText: (EventName, CommerceMeaning)] = {
    let spellings = [
      "Order Completed", "Order Updated", "Order Pending", "Order Refunded", "Order Cancelled",
      "Product Added",
      "Product Removed", "Cart Viewed", "Checkout Started", "Product Viewed", "Product Clicked",
      "Product List Viewed", "Products Searched", "Checkout Step Viewed", "Checkout Step Completed",
      "Payment Info Entered", "Cart Updated", "Cart Emptied",
    ]
    return Dictionary(
      uniqueKeysWithValues: spellings.compactMap { spelling in
        EventName(spelled: spelling).map { (ExactText(spelling), byName[$0] ?? ($0, .plain)) }
      })
  }()
}
