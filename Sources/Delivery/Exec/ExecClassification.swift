import Domain
import Platform

/// What a program's end means for the message: the words of sysexits.h, and for the rest whether the program can have
/// delivered anything.
struct ExecClassification {
  /// Exit statuses with a meaning of their own.
  static let statuses: [Int32: OutcomeClass] = [
    0: .accepted,
    65: .permanent,  // EX_DATAERR
    67: .badAddress,  // EX_NOUSER
    75: .temporary,  // EX_TEMPFAIL
  ]

  /// What interpreters and shells end with when the program itself is at fault: a traceback, a mistake in the script, a
  /// program that is not there or may not be run.
  static let crashes: Set<Int32> = [1, 2, 126, 127]

  /// Exit statuses after which nobody knows; `nil` when the operator has not said, so that all without a meaning are.
  var ambiguousExits: Set<Int32>?

  func outcome(of ending: ChildProcess.Ending, hasReadInput: Bool) -> OutcomeClass {
    switch ending {
    // Told to stop, it may still have ended with a clear word.
    case .exited(let status):
      if let ambiguousExits, ambiguousExits.contains(status) { return .ambiguous }
      if let outcome = Self.statuses[status] { return outcome }
      let isCrash = Self.crashes.contains(status) && !hasReadInput
      return ambiguousExits != nil || isCrash ? .providerFault : .ambiguous
    case .killed: return .ambiguous
    }
  }
}
