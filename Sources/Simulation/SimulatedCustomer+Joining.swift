import Decisioning
import Domain

/// Two customers who turn out to be one person.
extension SimulatedCustomer {
  /// Records that the customer is also known by these ids.
  mutating func name(_ ids: [String], at: Instant) {
    guard !ids.isEmpty else { return }
    state.customer.name(ids.map { CustomerNames.Name($0, at: at) }, first: state.customer.lotID)
  }

  /// Takes over everything from another customer. The caller must then plan everything again.
  mutating func join(
    _ other: SimulatedCustomer, at: Instant, _ shop: SimulatedShop, now: Instant, into slice: inout Slice
  ) -> CustomerChange {
    var other = other
    other.renumber(after: &nextKey, of: state.customer.key)
    var change = CustomerChange(state: state, now: now)
    let enrollments = change.join(other.state, at: at, shop.program)
    state = change.state
    state.enrollments.sort { ($0.plannedAt, $0.key) < ($1.plannedAt, $1.key) }
    events = (events + other.events).sorted { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    messages = (messages + other.messages).enumerated()
      .sorted { ($0.element.decidedAt, $0.offset) < ($1.element.decidedAt, $1.offset) }.map(\.element)
    outbox += other.outbox
    marks += other.marks
    isNew = isNew && other.isNew
    toldElsewhere.formUnion(other.toldElsewhere)
    waits.merge(other.waits) { mine, _ in mine }
    for (key, by) in enrollments.replaced { replace(key, by: by) }
    cancelRepeated(of: Set(enrollments.joined.map(\.key)), now: now, into: &slice)
    return change
  }

  /// Plans every trigger again.
  mutating func replanAll(_ shop: SimulatedShop, now: Instant) {
    readEvents(shop.rules)
    evaluateAll(shop, now: now)
    for rule in shop.rules.rules { replan(rule.trigger.id, shop, now: now) }
  }

  /// Gives the enrollments keys that another customer does not use.
  private mutating func renumber(after next: inout Int64, of customer: CustomerKey) {
    var keys: [Int64: Int64] = [:]
    for index in state.enrollments.indices {
      keys[state.enrollments[index].key] = next
      state.enrollments[index].key = next
      next += 1
    }
    for index in messages.indices {
      messages[index].enrollment = keys[messages[index].enrollment] ?? messages[index].enrollment
    }
    for index in outbox.indices {
      outbox[index].message.enrollment = keys[outbox[index].message.enrollment] ?? 0
      outbox[index].message.customer = customer
    }
    waits = Dictionary(uniqueKeysWithValues: waits.compactMap { key, waits in keys[key].map { ($0, waits) } })
  }

  /// Puts one enrollment in the place of another.
  private mutating func replace(_ key: Int64, by other: Int64) {
    for index in messages.indices where messages[index].enrollment == key {
      messages[index].enrollment = other
    }
    for index in outbox.indices where outbox[index].message.enrollment == key {
      outbox[index].message.enrollment = other
    }
    guard var moved = waits.removeValue(forKey: key) else { return }
    if let mine = waits[other] {
      moved.forAddress.formUnion(mine.forAddress)
      moved.last.merge(mine.last) { $1 }
      moved.untilOpening = mine.untilOpening ?? moved.untilOpening
    }
    waits[other] = moved
  }
}
