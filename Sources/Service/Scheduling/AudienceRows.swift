internal import Decisioning
internal import Domain
internal import Store

/// Collects what has become of customers' segments, and writes it as batches.
struct AudienceRows: Sendable {
  private var memberships: [(customer: CustomerKey, segment: SegmentID, membership: Membership)] = []
  private var tallies: [(customer: CustomerKey, id: TallyID, tally: Tally)] = []
  private var changes: [(customer: CustomerKey, change: MembershipChange)] = []

  /// Customers who have entered or left a segment.
  var movedCustomers: Set<CustomerKey> { Set(changes.lazy.map(\.customer)) }

  /// How many memberships are to be written.
  var count: Int { memberships.count }

  init() {}

  /// What a change of one customer has led to.
  init(_ change: CustomerChange) {
    add(change.state, of: change.changedMemberships, change.membershipChanges, tallies: change.changedTallies)
  }

  /// - Parameters:
  ///   - segments: those whose memberships have changed.
  ///   - ids: what is counted anew.
  mutating func add(
    _ state: CustomerState, of segments: Set<SegmentID>, _ facts: [MembershipChange],
    tallies ids: Set<TallyID> = []
  ) {
    let key = state.customer.key
    for id in segments.sorted() { memberships.append((key, id, state.memberships[id] ?? .none)) }
    for id in ids.sorted() { if let tally = state.tallies[id] { tallies.append((key, id, tally)) } }
    for fact in facts { changes.append((key, fact)) }
  }

  mutating func add(_ other: AudienceRows) {
    memberships += other.memberships
    tallies += other.tallies
    changes += other.changes
  }

  /// - Parameter customer: the owner of all of `other`; a new customer had no number yet when it was collected.
  mutating func add(_ other: AudienceRows, of customer: CustomerKey) {
    for row in other.memberships { memberships.append((customer, row.segment, row.membership)) }
    for row in other.tallies { tallies.append((customer, row.id, row.tally)) }
    for row in other.changes { changes.append((customer, row.change)) }
  }

  /// Drops the changes of these customers.
  mutating func leaveOut(_ customers: Set<CustomerKey>) {
    memberships.removeAll { customers.contains($0.customer) }
    tallies.removeAll { customers.contains($0.customer) }
    changes.removeAll { customers.contains($0.customer) }
  }

  func write(to tx: Transaction) throws {
    try tx.save(tallies: tallies)
    try tx.save(memberships: memberships)
    try tx.record(changes)
  }
}
