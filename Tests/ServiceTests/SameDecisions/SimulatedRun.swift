import Decisioning
import Delivery
import Domain
import Simulation
import Synchronization

extension Outcome {
  /// What a history leads to in a simulation.
  static func simulated(_ history: History, threads: Int = 1) -> Outcome {
    let handovers = Mutex<[String]>([])
    let policy = DeliveryPolicy { handover in
      let (message, attempt) = (handover.message.message, handover.message.attempts + 1)
      handovers.withLock {
        $0.append(
          Self.handover(at: handover.at, uid: message.ledgerKey.messageUID, message.content))
      }
      let report = Provider.report(to: message.content.to, attempt: attempt)
      switch report.outcome {
      case .badAddress: return .init(.badAddress)
      case .permanent: return .init(.refused)
      case .temporary:
        let pause = max(
          RetryPolicy().delay(afterAttempt: attempt, jitter: 0), report.retryAfter ?? .zero)
        return .init(.retry(at: handover.at + pause))
      default: return .init(.accepted)
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
      let end = step.at - .milliseconds(1)
      if end >= simulation.now { simulation.run(until: end) { slices.append($0) } }
      simulation.stop(until: step.at)
      switch step.deed {
      case .events(let events): slices.append(simulation.learn(.events(events)))
      case .sentElsewhere(let told, let customer):
        slices.append(simulation.learn(.sentElsewhere(told, customerID: customer)))
      case .named(let statement): slices.append(simulation.learn(.named(statement)))
      case .pause(let trigger): simulation.pause(trigger)
      case .resume(let trigger): simulation.resume(trigger)
      case .reload(let program): simulation.reload(program)
      case .sending(let isSending): simulation.change { $0.isSending = isSending }
      }
    }
    simulation.run(until: history.end) { slices.append($0) }
    return Outcome(slices, simulation, history.customers, handovers.withLock { $0 })
  }

  private init(
    _ slices: [Slice], _ simulation: Simulation, _ customers: [String], _ handovers: [String]
  ) {
    self.handovers = handovers
    var occurrences: [String: [Int64: String]] = [:]
    /// The customers' own ids at the end.
    func own(_ id: String) -> String { simulation.customer(id)?.id ?? id }
    for id in Set(customers.map(own)).sorted() {
      for enrollment in simulation.customer(id)?.state.enrollments ?? [] {
        occurrences[id, default: [:]][enrollment.key] = enrollment.occurrence
        enrollments.append(Self.line(enrollment, customer: id))
      }
      for message in simulation.customer(id)?.messages ?? [] where message.isElsewhere {
        messages.append(
          Self.elsewhere(
            customer: id, trigger: message.trigger, step: message.step, channel: message.channel,
            sentAt: message.decidedAt))
      }
    }
    for made in Self.kept(slices.flatMap(\.decisions)) {
      decisions.append(
        Self.line(
          made.decision, customer: own(made.customerID),
          occurrence: occurrences[made.customerID]?[made.decision.enrollment] ?? "?"))
    }
    var ended: Set<String> = []
    for slice in slices {
      for end in slice.ended {
        ended.insert(end.message.message.ledgerKey.messageUID)
        messages.append(Self.line(end.message, customer: own(end.customerID), state: end.state))
      }
    }
    for slice in slices {
      for enqueued in slice.enqueued where !ended.contains(enqueued.message.message.ledgerKey.messageUID) {
        messages.append(Self.line(enqueued.message, customer: own(enqueued.customerID), state: .waiting))
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
      let id: String? =
        switch step.deed {
        case .events(let events): events.first?.customerID
        case .named(let statement): statement.customerID
        default: nil
        }
      if let id, !ids.contains(id) { ids.append(id) }
    }
    return ids
  }
}
