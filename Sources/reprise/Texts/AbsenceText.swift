internal import Decisioning
internal import Domain
internal import Operations
internal import Service

/// Explains why a trigger has nothing planned for a customer, in sentences that say what would change that.
enum AbsenceText {
  /// - Parameter isUnderWay: whether one of its messages is still in the outbox.
  static func sentences(
    _ absence: ExplainAnswer.Absence, customer: String, isUnderWay: Bool = false,
    call: ProgramCall = ProgramCall()
  ) -> String {
    let sentences = cause(absence, customer, isUnderWay, call)
    // Otherwise the refusal is the cause.
    guard let refused = absence.refused, refused.problem != nil, absence.because != .noOccasion else {
      return sentences
    }
    return "\(sentences) Since then: \(refusal(refused))."
  }

  private static func cause(
    _ absence: ExplainAnswer.Absence, _ customer: String, _ isUnderWay: Bool, _ call: ProgramCall
  ) -> String {
    func wall(_ time: OffsetTime?) -> String { time.map { TimeText.wall($0) } ?? "?" }
    switch absence.because {
    case .noOccasion where absence.refused != nil:
      let refused = absence.refused.map(refusal) ?? ""
      return "Nothing comes: \(refused). See what is known: \(call("export \(NextSteps.quoted(customer))"))"
    case .noOccasion:
      return
        "Nothing comes: \(lack(absence.lacks)). See what is known: \(call("export \(NextSteps.quoted(customer))"))"
    case .qualifiedEarlier:
      return
        "Nothing comes: it would have fired \(wall(absence.firedAt)), before the trigger was first enabled \(wall(absence.enabledAt)). With 'existing: include' in its file it also reaches those who qualified before."
    case .reentry:
      return
        "Nothing comes yet: the last time was \(wall(absence.enrolledAt)), and its 'reentry' lets the next one begin from \(wall(absence.until)) on."
    case .expired:
      return
        "Nothing comes: it fired \(wall(absence.firedAt)), and by now even its last step is too late. A longer 'expires_after' in its file would have let it go out."
    case .unplanned:
      return
        "Nothing is planned yet: it fires \(wall(absence.firesAt)), and the daemon plans what was imported or changed in the background. If none runs: \(call("run"))"
    case .completed where isUnderWay:
      return
        "All its steps are decided; what is in the outbox still goes out. If it stays there, see whether its channel rests: \(call("status"))"
    case .completed:
      return "Nothing more comes: all its steps are done. The next occasion starts it anew."
    case .ended where absence.endReason == .quarantined:
      return
        "Nothing comes: deciding it ended the program twice, and it is set aside. See: \(call("quarantine list"))"
    case .ended:
      return
        "Nothing more comes: it was ended (\(absence.endReason?.rawValue ?? "?")). The next occasion starts it anew."
    }
  }

  private static func refusal(_ refused: ExplainAnswer.Refused) -> String {
    let values = refused.values.map { member in
      switch member.value {
      case .null: "\(member.key) is missing"
      case .string(let text): "\(member.key) is \"\(text)\""
      default: "\(member.key) is \(ExplanationText.plain(member.value))"
      }
    }
    let found = values.joined(separator: ", ")
    let what = "the trigger's 'where' (\(refused.condition))"
    let occasion = "\(refused.occasion) of \(TimeText.wall(refused.at))"
    guard let problem = refused.problem else {
      return "\(occasion) does not meet \(what)\(found.isEmpty ? "" : ": \(found)")"
    }
    return
      "\(what) cannot be evaluated for \(occasion), which counts as not met: \(problem)\(found.isEmpty ? "" : "; \(found)")"
  }

  private static func lack(_ lack: Lack?) -> String {
    lack?.text ?? "nothing that is known of this customer makes the trigger fire"
  }
}
