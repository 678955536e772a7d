package import Domain

/// `{cart_idle: 1h}`: fires when a cart with something in it has been untouched for that long.
///
/// The occurrence is one filling of one cart, from empty to empty. Every change of the cart restarts the clock, also
/// for the steps of an enrollment that has begun. An order of this cart, or one that names no cart, empties it. An
/// order made elsewhere removes what it bought, and cancels the recovery if nothing is left; with `ends_with:
/// any_order`, also if the cart has not changed since.
package struct CartIdleRule: TriggerKind {
  /// Since the cart's last change.
  package var after: Duration

  package init(after: Duration) { self.after = after }

  // MARK: In a file

  package static let form = TriggerForm(
    .duration("cart_idle", example: "1h", "A cart that nobody touched for so long.")
  ) { CartIdleRule(after: $0) }

  package static let occasion = Occasion.moment("a cart")
  package static let expiryNote = "24h for carts"
  package static let takesEndsWith = true
  package var isAboutOrders: Bool { false }

  package func planningParts(of trigger: Trigger) -> [String] {
    ["cart_idle", after.written, trigger.endsWith.rawValue]
  }

  // MARK: Planning

  package var reads: StateParts { [.carts, .orders] }
  package func mayConcern(_ state: CustomerState) -> Bool { !state.carts.isEmpty }
  package var recurs: Bool { false }
  package var movesWhenBegun: Bool { true }

  package func plans(in context: PlanningContext) -> [Plan] {
    context.state.carts.compactMap { cart in
      guard let filling = Filling(of: cart, orders: context.state.orders, context.trigger.endsWith) else {
        return nil
      }
      return context.moment(
        occurrence(of: filling, cart, in: context), firesAt: filling.changedAt + after, .cart(id: cart.id))
    }
  }

  /// The filling's own occurrence, or that of an enrollment that has begun for it with a later start. (An earlier item
  /// may become known only after a message was sent: it belongs to the same filling, about which nobody must be
  /// written to twice.)
  private func occurrence(of filling: Filling, _ cart: Cart, in context: PlanningContext) -> String {
    let begun = context.enrollments.first { enrollment in
      guard enrollment.beganAt != nil, case .cart(let id) = enrollment.subject, id.hasSameBytes(as: cart.id)
      else { return false }
      return filling.contains(occurrence: enrollment.occurrence)
    }
    return begun?.occurrence ?? Filling.occurrence(cart: cart.id, beganAt: filling.beganAt)
  }

  /// - Parameter told: a cart's id, which means its content at the time of sending.
  package func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)? {
    guard let told else { return nil }
    if let mark = told.utf8.lastIndex(of: UInt8(ascii: "@")),
      Int64(told[told.utf8.index(after: mark)...]) != nil
    {
      return (told, .cart(id: String(told[..<mark])))
    }
    // Another message about the same content already has this occurrence.
    let named = context.enrollments.first { enrollment in
      guard case .cart(let id) = enrollment.subject, id.hasSameBytes(as: told),
        let beganAt = enrollment.beganAt
      else { return false }
      return abs(beganAt.milliseconds - sentAt.milliseconds) <= Duration.days(30).milliseconds
    }
    let cart = context.state.carts.first { $0.id.hasSameBytes(as: told) }
    let filling = cart.flatMap { Filling(of: $0, orders: context.state.orders, context.trigger.endsWith) }
    let beganAt = filling.flatMap { $0.beganAt <= sentAt ? $0.beganAt : nil } ?? sentAt
    return (
      named?.occurrence ?? Filling.occurrence(cart: told, beganAt: beganAt), .cart(id: told)
    )
  }

  // MARK: Deciding

  package func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    guard case .cart(let id) = enrollment.subject else { return .superseded }
    guard let cart = state.carts.first(where: { $0.id.hasSameBytes(as: id) }),
      let filling = Filling(of: cart, orders: state.orders, trigger.endsWith),
      filling.contains(occurrence: enrollment.occurrence)
    else { return .cancelled }
    return nil
  }

  /// Until then the customer still remembers the cart; later, prices and stock have changed.
  package var defaultExpiry: Duration { .hours(24) }
  package func lastMoment(firedAt: Instant) -> Instant? { nil }

  // MARK: In messages and explanations

  package var offers: [Root] { [.cart] }

  package func value(of name: String, in scope: Scope) -> Value? {
    guard name == Root.cart.name, case .cart(let id) = scope.subject,
      let cart = scope.state.carts.first(where: { $0.id.hasSameBytes(as: id) }),
      let filling = Filling(of: cart, orders: scope.state.orders, scope.trigger.endsWith)
    else { return nil }
    return .object(
      CartObject.definition.record(
        CartObject.Source(
          cart: cart, filling: filling, catalog: scope.catalog, currency: scope.program.brand.currency)))
  }

  package static let lacks: [Lack] = [.cart]
  package func lack(in state: CustomerState) -> Lack? { .cart }

  package func example(for state: CustomerState, now: Instant) -> Subject? {
    state.carts.last { !$0.contents.items.isEmpty }.map { .cart(id: $0.id) }
  }

  package static var samples: [KindSample] { [KindSample(CartIdleRule(after: .hours(1)))] }
  package var need: String { "a cart with something in it" }
}
