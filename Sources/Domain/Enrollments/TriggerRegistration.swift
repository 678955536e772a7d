/// What a new configuration means for a trigger that was seen before, or was not.
package enum TriggerRegistration: Equatable, Sendable {
  /// New, or back after it was removed: it is enabled now, and everybody is planned for.
  case enabled
  /// Plans differently now: everybody is planned for again.
  case changed
  case unchanged
  /// Its enrollments end.
  case removed

  /// - Parameters:
  ///   - known: the planning hash of a trigger that is in force; `nil` for one that is new or was removed.
  ///   - wanted: the planning hash by the new configuration; `nil` when the trigger is not in it.
  package init(known: String?, wanted: String?) {
    switch (known, wanted) {
    case (nil, nil): self = .unchanged
    case (nil, .some): self = .enabled
    case (.some, nil): self = .removed
    case (let known?, let wanted?): self = known.hasSameBytes(as: wanted) ? .unchanged : .changed
    }
  }
}
