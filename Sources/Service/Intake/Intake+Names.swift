internal import Decisioning
package import Domain
internal import Platform
internal import Store

extension Intake {
  /// Makes true what a shop says about ids of one person; durable when it returns. Saying it again changes
  /// nothing.
  ///
  /// Comes before the events of the same request, which then reach the one customer. What has already been said
  /// costs one look off the writing thread.
  ///
  /// - Returns: what was refused, by position. A visitor who is another user already is not: browsers have
  ///   several users, and nothing is wrong with that.
  package func take(
    names statements: [NameStatement], now: Instant
  ) async throws -> [Int: NameVerdict.Refusal] {
    let known = quarantine.isAlert ? quarantine : nil
    let held = statements.indices.filter { known?.holds(.event, statements[$0].messageID) ?? false }
    let asked = statements.indices.filter { !held.contains($0) }
    var (open, refused) = try await store.read { tx in
      try NameWork.open(asked.map { (place: $0, statement: statements[$0]) }, tx)
    }
    while !open.isEmpty {
      let part = Array(open.prefix(Self.namesAtOnce))
      do {
        let done = try await write(part.map { statements[$0] }, now)
        for (place, refusal) in zip(part, done.refusals) { refused[place] = refusal }
        memory.count(done)
        if done.plansChanged > 0 { planned() }
        if done.messagesWoken > 0 { woken() }
        open.removeFirst(part.count)
      } catch is NameWork.Moved {
        // Somebody else has said something about the same ids meanwhile, or an id leads to a customer who is gone,
        // after a change by hand.
        let ids = part.flatMap { [statements[$0].customerID] + statements[$0].names }
        try await store.write { try $0.removeStrayNames(ids) }
      }
    }
    if quarantine.isAlert {
      let done = quarantine.acquitted(asked.map { WorkItem(.event, statements[$0].messageID) })
      await quarantine.acquit(done, in: store)
    }
    memory.count(refused.values)
    for place in statements.indices where statements[place].kind == .visitor && refused[place] == .ofAnother {
      refused[place] = nil
    }
    return refused
  }

  /// Statements in one transaction; each may move many rows.
  private static let namesAtOnce = 20

  private func write(_ statements: [NameStatement], _ now: Instant) async throws -> NameWork.Done {
    let (live, box, doubts) = (shop, quarantine.box, doubts)
    return try await store.write { tx in
      let shop = try live.snapshot(in: tx)
      return try box.section { section in
        var work = NameWork(tx, shop.rules, now: now, doubtsClock: doubts())
        try work.prepare(statements)
        for statement in statements {
          section.now(on: .event, id: statement.messageID)
          try work.take(statement)
        }
        return work.done
      }
    }
  }
}

/// Joins customers and gives them names, in a writing transaction.
struct NameWork {
  /// The ids stand for others than when they were looked up; the transaction must be undone and repeated.
  struct Moved: Error {}

  struct Done: Sendable {
    /// One for each statement.
    var refusals: [NameVerdict.Refusal?] = []
    /// Customers who were joined to others.
    var joined = 0
    /// Ids that nobody had before.
    var added = 0
    var plansChanged = 0
    var messagesWoken = 0
  }

  private(set) var done = Done()
  private let tx: Transaction
  private let rules: PlanningRules
  private let now: Instant
  private let doubtsClock: Bool
  /// Customers marked as changed, and new ones.
  private var marked: Set<CustomerKey> = []

  init(_ tx: Transaction, _ rules: PlanningRules, now: Instant, doubtsClock: Bool) {
    self.tx = tx
    self.rules = rules
    self.now = now
    self.doubtsClock = doubtsClock
  }

  /// The positions of statements that change something, and those refused.
  static func open(
    _ statements: [(place: Int, statement: NameStatement)], _ tx: Transaction
  ) throws -> (open: [Int], refused: [Int: NameVerdict.Refusal]) {
    var open: [Int] = []
    var refused: [Int: NameVerdict.Refusal] = [:]
    for (place, statement) in statements {
      let ids = [statement.customerID] + statement.names
      let keys = try tx.customerKeys(ids: ids)
      // Nearly always: a visitor who is known to be the user.
      if statement.kind == .visitor, let user = keys[0], keys[1] == user { continue }
      let customers = try tx.customers(ids: ids)
      let verdict = NameVerdict(statement, user: customers[0], holders: Array(customers.dropFirst()))
      if !verdict.changesNothing { open.append(place) } else { refused[place] = verdict.refusal }
    }
    return (open, refused)
  }

