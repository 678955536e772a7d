import Decisioning
import Domain

/// Customers who share an inbox, directly or through others; nearly always just one.
///
/// Their actions may affect each other and nobody else, so households run independently.
struct Household: Sendable {
  /// In the order they became known.
  private(set) var customers: [SimulatedCustomer] = []
  /// Future arrivals caused by them and the policy, ordered by time.
  private var arrivals: [Arrival] = []
  private var addresses: [Address: AddressStanding] = [:]
  /// The keys reserved for ids that may turn out to be customers, or only further names of one.
  private var reserved: [ExactText: CustomerKey] = [:]
  /// When there is next something to do; `nil` if there is nothing.
  private(set) var nextAt: Instant?

  private struct Address: Hashable, Sendable {
    var channel: ChannelName
    var inbox: ExactText
  }

  /// What a run needs besides the household itself.
  struct Environment: Sendable {
    let shop: SimulatedShop
    let policy: DeliveryPolicy
    let asciiDomain: @Sendable (String) -> String?
  }

  // MARK: - Between slices

  mutating func add(_ customer: SimulatedCustomer, _ shop: SimulatedShop, now: Instant) {
    customers.append(customer)
    customers[customers.count - 1].readEvents(shop.rules)
    if !customer.isNew {
      customers[customers.count - 1].evaluate(Set(shop.segmentsEnabledAt.keys), shop, now: now)
    }
    look(ahead: shop)
  }

  /// Reserves a key for an id that may turn out to be a customer's own.
  mutating func reserve(_ id: String, _ key: CustomerKey) { reserved[id] = key }

  mutating func add(_ arrival: Arrival) {
    arrivals.append(arrival)
    nextAt = min(nextAt ?? arrival.at, arrival.at)
  }

  /// Processes what has arrived, without doing what falls due because of it.
  mutating func learn(at now: Instant, _ environment: Environment, into slice: inout Slice) {
    arrivals.arrange()
    takeArrivals(now, environment, &slice)
    look(ahead: environment.shop)
  }

  /// Takes over the customers of another household that turned out to share an inbox with this one.
  mutating func absorb(_ other: Household, _ shop: SimulatedShop) {
    customers += other.customers
    customers.sort { $0.state.customer.key < $1.state.customer.key }
    arrivals += other.arrivals
    addresses.merge(other.addresses) { mine, _ in mine }
    reserved.merge(other.reserved) { mine, _ in mine }
    look(ahead: shop)
  }

  mutating func change(_ shop: SimulatedShop, _ body: (inout SimulatedCustomer) -> Void) {
    for index in customers.indices { body(&customers[index]) }
    look(ahead: shop)
  }

  func customer(_ id: String) -> SimulatedCustomer? { place(of: id).map { customers[$0] } }

  private func place(of id: String) -> Int? { customers.firstIndex { $0.state.customer.isKnown(as: id) } }

  /// The position of the customer with this id, who is created if only a key was reserved.
  private mutating func ownPlace(of id: String) -> Int? {
    if let place = place(of: id) { return place }
    guard let key = reserved.removeValue(forKey: ExactText(id)) else { return nil }
    let place = customers.partitionIndex { $0.state.customer.key > key }
    customers.insert(SimulatedCustomer(CustomerState(customer: Customer(key: key, id: id))), at: place)
    return place
  }

  private mutating func look(ahead shop: SimulatedShop) {
    nextAt = arrivals.lazy.map(\.at).min()
    for customer in customers {
      guard let due = customer.nextDueAt(shop) else { continue }
      nextAt = min(nextAt ?? due, due)
    }
  }

  // MARK: - Running

  /// Runs everything that falls due from `start` up to and including `end`.
  ///
  /// - Returns: arrivals that concern customers outside this household, or that would change who belongs to it.
  mutating func run(
    from start: Instant, until end: Instant, _ environment: Environment, into slice: inout Slice
  )
    -> [Arrival]
  {
    var outside: [Arrival] = []
    arrivals.arrange()
    while let next = nextAt, next <= end {
      let now = max(next, start)
      takeArrivals(now, environment, &slice)
      for index in customers.indices { customers[index].advanceMemberships(environment.shop, now: now) }
      decide(now, environment, &slice)
      if environment.shop.isSending {
        for index in customers.indices { customers[index].sweep(environment.shop, now: now, into: &slice) }
        handOver(now, environment, &slice, &outside)
      }
      look(ahead: environment.shop)
    }
    return outside
  }

