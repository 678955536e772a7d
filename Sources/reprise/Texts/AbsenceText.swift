internal import Decisioning
internal import Domain
internal import Operations
internal import Service

/// Explains why a trigger has nothing planned for a customer, in sentences that name the way out.
enum AbsenceText {
  /// - Parameter isUnderWay: whether one of its messages is still in the outbox.
  static func sentences(
    _ absence: ExplainAnswer.Absence, customer: String, isUnderWay: Bool = false,
    call: ProgramCall = ProgramCall()
  ) -> String {
    func wall(_ time: OffsetTime?) -> String { time.map { TimeText.wall($0) } ?? "?" }
    switch absence.because {
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

  private static func lack(_ lack: Lack?) -> String {
    lack?.text ?? "nothing that is known of this customer makes the trigger fire"
  }
}
