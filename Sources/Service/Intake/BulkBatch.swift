internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// Rows of an import of customers, inside the writing transaction.
///
/// They are written without reading anybody's whole state, and the customers are marked: `Replanner` plans each of them
/// once, in order. Until then nothing wrong can go out: every gate looks at the rows themselves.
struct BulkBatch {
  let tx: Transaction
  let program: Program
  let now: Instant
  let source: String
  let box: BlackBox

  private(set) var touchedCustomers: Set<CustomerKey> = []

  init(tx: Transaction, program: Program, now: Instant, source: String, box: BlackBox) {
    self.tx = tx
    self.box = box
    self.program = program
    self.now = now
    self.source = source
  }

  /// Whether events of this kind can be taken without the state of their customers.
  static func fits(_ events: [IncomingEvent]) -> Bool {
    events.allSatisfy {
      switch $0.effect {
      case .identify, .consent: true
      default: false
      }
    }
  }

  mutating func take(_ events: [IncomingEvent]) throws -> IntakeReceipt {
    let customers = try IntakeBatch.customers(of: events, in: tx)
    var changes: [CustomerKey: CustomerChange] = [:]
    box.section { section in
      for event in events {
        guard let customer = customers[ExactText(event.customerID)] else { continue }
        touchedCustomers.insert(customer.key)
        section.now(on: .event, id: event.event.messageID)
        changes[customer.key, default: CustomerChange(state: CustomerState(customer: customer), now: now)]
          .apply(event, program)
      }
    }
    var receipt = IntakeReceipt()
    receipt.messagesWoken = try IntakeBatch.write(
      changes.values, program: program, at: now, source: source, in: tx)
    try tx.markUnplanned(touchedCustomers.sorted())
    receipt.stored = events.count
    receipt.plansChanged = touchedCustomers.count
    let cutShort = changes.values.reduce(into: Set<ExactText>()) { $0.formUnion($1.cutShort) }
    if !cutShort.isEmpty {
      receipt.refusals = events.indices.filter { cutShort.contains(ExactText(events[$0].event.messageID)) }
        .map { IntakeRefusal(position: $0, reason: .tooManyAttributes) }
    }
    return receipt
  }
}
