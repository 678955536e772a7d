package import Decisioning
package import Domain

/// A shop in memory over virtual time: events are planned as they arrive, due steps are decided as the clock passes
/// them, and messages are checked again before they go, all by the same functions as in the daemon.
///
/// Pure: it reads no clock and no randomness except the policy's, so equal runs give equal results on any
/// number of threads. A value: to compare several programs, run copies of one simulation.
///
/// Virtual time passes in slices. Within a slice, customers who share no inbox do not affect each other; shared state
/// is read-only until its end. Whatever has ended is passed to an observer with each slice and not kept.
///
/// Message ids must be unique: deduplicate a feed before replaying it.
package struct Simulation: Sendable {
  package struct Options: Sendable {
    /// How much time passes between calls of the observer. Shorter slices take less memory.
    package var slice: Duration = .days(1)
    /// The number of threads for one slice.
    package var threads = 1
    /// The ASCII form of an internationalised domain, for comparing addresses; `nil` if there is none.
    package var asciiDomain: @Sendable (String) -> String? = { _ in nil }

    package init() {}
  }

  package private(set) var now: Instant
  package private(set) var shop: SimulatedShop
  package var policy: DeliveryPolicy
  private let options: Options
  private var neighbourhood = Neighbourhood()
  /// Sorted by time when a run begins.
  private var arrivals: [Arrival] = []

  package init(
    _ shop: SimulatedShop, now: Instant, policy: DeliveryPolicy = .acceptsAll, options: Options = Options()
  ) {
    self.shop = shop
    self.now = now
    self.policy = policy
    self.options = options
  }

  // MARK: - Customers

  /// Adds a customer in their current state. The simulation sets the keys, in the order of adding.
  package mutating func add(_ customer: SimulatedCustomer) {
    neighbourhood.add(customer, shop, now: now, options.asciiDomain)
  }

  package func customer(_ id: String) -> SimulatedCustomer? { neighbourhood[id]?.customer(id) }

  /// The facts for `Explainer` about a customer, without the record of decisions, which is not kept.
  package func explanationFacts(of id: String) -> ExplanationFacts? {
    guard let household = neighbourhood[id], let customer = household.customer(id) else { return nil }
    return ExplanationFacts(
      state: customer.state, catalog: shop.catalog, enabledAt: shop.enabledAt, paused: shop.paused,
      suppressed: household.suppressed(customer, environment),
      capEntries: customer.capEntries(shop.program, now: now),
      eventsSince: customer.pastEvents(shop.rules),
      messages: Dictionary(
        customer.state.enrollments.map { ($0.key, customer.stepMessages(of: $0, shop.program)) }
      ) { $1 })
  }

  // MARK: - Time

  /// Adds future arrivals, in any order; past ones arrive at once.
  package mutating func take(_ more: [Arrival]) { arrivals += more }

  /// Processes an arrival now. What falls due because of it is done when time passes, or by `run(until:
  /// now)`.
  ///
  /// - Returns: what has ended because of it.
  package mutating func learn(_ fact: Arrival.Fact) -> Slice {
    var slice = Slice(from: now, until: now)
    neighbourhood.learn(Arrival(at: now, fact), environment, into: &slice)
    return slice
  }

  /// When there is next something to do; `nil` if there is nothing.
  package var nextAt: Instant? {
    [arrivals.lazy.map(\.at).min(), neighbourhood.nextAt].compactMap(\.self).min()
  }

  /// Runs up to and including `end`.
  ///
  /// - Parameter observe: called with the results of each slice, in order.
  package mutating func run(until end: Instant, observing observe: (Slice) -> Void = { _ in }) {
    repeat {
      let until = max(now, min(end, now + options.slice))
      observe(runSlice(until: until))
      now = until
    } while now < end
  }

  /// Advances the clock without doing anything, as when the daemon is down.
  package mutating func stop(until end: Instant) { now = max(now, end) }

  private var environment: Household.Environment {
    Household.Environment(shop: shop, policy: policy, asciiDomain: options.asciiDomain)
  }

  /// Collects the customers' effects on shared state in a fixed order, to take effect in the next slice: so far these
  /// are only arrivals, none of which changes the shop.
  private mutating func runSlice(until end: Instant) -> Slice {
    arrivals.arrange()
    let count = arrivals.prefix { $0.at <= end }.count
    for arrival in arrivals.prefix(count) { neighbourhood.admit(arrival, shop, options.asciiDomain) }
    arrivals.removeFirst(count)
    var (slice, outside) = neighbourhood.run(
      from: now, until: end, environment, threads: options.threads)
    slice.arrange()
    arrivals += outside
    return slice
  }

  // MARK: - What all customers share

  /// Changes the shop from now on, without planning or deciding anything again.
  package mutating func change(_ body: (inout SimulatedShop) -> Void) {
    body(&shop)
    follow { _ in }
  }

  /// Puts another program into force, as a reload does.
  package mutating func reload(_ program: Program) {
    let reload = shop.take(program, at: now)
    let (shop, now) = (shop, now)
    follow { $0.follow(reload, shop, now: now) }
  }

  /// Does nothing for a trigger that is not in the program; the daemon refuses it.
  package mutating func pause(_ trigger: TriggerID) {
    if shop.program.triggers[trigger] != nil { shop.paused.insert(trigger) }
  }

  /// Continues where a pause stopped: everything of the trigger is decided again now. Does nothing for a
  /// trigger that is not in the program: if it returns, it is still paused.
  package mutating func resume(_ trigger: TriggerID) {
    guard shop.program.triggers[trigger] != nil else { return }
    shop.paused.remove(trigger)
    let (shop, now) = (shop, now)
    follow { $0.resume(trigger, shop, now: now) }
  }

  /// Puts another catalogue into force, and re-plans what depends on it.
  package mutating func update(_ catalog: Catalog) {
    shop.catalog = catalog
    let (shop, now) = (shop, now)
    let triggers = shop.program.triggers(affectedBy: [.products]).map(\.id)
    follow { customer in
      for trigger in triggers { customer.replan(trigger, shop, now: now, asksAgain: true) }
    }
  }

  private mutating func follow(_ body: (inout SimulatedCustomer) -> Void) {
    neighbourhood.change(shop, body)
  }
}
