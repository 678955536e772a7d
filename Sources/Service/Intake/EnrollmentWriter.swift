internal import Decisioning
internal import Domain
internal import Store

/// Collects changes of enrollments and writes them as two batches.
struct EnrollmentWriter: Sendable {
  private var new: [PreparedEnrollment] = []
  private var changed: [PreparedEnrollment] = []

  mutating func add(_ changes: [EnrollmentChange], to state: CustomerState) {
    for change in changes {
      switch change {
      case .enroll(let enrollment): new.append(PreparedEnrollment(enrollment))
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

  /// Forgets what these customers' are.
  mutating func leaveOut(_ customers: Set<CustomerKey>) {
    new.removeAll { customers.contains($0.enrollment.customer) }
    changed.removeAll { customers.contains($0.enrollment.customer) }
  }

  /// - Returns: how many enrollments were written.
  func write(to tx: Transaction) throws -> Int {
    try tx.insert(new.map { ($0.enrollment.customer, $0) })
    try tx.update(changed)
    return new.count + changed.count
  }
}
