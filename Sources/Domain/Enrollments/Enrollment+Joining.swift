extension Enrollment {
  /// The enrollment of one person who was enrolled twice for the same occurrence, under two ids: what was done
  /// under either is done.
  ///
  /// - Returns: it, with this one's key, or the other's if that one has come further.
  package func joined(with other: Enrollment) -> Enrollment {
    let isFurther = (other.rank, other.doneSteps.count) > (rank, doneSteps.count)
    var joined = isFurther ? other : self
    let less = isFurther ? self : other
    joined.customer = customer
    for step in less.doneSteps where !joined.doneSteps.contains(step) { joined.doneSteps.append(step) }
    joined.beganAt = [beganAt, other.beganAt].compactMap(\.self).min()
    return joined
  }

  /// Whether both are about the same thing: the same occurrence, or the same cart that was already written
  /// about under both ids, whose fillings are one now.
  package func coincides(with other: Enrollment) -> Bool {
    guard trigger == other.trigger else { return false }
    if occurrence.hasSameBytes(as: other.occurrence) { return true }
    guard case .cart(let mine) = subject, case .cart(let theirs) = other.subject else { return false }
    return mine.hasSameBytes(as: theirs) && isUnderWay && other.isUnderWay
  }

  private var isUnderWay: Bool { state == .active && beganAt != nil }

  /// How final it is.
  private var rank: Int {
    switch state {
    case .ended where endReason == .quarantined || endReason == .forgotten: 3
    case .completed: 2
    case .active: 1
    case .ended: 0
    }
  }
}
