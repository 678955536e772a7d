import Domain
import Platform

/// What a program's end means for the message: the words of sysexits.h.
enum ExecClassification {
  /// Exit statuses with a meaning; any other says that something went wrong after the message was given to the program.
  static let statuses: [Int32: OutcomeClass] = [
    0: .accepted,
    65: .permanent,  // EX_DATAERR
    67: .permanent,  // EX_NOUSER
    75: .temporary,  // EX_TEMPFAIL
  ]

  static func outcome(of ending: ChildProcess.Ending, isLate: Bool) -> OutcomeClass {
    switch ending {
    // Told to stop, it may still have ended with a clear word.
    case .exited(let status): statuses[status] ?? .ambiguous
    case .killed: .ambiguous
    }
  }
}
