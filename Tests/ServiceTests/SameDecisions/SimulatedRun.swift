import Decisioning
import Domain
import Simulation

extension Outcome {
  /// What a history leads to in a simulation.
  static func simulated(_ history: History, threads: Int = 1) -> Outcome {
    let policy = DeliveryPolicy { handover in
      switch Provider.outcome(to: handover.message.message.content.to) {
      case .badAddress: .init(.badAddress)
      case .permanent: .init(.refused)
      default: .init(.accepted)
      }
    }
    var options = Simulation.Options()
    options.threads = threads
    var simulation = Simulation(
      SimulatedShop(
        program: history.program, enabledAt: history.program.triggers.mapValues { _ in history.start }),
      now: history.start, policy: policy, options: options)
    var slices: [Slice] = []
    for step in history.steps {
      simulation.run(until: step.at - .milliseconds(1)) { slices.append($0) }
      simulation.stop(until: step.at)
      switch step.deed {
      case .events(let events): slices.append(simulation.learn(.events(events)))
      case .pause(let trigger): simulation.pause(trigger)
      case .resume(let trigger): simulation.resume(trigger)
      case .reload(let program): simulation.reload(program)
      }
    }
    simulation.run(until: history.end) { slices.append($0) }
    return Outcome(slices, simulation, history.customers)
  }

  private init(_ slices: [Slice], _ simulation: Simulation, _ customers: [String]) {
    var occurrences: [String: [Int64: String]] = [:]
    for id in customers {
      for enrollment in simulation.customer(id)?.state.enrollments ?? [] {
        occurrences[id, default: [:]][enrollment.key] = enrollment.occurrence
        enrollments.append(Self.line(enrollment, customer: id))
      }
    }
    for made in Self.kept(slices.flatMap(\.decisions)) {
      decisions.append(
        Self.line(
          made.decision, customer: made.customerID,
          occurrence: occurrences[made.customerID]?[made.decision.enrollment] ?? "?"))
    }
    var ended: Set<String> = []
    for slice in slices {
      for end in slice.ended {
        let message = end.message.message
        ended.insert(message.ledgerKey.messageUID)
        messages.append(Self.line(end.message, customer: end.customerID, state: end.state))
        guard end.state == .sent || end.state == .dead else { continue }
        handovers.append(Self.handover(at: end.at, uid: message.ledgerKey.messageUID, message.content))
      }
    }
    for slice in slices {
      for enqueued in slice.enqueued where !ended.contains(enqueued.message.message.ledgerKey.messageUID) {
        messages.append(Self.line(enqueued.message, customer: enqueued.customerID, state: .waiting))
      }
    }
    arrange()
  }

  /// What a store keeps of these: a deferral takes the place of an earlier one of the same step and gate.
  private static func kept(_ decisions: [Slice.Made]) -> [Slice.Made] {
    var kept: [Slice.Made] = []
    for made in decisions {
      if made.decision.verdict == .defer {
        kept.removeAll {
          $0.decision.verdict == .defer && $0.customerID == made.customerID
            && $0.decision.enrollment == made.decision.enrollment && $0.decision.step == made.decision.step
            && $0.decision.gate == made.decision.gate
        }
      }
      kept.append(made)
    }
    return kept
  }

  private static func line(_ message: SimulatedMessage, customer: String, state: MessageState) -> String {
    Self.message(
      customer: customer, trigger: message.message.trigger, step: message.message.step,
      channel: message.message.channel, decidedAt: message.decidedAt,
      uid: message.message.ledgerKey.messageUID, state: state)
  }
}

extension History {
  /// Everybody of whom anything becomes known, in that order.
  var customers: [String] {
    var ids: [String] = []
    for step in steps {
      guard case .events(let events) = step.deed, let id = events.first?.customerID else { continue }
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }
}
