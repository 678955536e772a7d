package import Domain

/// What becomes of two customers who turned out to be one person. Intake writes it, a simulation keeps it.
extension CustomerChange {
  /// The enrollments of two customers as those of one.
  package struct Enrollments: Equatable, Sendable {
    /// What two enrollments have become, under the key of one of them.
    package var joined: [Enrollment] = []
    /// The keys of the others, with the key of the enrollment that takes their place: their messages and
    /// decisions are its own.
    package var replaced: [(key: Int64, by: Int64)] = []

    package static func == (a: Self, b: Self) -> Bool {
      a.joined == b.joined && a.replaced.elementsEqual(b.replaced, by: ==)
    }
  }

  /// Joins another customer to this one, as if everything had happened to this one. Both states need all their
  /// carts, the orders that may have emptied them, and enrollments that coincide. No two enrollments may have
  /// one key.
  ///
  /// The one known first keeps the lot; see `Customer.lotID`. Plan every trigger afterwards.
  ///
  /// - Parameters:
  ///   - other: is no more afterwards; all its orders and events are this customer's.
  ///   - at: when the shop said so.
  package mutating func join(_ other: CustomerState, at: Instant, _ program: Program) -> Enrollments {
    joinCustomer(other.customer, at: at, program)
    joinCarts(of: other)
    for event in other.events {
      state.events.insert(
        event, at: state.events.partitionIndex { (event.at, event.messageID) < ($0.at, $0.messageID) })
    }
    joinAudience(of: other, program.audience)
    for (name, gap) in other.eventGaps { state.eventGaps[name] = max(state.eventGaps[name] ?? gap, gap) }
    return joinEnrollments(of: other)
  }

  private mutating func joinCustomer(_ other: Customer, at: Instant, _ program: Program) {
    let before = state.customer
    let isFirst = before.key <= other.key
    _ = state.customer.join(other, at: at) { program.channels[$0] != nil }
    state.customer.name(
      (other.names?.others ?? []) + [CustomerNames.Name(other.id, at: at)],
      first: isFirst ? before.lotID : other.lotID)
    note(before)
    for channel in state.customer.consent.keys.sorted() {
      // Also of the address that was known under the other id.
      if state.customer.unsubscribedAt(channel) != nil {
        unsubscribed.insert(channel)
      } else if let said = state.customer.grantedAt(channel), other.consent[channel] != nil {
        explicitGrants.append((channel, said))
      }
    }
    // What either waits for may be known of the other.
    isReachedAnew = true
    isMoved = true
    customerChanged = true
  }

  private mutating func joinCarts(of other: CustomerState) {
    let (mine, theirs) = (state.orders, other.orders)
    for order in theirs {
      state.orders.insert(order, at: state.orders.partitionIndex { order.precedes($0) })
    }
    orderIDs = nil
    state.orderBook = nil
    for cart in other.carts {
      if let index = state.carts.firstIndex(where: { $0.id.hasSameBytes(as: cart.id) }) {
        state.carts[index].join(cart)
      } else {
        state.carts.append(cart)
      }
      changedCarts.insert(ExactText(cart.id))
    }
    empty(
      state.carts.indices.filter { index in
        other.carts.contains { $0.id.hasSameBytes(as: state.carts[index].id) }
      }, by: mine)
    empty(Array(state.carts.indices), by: theirs)
    if let last = state.carts.max(by: { $0.touchedAt < $1.touchedAt }) { limitCarts(keeping: last.id) }
  }

  /// An order takes what was in the cart, under whichever id it was placed.
  private mutating func empty(_ carts: [Int], by orders: [Order]) {
    for order in orders {
      guard let tookAt = order.tookFromCartAt else { continue }
      for index in carts where order.empties(cart: state.carts[index].id) {
        state.carts[index].insert(Self.emptying(by: order.id, at: tookAt))
        changedCarts.insert(ExactText(state.carts[index].id))
      }
    }
  }

  private mutating func joinEnrollments(of other: CustomerState) -> Enrollments {
    var found = Enrollments()
    for theirs in other.enrollments {
      guard let index = state.enrollments.firstIndex(where: { $0.coincides(with: theirs) }) else {
        var moved = theirs
        moved.customer = state.customer.key
        state.enrollments.append(moved)
        continue
      }
      let mine = state.enrollments[index]
      let joined = mine.joined(with: theirs)
      found.replaced.append((joined.key == mine.key ? theirs.key : mine.key, joined.key))
      found.joined.removeAll { $0.key == mine.key }
      found.joined.append(joined)
      state.enrollments[index] = joined
    }
    state.enrollments.sort { $0.key < $1.key }
    return found
  }

  /// A person is in every segment that either was in, since the earlier of both; evaluate all of them afterwards. What
  /// is counted of both is counted together.
  private mutating func joinAudience(of other: CustomerState, _ rules: AudienceRules) {
    for (id, theirs) in other.memberships {
      state.memberships[id] = state.memberships[id]?.joined(with: theirs) ?? theirs
      changedMemberships.insert(id)
    }
    for rule in rules.tallies {
      guard let theirs = other.tallies[rule.id] else { continue }
      var tally = state.tallies[rule.id] ?? Tally()
      for entry in theirs.entries { tally.insert(entry, limit: rule.limit) }
      state.tallies[rule.id] = tally
      changedTallies.insert(rule.id)
    }
  }
}
