import Decisioning
import Dispatch
import Domain
import Synchronization

/// All households, and who belongs to which.
struct Neighbourhood: Sendable {
  /// In the order they became known; an absorbed one is empty.
  private var households: [Household] = []
  /// The household that absorbed each one; its own index if none did.
  private var places: [Int] = []
  private var byCustomer: [ExactText: Int] = [:]
  private var byInbox: [ExactText: Int] = [:]
  private var customerCount: Int64 = 0

  var nextAt: Instant? { households.lazy.compactMap(\.nextAt).min() }

  subscript(id: String) -> Household? { byCustomer[id].map { households[place($0)] } }

  // MARK: - Between slices

  mutating func add(
    _ customer: SimulatedCustomer, _ shop: SimulatedShop, now: Instant, _ asciiDomain: (String) -> String?
  ) {
    precondition(byCustomer[customer.id] == nil, "the customer is there already")
    var customer = customer
    customerCount += 1
    customer.state.customer.key = CustomerKey(customerCount)
    for index in customer.state.enrollments.indices {
      customer.state.enrollments[index].customer = customer.state.customer.key
    }
    let place = makeHousehold()
    byCustomer[customer.id] = place
    households[place].add(customer, shop, now: now)
    let (email, phone) = (customer.state.customer.email, customer.state.customer.phone)
    link([customer.id] + [email, phone].compactMap(\.self), to: customer.id, shop, asciiDomain)
  }

  /// Passes an arrival to its household, creating customers and joining households as needed.
  ///
  /// - Returns: the index of the household; `nil` if the arrival concerns nobody.
  @discardableResult
  mutating func admit(
    _ arrival: Arrival, _ shop: SimulatedShop, _ asciiDomain: (String) -> String?
  ) -> Int? {
    switch arrival.fact {
    case .events(let events):
      guard let id = events.first?.customerID else { return nil }
      precondition(events.allSatisfy { $0.customerID.hasSameBytes(as: id) }, "events of several customers")
      if byCustomer[id] == nil {
        var customer = SimulatedCustomer(CustomerState(customer: Customer(key: CustomerKey(0), id: id)))
        customer.isNew = true
        add(customer, shop, now: arrival.at, asciiDomain)
      }
      link(events.flatMap(\.addresses), to: id, shop, asciiDomain)
      guard let place = byCustomer[id].map(place) else { return nil }
      households[place].add(arrival)
      return place
    case .sentElsewhere(_, let id):
      guard let place = byCustomer[id].map(place) else { return nil }
      households[place].add(arrival)
      return place
    case .named(let statement):
      let place = reserve(statement.customerID)
      for name in statement.names {
        _ = reserve(name)
        unite([name, statement.customerID], shop)
      }
      let now = self.place(place)
      households[now].add(arrival)
      return now
    case .suppressed(_, let address, _):
      let inbox = Inbox.key(address, asciiDomain: asciiDomain)
      let place = byInbox[inbox].map(place) ?? makeHousehold()
      byInbox[inbox] = place
      households[place].add(arrival)
      return place
    }
  }

  /// Processes an arrival, without doing what falls due because of it.
  mutating func learn(_ arrival: Arrival, _ environment: Household.Environment, into slice: inout Slice) {
    guard let place = admit(arrival, environment.shop, environment.asciiDomain) else { return }
    households[place].learn(at: arrival.at, environment, into: &slice)
  }

  mutating func change(_ shop: SimulatedShop, _ body: (inout SimulatedCustomer) -> Void) {
    for index in households.indices { households[index].change(shop, body) }
  }

  private mutating func makeHousehold() -> Int {
    households.append(Household())
    places.append(households.count - 1)
    return households.count - 1
  }

  private func place(_ start: Int) -> Int {
    var place = start
    while places[place] != place { place = places[place] }
    return place
  }

  /// The household of an id. Creates one for a new id, with a key reserved in it.
  private mutating func reserve(_ id: String) -> Int {
    if let known = byCustomer[id] { return place(known) }
    let place = makeHousehold()
    byCustomer[id] = place
    customerCount += 1
    households[place].reserve(id, CustomerKey(customerCount))
    return place
  }

  private mutating func unite(_ ids: [String], _ shop: SimulatedShop) {
    let places = Set(ids.compactMap { byCustomer[$0].map(place) }).sorted()
    for second in places.dropFirst() { absorb(second, into: places[0], shop) }
  }

  private mutating func absorb(_ second: Int, into first: Int, _ shop: SimulatedShop) {
    var absorbed = Household()
    swap(&absorbed, &households[second])
    households[first].absorb(absorbed, shop)
    places[second] = first
  }

  private mutating func link(
    _ addresses: [String], to id: String, _ shop: SimulatedShop, _ asciiDomain: (String) -> String?
  ) {
    for address in addresses {
      guard let own = byCustomer[id].map(place) else { return }
      let inbox = Inbox.key(address, asciiDomain: asciiDomain)
      guard let other = byInbox[inbox].map(place), other != own else {
        byInbox[inbox] = own
        continue
      }
      absorb(max(own, other), into: min(own, other), shop)
    }
  }

  // MARK: - Running

  /// Households that a thread takes at a time.
  private static let portion = 256

  /// Runs every household that has something to do. Results are combined in household order, whatever the
  /// number of threads.
  mutating func run(
    from start: Instant, until end: Instant, _ environment: Household.Environment, threads: Int
  ) -> (slice: Slice, outside: [Arrival]) {
    let active = households.indices.filter { index in households[index].nextAt.map { $0 <= end } ?? false }
    var portions: [Portion] = []
    for begin in stride(from: 0, to: active.count, by: Self.portion) {
      let members = active[begin..<min(begin + Self.portion, active.count)]
      // Moved out, so that each is changed in place and not copied.
      portions.append(
        Portion(
          members.map { index in
            var taken = Household()
            swap(&taken, &households[index])
            return taken
          }, Slice(from: start, until: end)))
    }
    let shared = portions
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, shared.count))) { thread in
      for portion in stride(from: thread, to: shared.count, by: max(1, threads)) {
        shared[portion].run(from: start, until: end, environment)
      }
    }
    var slice = Slice(from: start, until: end)
    var outside: [Arrival] = []
    for (number, portion) in portions.enumerated() {
      let result = portion.take()
      for (offset, household) in result.households.enumerated() {
        households[active[number * Self.portion + offset]] = household
      }
      slice.add(result.slice)
      outside += result.outside
    }
    return (slice, outside)
  }
}

/// Households that one thread runs, and their results.
private final class Portion: Sendable {
  struct Content: Sendable {
    var households: [Household]
    var slice: Slice
    var outside: [Arrival] = []
  }

  private let content: Mutex<Content>

  init(_ households: [Household], _ slice: Slice) {
    content = Mutex(Content(households: households, slice: slice))
  }

  func run(from start: Instant, until end: Instant, _ environment: Household.Environment) {
    content.withLock { content in
      for index in content.households.indices {
        content.outside += content.households[index].run(
          from: start, until: end, environment, into: &content.slice)
      }
    }
  }

  func take() -> Content {
    content.withLock { content in
      var taken = Content(households: [], slice: Slice(from: content.slice.from, until: content.slice.until))
      swap(&taken, &content)
      return taken
    }
  }
}
