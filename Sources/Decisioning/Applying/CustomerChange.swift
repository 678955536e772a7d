package import Domain

/// Applies events to a customer's state, and records what has changed. There is no other way to do so.
///
/// A value without I/O: intake writes the changes to the store, a simulation keeps the state.
package struct CustomerChange: Sendable {
  package internal(set) var state: CustomerState
  let now: Instant
  /// What the events applied by `PlanningRules` touch.
  var touched = StateParts()
  /// What is counted anew.
  package internal(set) var changedTallies: Set<TallyID> = []
  /// Segments whose memberships are to be stored.
  package internal(set) var changedMemberships: Set<SegmentID> = []
  let membershipsBefore: [SegmentID: Membership]
  /// What the customer has entered and left, first by time alone.
  package internal(set) var membershipChanges: [MembershipChange] = []
  /// Whether a field of the customer has changed.
  package internal(set) var customerChanged = false
  /// Ids of new or changed orders.
  package internal(set) var changedOrders: Set<ExactText> = []
  /// Ids of new or changed carts.
  package internal(set) var changedCarts: Set<ExactText> = []
  /// Ids of carts removed because the customer had too many.
  package private(set) var removedCarts: [String] = []
  /// Every new value of a channel's consent, in the order they were set.
  package private(set) var consentChanges: [(channel: ChannelName, state: ConsentState)] = []
  /// Whether a new address or new consent may make the customer reachable on another channel.
  package internal(set) var isReachedAnew = false
  /// The zone before its first change; `nil` if it has not changed.
  private(set) var zoneBefore: String??
  /// Whether an address has changed or was removed.
  var isMoved = false
  /// Channels with an explicit grant, as opposed to a field among others, and its time.
  var explicitGrants: [(channel: ChannelName, at: Instant)] = []
  /// Channels that the customer explicitly unsubscribed from.
  var unsubscribed: Set<ChannelName> = []
  /// Message ids of events with more attributes or consents than one customer may have; the excess was
  /// dropped.
  package internal(set) var cutShort: Set<ExactText> = []
  /// Ids of all orders, once there are many.
  var orderIDs: Set<ExactText>?

  /// - Parameter state: must have the orders, carts, events and enrollments that the events and the rules
  ///   need.
  package init(state: CustomerState, now: Instant) {
    self.state = state
    membershipsBefore = state.memberships
    self.now = now
  }

  /// Applies an event without planning.
  ///
  /// - Parameter keepsEvent: whether the state keeps events of this name, because planners read them.
  package mutating func apply(_ incoming: IncomingEvent, _ program: Program, keepsEvent: Bool = false) {
    let event = incoming.event
    if var traits = incoming.traits {
      // An explicit statement overrides a flag in the same event.
      if case .consent(let channels, _) = incoming.effect {
        for channel in channels { traits.consent[channel] = nil }
      }
      identify(traits, event, program)
    }
    switch incoming.effect {
    case .identify(let traits): identify(traits, event, program)
    case .consent(let channels, let consent):
      for channel in channels {
        if state.customer.isBeyondConsents(channel, isOwn: { program.channels[$0] != nil }) {
          cutShort.insert(ExactText(event.messageID))
        } else {
          express(consent, for: channel, at: event.at)
        }
      }
    case .orderPlaced(let order): place(order)
    case .orderCancelled(let id):
      change(orderID: id, at: event) { $0.cancel(at: event.at) }
    case .orderRefunded(let id, let amount, let returned):
      change(orderID: id, at: event) { $0.refund(amount, returned: returned, at: event.at) }
    case .cartChanged(let id, let url, let kind):
      changeCart(id, url: url, CartChange(id: event.messageID, at: event.at, kind: kind))
    case .none: break
    }
    if keepsEvent { insert(event) }
  }

  private mutating func insert(_ event: Event) {
    let position = state.events.partitionIndex { (event.at, event.messageID) < ($0.at, $0.messageID) }
    // A repeated event has the stored time, or was refused before.
    if position > 0, state.events[position - 1].messageID.hasSameBytes(as: event.messageID) { return }
    state.events.insert(event, at: position)
  }

  private mutating func identify(_ given: CustomerTraits, _ event: Event, _ program: Program) {
    var traits = given
    let before = state.customer
    if state.customer.limit(&traits, isOwn: { program.channels[$0] != nil }) > 0 {
      cutShort.insert(ExactText(event.messageID))
    }
    state.customer.apply(traits, at: event.at) { program.zone(of: $0) }
    note(before)
    if state.customer.email != before.email || state.customer.phone != before.phone {
      // The person unsubscribed, so a new address is unsubscribed too, under every other id it is known by.
      for channel in state.customer.consent.keys where state.customer.unsubscribedAt(channel) != nil {
        unsubscribed.insert(channel)
      }
    }
  }

  private mutating func express(_ consent: ConsentState, for channel: ChannelName, at: Instant) {
    let before = state.customer
    state.customer.express(consent, for: channel, at: at)
    note(before)
    switch consent {
    case .granted where state.customer.consent[channel] == .granted:
      explicitGrants.append((channel, at))
      // The address may have been unsubscribed under another id.
      isReachedAnew = true
    case .withdrawn
    where before.unsubscribedAt(channel) == nil && state.customer.unsubscribedAt(channel) != nil:
      unsubscribed.insert(channel)
      // A flag had withdrawn it before; the explicit statement is evidence of its own.
      if before.consent[channel] == .withdrawn { consentChanges.append((channel, consent)) }
    default: break
    }
  }

  mutating func note(_ before: Customer) {
    customerChanged = customerChanged || before != state.customer
    for (channel, consent) in state.customer.consent where before.consent[channel] != consent {
      consentChanges.append((channel, consent))
      if consent == .granted { isReachedAnew = true }
    }
    if Self.isNew(state.customer.email, before.email) || Self.isNew(state.customer.phone, before.phone) {
      isReachedAnew = true
    }
    if !Self.isSame(state.customer.email, before.email) || !Self.isSame(state.customer.phone, before.phone) {
      isMoved = true
    }
    if zoneBefore == nil, !Self.isSame(state.customer.timeZone, before.timeZone) {
      zoneBefore = .some(before.timeZone)
    }
  }

  private static func isNew(_ address: String?, _ before: String?) -> Bool {
    guard let address else { return false }
    return before.map { !$0.hasSameBytes(as: address) } ?? true
  }

  private static func isSame(_ address: String?, _ before: String?) -> Bool {
    guard let address, let before else { return address == nil && before == nil }
    return address.hasSameBytes(as: before)
  }

  private mutating func place(_ told: Order) {
    var order = told
    if let index = orderIndex(told.id) {
      let known = state.orders[index]
      order = known.updated(by: told)
      state.orders.remove(at: index)
      insert(order)
      state.orderBook?.replace(known, with: order)
    } else {
      insert(order)
      state.orderBook?.replace(nil, with: order)
    }
    changedOrders.insert(ExactText(order.id))
    // However often the order is repeated, it only takes what was in the cart when it was placed.
    guard let tookAt = order.tookFromCartAt else { return }
    for index in state.carts.indices where order.empties(cart: state.carts[index].id) {
      state.carts[index].insert(Self.emptying(by: order.id, at: tookAt))
      changedCarts.insert(ExactText(state.carts[index].id))
    }
  }

  static func emptying(by orderID: String, at: Instant) -> CartChange {
    CartChange(id: "order:\(orderID)", at: at, kind: .ordered(orderID: orderID))
  }

  private mutating func insert(_ order: Order) {
    state.orders.insert(order, at: state.orders.partitionIndex { order.precedes($0) })
    orderIDs?.insert(order.id)
  }

  /// The index of an order; `nil` if it is unknown. Once there are many, a set recognises unknown ones, so
  /// that many new orders do not each cost a search.
  private mutating func orderIndex(_ id: String) -> Int? {
    if orderIDs == nil, state.orders.count > 32 { orderIDs = Set(texts: state.orders.lazy.map(\.id)) }
    if let orderIDs, !orderIDs.contains(id) { return nil }
    return state.orders.firstIndex { $0.id.hasSameBytes(as: id) }
  }

  /// Changes an order. A cancellation or refund may arrive before its order; it is then stored with an order
  /// not placed yet.
  private mutating func change(orderID: String, at event: Event, _ body: (inout Order) -> Void) {
    if let index = orderIndex(orderID) {
      let known = state.orders[index]
      body(&state.orders[index])
      state.orderBook?.replace(known, with: state.orders[index])
    } else {
      var order = Order(
        id: orderID, placedAt: nil, total: Money(minorUnits: 0, currency: .unknown),
        receivedAt: event.receivedAt)
      body(&order)
      insert(order)
      state.orderBook?.replace(nil, with: order)
    }
    changedOrders.insert(ExactText(orderID))
  }

  private mutating func changeCart(_ id: String, url: String?, _ change: CartChange) {
    if let index = state.carts.firstIndex(where: { $0.id.hasSameBytes(as: id) }) {
      state.carts[index].insert(change)
      if let url { state.carts[index].url = url }
      state.carts[index].fold(before: now - .days(30))
    } else {
      var cart = Cart(id: id, changes: [change], url: url)
      for order in state.orders where order.empties(cart: id) {
        if let tookAt = order.tookFromCartAt { cart.insert(Self.emptying(by: order.id, at: tookAt)) }
      }
      state.carts.append(cart)
    }
    changedCarts.insert(ExactText(id))
    limitCarts(keeping: id)
  }

  /// Removes the carts untouched for longest until the rest fit.
  mutating func limitCarts(keeping id: String) {
    while state.carts.count > 1,
      state.carts.count > Cart.maximumCount
        || state.carts.reduce(0, { $0 + $1.cost }) > Cart.maximumBytesTogether
    {
      let others = state.carts.indices.filter { !state.carts[$0].id.hasSameBytes(as: id) }
      guard let oldest = others.min(by: { state.carts[$0].touchedAt < state.carts[$1].touchedAt }) else {
        return
      }
      let removed = state.carts.remove(at: oldest)
      changedCarts.remove(ExactText(removed.id))
      removedCarts.append(removed.id)
    }
  }
}

extension Cart {
  var touchedAt: Instant { changes.last?.at ?? folded?.at ?? .distantPast }
}
