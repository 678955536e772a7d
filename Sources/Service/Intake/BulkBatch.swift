internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// Imported customers, in the writing transaction.
///
/// They are written without loading whole states, and the customers are marked as unplanned: `Replanner`
/// plans each of them once, in order. Nothing wrong can be sent before that, because every gate checks the
/// rows themselves.
struct BulkBatch {
  let tx: Transaction
  let program: Program
  let now: Instant
  /// `nil` if the caller records the evidence of consent.
  let source: String?
  let box: BlackBox

  init(tx: Transaction, program: Program, now: Instant, source: String?, box: BlackBox) {
    self.tx = tx
    self.box = box
    self.program = program
    self.now = now
    self.source = source
  }

  /// Whether these events can be stored without their customers' states.
  static func fits(_ events: [IncomingEvent]) -> Bool {
    events.allSatisfy {
      switch $0.effect {
      case .identify, .consent: true
      default: false
      }
    }
  }

  func take(_ events: [IncomingEvent]) throws -> IntakeReceipt {
    let customers = try IntakeBatch.customersForChange(of: events, in: tx)
    var changes: [CustomerKey: CustomerChange] = [:]
    box.section { section in
      for event in events {
        guard let customer = customers[ExactText(event.customerID)] else { continue }
        section.now(on: .event, id: event.event.messageID)
        changes[customer.key, default: CustomerChange(state: CustomerState(customer: customer), now: now)]
          .apply(event, program)
      }
    }
    var receipt = IntakeReceipt()
    receipt.messagesWoken = try IntakeBatch.write(
      changes.values, program: program, at: now, source: source, in: tx)
    let visitors = changes.values.lazy.map(\.state.customer).filter(\.isVisitor).map(\.key).sorted()
    try tx.noteVisitors(visitors, now: now)
    try tx.markUnplanned(changes.keys.sorted())
    receipt.stored = events.count
    receipt.plansChanged = changes.count
    let cutShort = changes.values.reduce(into: Set<ExactText>()) { $0.formUnion($1.cutShort) }
    if !cutShort.isEmpty {
      receipt.refusals = events.indices.filter { cutShort.contains(ExactText(events[$0].event.messageID)) }
        .map { IntakeRefusal(position: $0, reason: .tooManyAttributes) }
    }
    return receipt
  }
}
