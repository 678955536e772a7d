internal import Decisioning
internal import Domain
internal import Platform

/// Steps that can never send anything. Only what follows from the files alone is an error:
///
/// - a holdout of 100% leaves nobody;
/// - a step whose `after` is less than the previous step's: steps run in file order, so it would wait for a
///   later one, perhaps until it expires;
/// - a step with the time, channels, template and `unless` of another: the customer would get it twice;
/// - objections of the trigger's kind.
///
/// Not checked: what depends on customers, such as an audience without members or caps that leave no room.
extension CrossCheck {
  mutating func reach(of file: TriggerFile, _ trigger: Trigger) {
    if let holdout = file.holdout, holdout.value.basisPoints == 10_000 {
      diagnostics.append(
        holdout.diagnostic("a holdout of 100% leaves nobody to send to", hint: "10% is usual"))
    }
    // If a step was unreadable, the numbers would not match.
    guard trigger.steps.count == file.steps.count else { return }
    var latest = Duration.zero
    for (index, step) in trigger.steps.enumerated() {
      guard let after = file.steps[index]?.after else { continue }
      if step.after < latest {
        diagnostics.append(
          after.diagnostic(
            "step \(index + 1) comes before the step above it, which goes \(latest.written) after the trigger",
            hint: "put the steps in the order of their times"))
      }
      latest = max(latest, step.after)
      if let twin = trigger.steps[..<index].firstIndex(where: { $0.repeats(step) }),
        let template = file.steps[index]?.template
      {
        diagnostics.append(
          template.diagnostic(
            "step \(index + 1) sends what step \(twin + 1) sends, at the same time",
            hint: "remove one of them"))
      }
    }
    for objection in trigger.when.objections(to: trigger, quietHours: quietHours) {
      guard let place = file.steps[objection.step]?.template else { continue }
      diagnostics.append(place.diagnostic(objection.message, hint: objection.hint))
    }
  }
}

extension Step {
  fileprivate func repeats(_ other: Step) -> Bool {
    after == other.after && channels == other.channels && template == other.template && unless == other.unless
      && !template.isEmpty
  }
}
