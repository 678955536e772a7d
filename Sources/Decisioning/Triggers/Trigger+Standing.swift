import Domain

extension Trigger {
  /// Why an enrollment in this trigger should end; `nil` while its reason stands. Used by both planning and
  /// the gate `exit_condition`.
  ///
  /// - Parameter derived: shared by all questions about one state.
  func endReason(
    of enrollment: Enrollment, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    if enrollment.beganAt == nil,
      Reentry.conflict(
        occurrence: enrollment.occurrence, firesAt: enrollment.firesAt, trigger: self,
        enrollments: state.enrollments) != nil
    {
      return .superseded
    }
    return when.endReason(of: enrollment, trigger: self, state: state, derived: &derived)
  }

  func endReason(of enrollment: Enrollment, state: CustomerState) -> EndReason? {
    var derived = DerivedFacts()
    return endReason(of: enrollment, state: state, derived: &derived)
  }
}
