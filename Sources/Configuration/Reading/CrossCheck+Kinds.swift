internal import Decisioning
internal import Domain

/// Keys that apply only to some kinds of triggers.
extension CrossCheck {
  mutating func ends(with ending: Located<CartEnding>?, _ kind: any TriggerKind) {
    guard let ending, !type(of: kind).takesEndsWith else { return }
    diagnostics.append(
      ending.diagnostic("'ends_with' says which order ends the recovery of a cart", hint: "remove it"))
  }

  mutating func same(_ exit: UnlessFile, _ kind: any TriggerKind) {
    guard let same = exit.same, same.value == .order else { return }
    if !kind.isAboutOrders {
      diagnostics.append(
        same.diagnostic(
          "'same: order' needs a trigger about an order", hint: "remove it, or write same: customer"))
    } else if exit.event.value == EventName.orderCompleted.rawValue {
      diagnostics.append(
        same.diagnostic(
          "an order is completed once, so this never skips the step", hint: "remove same: order"))
    }
  }

  /// A moment has no lasting state, and without `include` there is nobody to spread.
  mutating func spread(of file: TriggerFile, _ trigger: Trigger) {
    guard let spread = file.spread else { return }
    switch type(of: trigger.when).occasion {
    case .state(let participle):
      guard trigger.existing == .skip else { return }
      diagnostics.append(
        spread.diagnostic(
          "nobody is there to be spread: those who had \(participle) before are left alone",
          hint: "add existing: include, or remove it"))
    case .moment:
      let states = kinds.filter { $0.occasion.isState }.map { $0.form.word }
      diagnostics.append(
        spread.diagnostic(
          "'spread' is for \(states.listed) alone: of other triggers each firing keeps its own time",
          hint: "remove it"))
    }
  }
}
