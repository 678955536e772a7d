/// The effect of a new configuration on a trigger.
package enum TriggerRegistration: Equatable, Sendable {
  /// New, or back after it was removed: it is enabled now, and planned for everybody.
  case enabled
  /// Its planning has changed: it is re-planned for everybody.
  case changed
  case unchanged
  /// Its enrollments end.
  case removed

  /// - Parameters:
  ///   - known: the planning hash of a trigger in force; `nil` for a new or removed one.
  ///   - wanted: the planning hash in the new configuration; `nil` if the trigger is not in it.
  package init(known: String?, wanted: String?) {
    switch (known, wanted) {
    case (nil, nil): self = .unchanged
    case (nil, .some): self = .enabled
    case (.some, nil): self = .removed
    case (let known?, let wanted?): self = known.hasSameBytes(as: wanted) ? .unchanged : .changed
    }
  }
}
