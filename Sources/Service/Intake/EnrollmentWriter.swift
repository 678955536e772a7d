internal import Decisioning
internal import Domain
internal import Store

/// Collects changes of enrollments and writes them as two batches.
struct EnrollmentWriter: Sendable {
  private var new: [(customer: CustomerKey, enrollment: PreparedEnrollment)] = []
  private var changed: [PreparedEnrollment] = []

  /// Enrollments planned, moved or ended.
  var count: Int { new.count + changed.count }

  mutating func add(_ changes: [EnrollmentChange], to state: CustomerState) {
    for change in changes {
      switch change {
      case .enroll(let enrollment): new.append((state.customer.key, PreparedEnrollment(enrollment)))
      case .move(let key, _, _, _), .end(let key, _):
        guard var enrollment = state.enrollments.first(where: { $0.key == key }) else { continue }
        enrollment.apply(change)
        changed.append(PreparedEnrollment(enrollment))
      }
    }
  }

  mutating func add(_ other: EnrollmentWriter) {
    new += other.new
    changed += other.changed
  }

  /// - Parameter customer: the owner of all of `other`; a new customer had no number yet when it was
  ///   collected.
  mutating func add(_ other: EnrollmentWriter, of customer: CustomerKey) {
    for (_, enrollment) in other.new { new.append((customer, enrollment)) }
    changed += other.changed
  }

  /// Drops the changes of these customers.
  mutating func leaveOut(_ customers: Set<CustomerKey>) {
    new.removeAll { customers.contains($0.customer) }
    changed.removeAll { customers.contains($0.enrollment.customer) }
  }

  /// Messages of customers with changed plans that were claimed but not handed over are checked again.
  ///
  /// - Parameter others: customers with some other change that may affect their messages.
  func write(to tx: Transaction, takingBackOf others: Set<CustomerKey> = []) throws {
    try tx.insert(new)
    try tx.update(changed)
    guard !changed.isEmpty || !others.isEmpty else { return }
    try tx.takeBack(of: others.union(changed.lazy.map(\.enrollment.customer)))
  }
}
