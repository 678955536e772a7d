import Domain
import Platform
import Testing

@testable import Delivery

@Suite struct ExecClassificationTests {
  @Test(
    arguments: [
      (.exited(0), .accepted), (.exited(75), .temporary), (.exited(65), .permanent),
      (.exited(67), .badAddress),
      (.exited(1), .ambiguous), (.exited(64), .ambiguous), (.exited(255), .ambiguous),
      (.killed(9), .ambiguous),
      (.killed(15), .ambiguous),
    ] as [(ChildProcess.Ending, OutcomeClass)])
  func `a program's end has the meaning of sysexits`(ending: ChildProcess.Ending, expected: OutcomeClass) {
    #expect(ExecClassification().outcome(of: ending, hasReadInput: true) == expected)
  }
}
