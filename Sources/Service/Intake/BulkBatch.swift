internal import Decisioning
internal import Domain
internal import Store

/// Rows of an import of customers or orders, inside the writing transaction.
///
/// They are written without reading anybody's whole state: the rows of one customer lie far apart in such a file, and
/// planning with each of them would do the same work again and again. The customers are marked, and `Replanner` plans
/// each of them once, in order. Until then nothing wrong can go out: every gate looks at the rows themselves.
struct BulkBatch {
  let tx: Transaction
  let channels: [ChannelName: ChannelPolicy]
  let now: Instant
  let source: String

  private(set) var touchedCustomers: Set<CustomerKey> = []

  init(tx: Transaction, channels: [ChannelName: ChannelPolicy], now: Instant, source: String) {
    self.tx = tx
    self.channels = channels
    self.now = now
    self.source = source
  }

  /// Whether events of this kind can be taken without the state of their customers.
  static func fits(_ events: [IncomingEvent]) -> Bool {
    var placed: Set<String> = []
    return events.allSatisfy { event in
      switch event.effect {
      case .identify: return true
      case .orderPlaced(let order):
        placed.insert(order.id)
        return true
      case .orderCancelled(let id), .orderRefunded(let id, _): return placed.contains(id)
      case .cartChanged, .consent, .none: return false
      }
    }
  }

  mutating func take(_ events: [IncomingEvent]) throws -> IntakeReceipt {
    let customers = try IntakeBatch.customers(of: events, in: tx)
    var orders: [(customer: CustomerKey, order: Order)] = []
    var position: [String: Int] = [:]
    var changes: [CustomerKey: CustomerChange] = [:]
    for event in events {
      guard let customer = customers[event.customerID] else { continue }
      touchedCustomers.insert(customer.key)
      switch event.effect {
      case .orderPlaced(let order):
        if let known = position[order.id] {
          orders[known] = (customer.key, order)
        } else {
          position[order.id] = orders.count
          orders.append((customer.key, order))
        }
      case .orderCancelled(let id):
        if let known = position[id] { orders[known].order.cancelledAt = event.event.at }
      case .orderRefunded(let id, let amount):
        if let known = position[id] {
          orders[known].order.refunded = amount ?? max(orders[known].order.total.minorUnits, 1)
          orders[known].order.refundedAt = event.event.at
        }
      default:
        changes[customer.key, default: CustomerChange(state: CustomerState(customer: customer), now: now)]
          .apply(event)
      }
    }
    // Rows of one customer lie side by side in the table.
    try tx.merge(orders.sorted { $0.customer < $1.customer })
    try IntakeBatch.write(changes.values, channels: channels, at: now, source: source, in: tx)
    try tx.markUnplanned(touchedCustomers.sorted())
    var receipt = IntakeReceipt()
    receipt.stored = events.count
    receipt.plansChanged = touchedCustomers.count
    return receipt
  }
}
