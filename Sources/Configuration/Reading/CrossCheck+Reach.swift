internal import Decisioning
internal import Domain
internal import Platform

/// Steps that can never send anything. Only what follows from the files alone is an error:
///
/// - a holdout of 100% leaves nobody;
/// - a step whose `after` is less than that of the step before it: steps go in the order of the file, so it would wait
///   for a later one, perhaps until it has expired;
/// - a step with the time, the channels, the template and the `unless` of another: the customer would get it twice;
/// - a step of an anniversary, whose time of day is fixed, that always falls due in the quiet hours and expires before
///   their end.
///
/// Not judged: what depends on customers, such as an audience that nobody meets or caps that leave no room.
extension CrossCheck {
  mutating func reach(of file: TriggerFile, _ trigger: Trigger) {
    if let holdout = file.holdout, holdout.value.basisPoints == 10_000 {
      diagnostics.append(
        holdout.diagnostic("a holdout of 100% leaves nobody to send to", hint: "10% is usual"))
    }
    // With an unreadable step among them the numbers would not fit.
    guard trigger.steps.count == file.steps.count else { return }
    var latest = Duration.zero
    for (index, step) in trigger.steps.enumerated() {
      guard let after = file.steps[index]?.after else { continue }
      if step.after < latest {
        diagnostics.append(
          after.diagnostic(
            "step \(index + 1) comes before the step above it, which goes \(DurationText.shown(latest)) after the trigger",
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
      quiet(step, number: index + 1, at: file.steps[index]?.template, trigger)
    }
  }

  /// A moment has no state that goes on holding, and without `include` there is nobody to spread.
  mutating func spread(of file: TriggerFile, _ trigger: Trigger) {
    guard let spread = file.spread else { return }
    if case .lapsed = trigger.when {
      guard trigger.existing == .skip else { return }
      diagnostics.append(
        spread.diagnostic(
          "nobody is there to be spread: those who had lapsed before are left alone",
          hint: "add existing: include, or remove it"))
    } else {
      diagnostics.append(
        spread.diagnostic(
          "'spread' is for lapsed alone: of other triggers each firing keeps its own time", hint: "remove it")
      )
    }
  }

  private mutating func quiet(
    _ step: Step, number: Int, at place: Located<String>?, _ trigger: Trigger
  ) {
    guard let quietHours, let place, case .anniversary(let rule) = trigger.when else { return }
    let day = 24 * 60
    let minute = (rule.at.minuteOfDay + Int(step.after.milliseconds / 60_000)) % day
    let length = (quietHours.to.minuteOfDay - quietHours.from.minuteOfDay + day) % day
    let since = (minute - quietHours.from.minuteOfDay + day) % day
    guard since < length else { return }
    let wait = Duration.minutes(Int64(length - since))
    let expiry = step.expiresAfter ?? trigger.expiresAfter
    guard wait > expiry else { return }
    let due = ClockTime(hour: minute / 60, minute: minute % 60)?.description ?? ""
    diagnostics.append(
      place.diagnostic(
        "step \(number) can never be sent: it is due at \(due), in the quiet hours, and expires before they end at \(quietHours.to)",
        hint: "let it expire after more than \(DurationText.shown(wait)), or send it at another time"))
  }
}

extension Step {
  fileprivate func repeats(_ other: Step) -> Bool {
    after == other.after && channels == other.channels && template == other.template && unless == other.unless
      && !template.isEmpty
  }
}
