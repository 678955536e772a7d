import Delivery
import Domain
import Platform
import Testing

/// What a program's end means for the message, with programs that really run.
@Suite struct ExecExitTests {
  private func outcome(_ script: String, settings: String = "") async throws -> DeliveryReport {
    let engine = try TransferEngine()
    let channel = try engine.channel(
      "{adapter: exec, command: [/bin/sh, -c, \"\(script)\"]\(settings)}", named: "shop")
    let report = await channel.adapter.deliver(message(), at: noon, through: HandoffGate { true })
    await engine.stop(within: .seconds(1))
    return report
  }

  @Test(arguments: [
    ("cat > /dev/null; exit 0", OutcomeClass.accepted), ("exit 0", .accepted),
    ("cat > /dev/null; exit 1", .ambiguous), ("head -c 1 > /dev/null; exit 1", .ambiguous),
    ("cat > /dev/null; exit 2", .ambiguous), ("exit 1", .providerFault), ("exit 2", .providerFault),
    ("exit 3", .ambiguous), ("exit 65", .permanent), ("exit 67", .badAddress), ("exit 75", .temporary),
    ("kill -9 $$", .ambiguous),
  ])
  func `a program that fails before it has read anything has delivered nothing`(
    script: String, expected: OutcomeClass
  ) async throws {
    #expect(try await outcome(script).outcome == expected)
  }

  @Test func `what a failed program said stands in the report`() async throws {
    let report = try await outcome("echo no module named requests >&2; exit 1")
    #expect(report.code == "exit 1")
    #expect(report.detail == "no module named requests")
  }

  @Test(arguments: [
    ("cat > /dev/null; exit 1", OutcomeClass.providerFault), ("cat > /dev/null; exit 9", .ambiguous),
    ("exit 9", .ambiguous), ("exit 0", .accepted), ("exit 65", .permanent), ("kill -9 $$", .ambiguous),
  ])
  func `whoever knows the program says which ends are doubts`(
    script: String, expected: OutcomeClass
  )
    async throws
  {
    #expect(try await outcome(script, settings: ", ambiguous_exit: [9]").outcome == expected)
  }
}