  private mutating func takeArrivals(_ now: Instant, _ environment: Environment, _ slice: inout Slice) {
    let count = arrivals.prefix { $0.at <= now }.count
    let due = arrivals.prefix(count)
    arrivals.removeFirst(count)
    for arrival in due {
      switch arrival.fact {
      case .events(let events): take(events, now, environment, &slice)
      case .sentElsewhere(let told, let id):
        guard let index = place(of: id) else { continue }
        customers[index].take(told, environment.shop, now: now, into: &slice)
      case .named(let statement): take(statement, now, environment, &slice)
      case .suppressed(let channel, let text, let reason):
        addresses[Self.address(channel, text, environment), default: AddressStanding()].suppress(
          reason, at: now)
      }
    }
  }

  private mutating func take(
    _ events: [IncomingEvent], _ now: Instant, _ environment: Environment, _ slice: inout Slice
  ) {
    guard let first = events.first, let index = ownPlace(of: first.customerID) else { return }
    let change = customers[index].take(events, environment.shop, now: now)
    settle(change, of: index, now, environment, &slice)
    customers[index].apply(change.plans(environment.shop.rules))
    wake(index, change, now, environment)
  }

  /// Joins customers, as intake does in one transaction.
  private mutating func take(
    _ statement: NameStatement, _ now: Instant, _ environment: Environment, _ slice: inout Slice
  ) {
    func known(_ id: String) -> Customer? { place(of: id).map { customers[$0].state.customer } }
    let verdict = NameVerdict(
      statement, user: known(statement.customerID), holders: statement.names.map(known))
    guard !verdict.changesNothing, var index = ownPlace(of: statement.customerID) else { return }
    customers[index].name(verdict.added, at: statement.at)
    for other in verdict.joined {
      guard let from = place(of: other.id) else { continue }
      let joined = customers.remove(at: from)
      if from < index { index -= 1 }
      let change = customers[index].join(
        joined, at: statement.at, environment.shop, now: now, into: &slice)
      settle(change, of: index, now, environment, &slice)
      wake(index, change, now, environment)
    }
    for policy in environment.shop.program.channels.values where policy.address == .customerID {
      for name in verdict.added + verdict.joined.flatMap(\.ids) {
        guard let reason = addresses[Self.address(policy.name, name, environment)]?.reason else { continue }
        addresses[
          Self.address(policy.name, customers[index].id, environment), default: AddressStanding()
        ].suppress(reason, at: now)
      }
    }
    if !verdict.joined.isEmpty { customers[index].replanAll(environment.shop, now: now) }
  }

  /// Applies the consequences of a change to messages and addresses.
  private mutating func settle(
    _ change: CustomerChange, of index: Int, _ now: Instant, _ environment: Environment,
    _ slice: inout Slice
  ) {
    let channels = environment.shop.program.channels
    for consent in change.consentChanges where consent.state == .withdrawn {
      customers[index].suppressWaiting(on: consent.channel, now: now, into: &slice)
    }
    for said in change.withdrawnAddresses(channels) {
      addresses[Self.address(said.channel, said.address, environment), default: AddressStanding()]
        .unsubscribe(at: said.at, now: now)
    }
    for said in change.grantedAddresses(channels) {
      addresses[Self.address(said.channel, said.address, environment), default: AddressStanding()]
        .resubscribe(at: said.at)
    }
  }

  private mutating func wake(
    _ index: Int, _ change: CustomerChange, _ now: Instant, _ environment: Environment
  ) {
    if change.isReachedAnew { customers[index].wakeWaitingForAddress(now: now) }
    if let opening = change.opening(inFormerZone: environment.shop.program) {
      customers[index].wakeWaiting(forOpening: opening, now: now)
    }
  }