  /// Marks all customers that the statements are about, at once and so in order.
  mutating func prepare(_ statements: [NameStatement]) throws {
    let keys = try tx.customerKeys(ids: statements.flatMap { [$0.customerID] + $0.names })
    marked = Set(keys.compactMap(\.self))
    try tx.markChanged(marked.sorted())
  }

  mutating func take(_ statement: NameStatement) throws {
    let customers = try tx.customers(ids: [statement.customerID] + statement.names)
    guard customers.allSatisfy({ $0.map { marked.contains($0.key) } ?? true }) else { throw Moved() }
    let verdict = NameVerdict(statement, user: customers[0], holders: Array(customers.dropFirst()))
    done.refusals.append(verdict.refusal)
    if verdict.changesNothing { return }
    var user = try customers[0] ?? create(statement.customerID)
    let names = verdict.added + verdict.joined.flatMap(\.ids)
    if !verdict.added.isEmpty {
      guard try tx.addNames(verdict.added, of: user.key) else { throw Moved() }
      user.name(verdict.added.map { CustomerNames.Name($0, at: statement.at) }, first: user.lotID)
      try tx.save([user])
      done.added += verdict.added.count
    }
    for other in verdict.joined { user = try join(other, to: user, at: statement.at) }
    try tx.copySuppressions(
      of: names, to: user.id,
      on: rules.program.channels.values.filter { $0.address == .customerID }
        .map(\.name).sorted(), at: now)
    // A customer who is new is asked by every segment.
    if !verdict.joined.isEmpty || customers[0] == nil && rules.hasAudience { try plan(user.key) }
  }

  private mutating func create(_ id: String) throws -> Customer {
    guard let key = try tx.addCustomers(ids: [id])[0] else { throw Moved() }
    marked.insert(key)
    return Customer(key: key, id: id)
  }

  /// - Returns: the customer as joined.
  private mutating func join(_ other: Customer, to user: Customer, at: Instant) throws -> Customer {
    var bounds = StateBounds(currency: rules.program.brand.currency, triggers: [])
    let coinciding = try tx.coincidingEnrollments(of: user.key, other.key)
    (bounds.enrollments[user.key], bounds.enrollments[other.key]) = (coinciding, coinciding)
    var parts: StateParts = coinciding.isEmpty ? [.orders, .carts] : [.orders, .carts, .enrollments]
    if rules.hasAudience { parts.insert(.memberships) }
    let states = try tx.states(of: [user.key, other.key], parts: parts, within: bounds)
    guard let mine = states[user.key], let theirs = states[other.key] else { throw Moved() }
    var change = CustomerChange(state: mine, now: now)
    let enrollments = change.join(theirs, at: at, rules.program)
    try tx.join(other.key, into: user.key, replacing: enrollments.replaced, at: now)
    CrashPoint.pass("join", other.id)
    try AudienceRows(change).write(to: tx)
    try tx.update(enrollments.joined.map { PreparedEnrollment($0) })
    var rows = RowCollection()
    rows.add(IntakeRows(change, rules.program), of: user.key)
    done.messagesWoken += try rows.write(to: tx, at: now, source: Transaction.joiningSource).messagesWoken
    done.joined += 1
    return change.state.customer
  }

  /// Plans everything anew from all that is known of both.
  private mutating func plan(_ customer: CustomerKey) throws {
    if doubtsClock { try tx.markUnplanned([customer]) }
    var parts = StateParts(.enrollments)
    for rule in rules.rules { parts.formUnion(rule.reads) }
    let audience = rules.program.audience
    if rules.hasAudience { parts.formUnion(audience.reads) }
    var bounds = StateBounds(
      currency: rules.program.brand.currency, triggers: Set(rules.rules.map(\.trigger.id)))
    bounds.countsOrders = audience.countsOrders
    guard var state = try tx.states(of: [customer], parts: parts, within: bounds)[customer] else { return }
    if rules.hasAudience {
      let before = state.memberships
      let counted = try tx.countMessages(of: &state, audience, now: now)
      let changes = AudienceUpdate(rules).evaluate(
        &state, Array(audience.rules.indices), at: now, .data)
      var rows = AudienceRows()
      rows.add(state, of: state.memberships.changes(from: before), changes, tallies: counted)
      try rows.write(to: tx)
    }
    var writer = EnrollmentWriter()
    for rule in rules.rules { writer.add(rules.replan(rule, for: state, now: now), to: state) }
    if let book = state.orderBook, !book.isStored { try tx.save([(customer, book)]) }
    try writer.write(to: tx)
    // At least the steps that may be reached now.
    done.plansChanged += writer.count + 1
  }
}
