import Decisioning
import Domain
import Support
import Testing

struct SendWindowTests {
  private func program(_ from: String = "21:00", _ to: String = "09:00") -> Program {
    var program = Program.shop([])
    program.limits.quietHours = QuietHours(from: .at(from), to: .at(to))
    return program
  }

  @Test func `without quiet hours it is always open`() {
    #expect(Program.shop([]).window(inZone: nil, at: Instant(seconds: 0)) == .open(until: nil))
    #expect(program("12:00", "12:00").window(inZone: nil, at: Instant(seconds: 0)) == .open(until: nil))
  }

  /// Shanghai is eight hours ahead of UTC all year; Berlin goes back an hour in the night of the third case.
  @Test(
    arguments: [
      (nil, "2026-03-01T12:59:59Z", nil, "2026-03-01T13:00:00Z"),
      (nil, "2026-03-01T13:00:00Z", "2026-03-02T01:00:00Z", nil),
      ("Europe/Berlin", "2026-10-24T19:00:00Z", "2026-10-25T08:00:00Z", nil),
      ("Europe/Berlin", "2026-10-25T08:00:00Z", nil, "2026-10-25T20:00:00Z"),
      ("Nowhere/Land", "2026-03-01T12:00:00Z", nil, "2026-03-01T13:00:00Z"),
    ] as [(String?, String, String?, String?)])
  func `it closes and opens by the customer's clock, or the shop's`(
    zone: String?, now: String, closedUntil: String?, openUntil: String?
  ) throws {
    let window = program().window(inZone: zone, at: try #require(Instant(iso8601: now)))
    let expected: SendWindow =
      if let closedUntil { .closed(until: try #require(Instant(iso8601: closedUntil))) } else {
        .open(until: try openUntil.map { try #require(Instant(iso8601: $0)) })
      }
    #expect(window == expected)
  }

  @Test func `an open window stays open until the moment it names, and a closed one closed`() {
    var random = SeededGenerator()
    let start: Int64 = 1_772_366_400_000
    for _ in 0..<rounds(2000) {
      let from = ClockTime(hour: Int.random(in: 0..<24, using: &random), minute: 30)
      let to = ClockTime(hour: Int.random(in: 0..<24, using: &random), minute: 0)
      var program = Program.shop([])
      guard let from, let to else { continue }
      program.limits.quietHours = QuietHours(from: from, to: to)
      let zone = ["Asia/Shanghai", "Europe/Berlin", "America/New_York"].randomElement(using: &random)
      let now = Instant(milliseconds: start + Int64.random(in: 0..<31_536_000_000, using: &random))
      switch program.window(inZone: zone, at: now) {
      case .open(let end?):
        #expect(end > now, "\(random)")
        #expect(
          program.window(inZone: zone, at: end - .milliseconds(1)) == .open(until: end), "\(random)")
      case .open(nil): Issue.record("quiet hours that never begin, \(random)")
      case .closed(let opening):
        #expect(opening > now, "\(random)")
        #expect(
          program.window(inZone: zone, at: opening - .milliseconds(1)) == .closed(until: opening),
          "\(random)")
        guard case .open = program.window(inZone: zone, at: opening) else {
          Issue.record("closed at the opening, \(random)")
          continue
        }
      }
    }
  }
}
