import Domain
import Platform

/// Classifies a program's result: by the codes of sysexits.h, or else by whether it may have delivered the message.
struct ExecClassification {
  /// Exit statuses with a specific meaning.
  static let statuses: [Int32: OutcomeClass] = [
    0: .accepted,
    65: .permanent,  // EX_DATAERR
    67: .badAddress,  // EX_NOUSER
    75: .temporary,  // EX_TEMPFAIL
  ]

  /// The exit statuses of interpreters and shells when the program itself fails: an exception, a syntax error, a
  /// missing program or permission.
  static let crashes: Set<Int32> = [1, 2, 126, 127]

  /// Exit statuses whose result is unknown; `nil` if the operator has not listed any: then every status without a
  /// specific meaning is one.
  var ambiguousExits: Set<Int32>?

  func outcome(of ending: ChildProcess.Ending, hasReadInput: Bool) -> OutcomeClass {
    switch ending {
    // Even after a timeout it may have exited with a definite status.
    case .exited(let status):
      if let ambiguousExits, ambiguousExits.contains(status) { return .ambiguous }
      if let outcome = Self.statuses[status] { return outcome }
      let isCrash = Self.crashes.contains(status) && !hasReadInput
      return ambiguousExits != nil || isCrash ? .providerFault : .ambiguous
    case .killed: return .ambiguous
    }
  }
}