  private mutating func decide(_ now: Instant, _ environment: Environment, _ slice: inout Slice) {
    for index in customers.indices {
      let suppressed = suppressed(customers[index], environment)
      customers[index].decideDue(environment.shop, suppressed: suppressed, now: now, into: &slice)
    }
  }

  /// Hands messages over, one channel after another. All messages of a channel are checked before any is sent, and
  /// their results become known after all were sent, as with one claim.
  private mutating func handOver(
    _ now: Instant, _ environment: Environment, _ slice: inout Slice, _ outside: inout [Arrival]
  ) {
    var channels: Set<ChannelName> = []
    for customer in customers { channels.formUnion(customer.channelsDue(environment.shop, at: now)) }
    for channel in channels.sorted() { handOver(on: channel, now, environment, &slice, &outside) }
  }

  private mutating func handOver(
    on channel: ChannelName, _ now: Instant, _ environment: Environment, _ slice: inout Slice,
    _ outside: inout [Arrival]
  ) {
    var cleared: [[SimulatedMessage]] = []
    for place in customers.indices {
      let (own, standings) = (suppressed(customers[place], environment), addresses)
      cleared.append(
        customers[place].clear(
          on: channel, environment.shop, suppressed: own,
          standing: { text in
            standings.isEmpty ? nil : standings[Self.address(channel, text, environment)]?.reason
          }, now: now, into: &slice))
    }
    for (place, messages) in cleared.enumerated() where !messages.isEmpty {
      let answers = messages.map { message in
        environment.policy.answer(.init(at: now, customerID: customers[place].id, message: message))
      }
      for (message, answer) in zip(messages, answers) where answer.outcome == .badAddress {
        let address = Self.address(channel, message.message.content.to, environment)
        addresses[address, default: AddressStanding()].suppress(.badAddress, at: now)
      }
      customers[place].end(
        zip(messages, answers).map { ($0, $1.outcome) }, environment.shop, now: now, into: &slice)
      customers[place].countMessages(environment.shop, now: now)
      for arrival in answers.flatMap(\.follows) {
        // An effect must not precede its cause.
        let arrival = Arrival(at: max(arrival.at, now), arrival.fact)
        if concernsOnlyThis(arrival) { insert(arrival) } else { outside.append(arrival) }
      }
    }
  }

  private mutating func insert(_ arrival: Arrival) {
    arrivals.insert(arrival, at: arrivals.partitionIndex { arrival.at < $0.at })
  }

  /// Whether the arrival concerns no other customer and cannot make another customer share an inbox.
  private func concernsOnlyThis(_ arrival: Arrival) -> Bool {
    switch arrival.fact {
    case .events(let events):
      return events.allSatisfy { event in event.addresses.isEmpty && place(of: event.customerID) != nil }
    case .sentElsewhere(_, let id): return place(of: id) != nil
    case .named, .suppressed: return false
    }
  }

  // MARK: - Addresses

  private static func address(_ channel: ChannelName, _ text: String, _ environment: Environment) -> Address {
    Address(
      channel: channel, inbox: ExactText(Inbox.key(text, asciiDomain: environment.asciiDomain)))
  }

  /// Why the customer's addresses are suppressed, by channel.
  func suppressed(
    _ customer: SimulatedCustomer, _ environment: Environment
  ) -> [ChannelName: SuppressionReason] {
    guard !addresses.isEmpty else { return [:] }
    var found: [ChannelName: SuppressionReason] = [:]
    for policy in environment.shop.program.channels.values {
      guard let text = customer.state.customer.address(policy.address) else { continue }
      found[policy.name] = addresses[Self.address(policy.name, text, environment)]?.reason
    }
    return found
  }

}

extension IncomingEvent {
  /// Addresses in the event that belong to its customer.
  var addresses: [String] {
    var told: [String?] = []
    if case .identify(let traits) = effect { told += [traits.email ?? nil, traits.phone ?? nil] }
    if let traits { told += [traits.email ?? nil, traits.phone ?? nil] }
    return told.compactMap(\.self).filter { !$0.isEmpty }
  }
}
