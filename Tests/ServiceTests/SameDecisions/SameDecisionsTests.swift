import Decisioning
import Domain
import Support
import Testing

/// The same history in a simulation and through the service leads to the same decisions, traces, messages and
/// enrollments.
@Suite(.serialized) struct SameDecisionsTests {
  @Test(arguments: IntakeStore.allCases)
  func `a random history leads to the same in a simulation and in the service`(kind: IntakeStore) async throws
  {
    var seeds = SeededGenerator(usual: 1)
    var decisions = 0
    for _ in 0..<rounds(kind == .sqlite ? 6 : 2) {
      var random = SeededGenerator(seed: seeds.next())
      let history = History(using: &random)
      let simulated = Outcome.simulated(history)
      let served = try await Outcome.served(history, on: kind)
      decisions += simulated.decisions.count
      guard simulated != served else { continue }
      let short = try await shortened(history, kind)
      Issue.record("\(seeds), history \(random.seed)\n\(try await report(short, kind))")
      return
    }
    #expect(decisions > 0)
  }

  @Test(arguments: IntakeStore.allCases)
  func `so does one in which customers turn out to be one person`(kind: IntakeStore) async throws {
    var seeds = SeededGenerator(usual: 1)
    var names = 0
    for _ in 0..<rounds(kind == .sqlite ? 12 : 3) {
      var random = SeededGenerator(seed: seeds.next())
      let history = History(joining: true, using: &random)
      let simulated = Outcome.simulated(history).withoutPlaces
      let served = try await Outcome.served(history, on: kind).withoutPlaces
      names += history.steps.count { if case .named = $0.deed { true } else { false } }
      guard simulated != served else { continue }
      let short = try await shortened(history, kind)
      Issue.record("\(seeds), history \(random.seed)\n\(try await report(short, kind))")
      return
    }
    #expect(names > 0)
  }

  /// The history without what does not matter for the difference.
  private func shortened(_ history: History, _ kind: IntakeStore) async throws -> History {
    var short = history
    var index = short.steps.count - 1
    while index >= 0 {
      var shorter = short
      shorter.steps.remove(at: index)
      if try await !Self.differences(shorter, kind).isEmpty { short = shorter }
      index -= 1
    }
    return short
  }

  private static func differences(_ history: History, _ kind: IntakeStore) async throws -> [String] {
    let (simulated, served) = try await (Outcome.simulated(history), Outcome.served(history, on: kind))
    return history.isJoining
      ? simulated.withoutPlaces.differences(from: served.withoutPlaces) : simulated.differences(from: served)
  }

  private func report(_ history: History, _ kind: IntakeStore) async throws -> String {
    let steps = history.steps.map { step in
      switch step.deed {
      case .events(let events):
        events.map {
          "\(step.at.iso8601) \($0.customerID) \($0.event.name) of \($0.event.at.iso8601): \($0.effect)"
        }.joined(separator: "\n")
      case .sentElsewhere(let told, let customer):
        told.map { "\(step.at.iso8601) \(customer) was sent \($0)" }.joined(separator: "\n")
      case .named(let said): "\(step.at.iso8601) \(said.kind) \(said.name) is \(said.customerID)"
      case .pause(let trigger): "\(step.at.iso8601) pause \(trigger)"
      case .resume(let trigger): "\(step.at.iso8601) resume \(trigger)"
      case .reload(let program):
        "\(step.at.iso8601) reload \(program.triggers.keys.sorted()) \(program.channels.keys.sorted()) \(program.limits)"
      case .sending(let isSending): "\(step.at.iso8601) sending \(isSending)"
      }
    }
    let differences = try await Self.differences(history, kind)
    return (steps + differences).joined(separator: "\n")
  }
}
