internal import Decisioning
internal import Domain
internal import Store

/// Everything that a batch writes of one customer except the events themselves, ready to be written.
struct IntakeRows: Sendable {
  /// The customer's own fields, if one has changed.
  private(set) var customer: Customer?
  private(set) var orders: [PreparedOrder] = []
  private(set) var orderBook: OrderBook?
  private(set) var carts: [PreparedCart] = []
  private(set) var removedCarts: [String] = []
  private(set) var consents: [(channel: ChannelName, state: ConsentState)] = []
  /// What the customer said about consent in their own words.
  private(set) var words: [(channel: ChannelName, state: ConsentState, at: Instant)] = []
  private(set) var withdrawnAddresses: [(channel: ChannelName, address: String, at: Instant)] = []
  private(set) var grantedAddresses: [(channel: ChannelName, address: String, at: Instant)] = []
  private(set) var plans = EnrollmentWriter()
  /// Whether steps and messages that wait for an address are due now.
  private(set) var wakes = false
  /// Steps and messages that wait for this opening are due now, because the customer's zone has changed.
  private(set) var heldUntil: Instant?
  /// See `CustomerChange.concernsMessages`.
  private(set) var concernsMessages = false
  /// See `CustomerChange.cutShort`.
  private(set) var cutShort: Set<ExactText> = []
  /// What has become of the customer's segments.
  private(set) var audience = AudienceRows()

  /// The rows of a change, and of the plans that follow from it.
  init(_ change: CustomerChange, planningBy rules: PlanningRules) {
    self.init(change, rules.program)
    if rules.hasAudience { audience = AudienceRows(change) }
    plans.add(change.plans(rules), to: change.state)
  }

  /// The rows of a change that is not planned.
  init(_ change: CustomerChange, _ program: Program) {
    let channels = program.channels
    if change.customerChanged { customer = change.state.customer }
    orders = change.state.orders.filter { change.changedOrders.contains($0.id) }.map { PreparedOrder($0) }
    carts = change.changedCarts.compactMap { id in
      change.state.carts.first { $0.id.hasSameBytes(as: id.text) }.map { PreparedCart($0) }
    }
    if let book = change.state.orderBook, !book.isStored { orderBook = book }
    removedCarts = change.removedCarts
    consents = change.consentChanges
    words = change.words
    // A new customer has no key yet, and nothing waits for them.
    wakes = change.isReachedAnew && change.state.customer.key != CustomerKey(0)
    heldUntil = change.opening(inFormerZone: program)
    cutShort = change.cutShort
    concernsMessages = change.concernsMessages
    withdrawnAddresses = change.withdrawnAddresses(channels)
    grantedAddresses = change.grantedAddresses(channels)
  }
}

/// The rows of many customers, so that each table is written in one go.
struct RowCollection {
  private var customers: [Customer] = []
  private var orders: [(customer: CustomerKey, order: PreparedOrder)] = []
  private var orderBooks: [(customer: CustomerKey, book: OrderBook)] = []
  private var carts: [(customer: CustomerKey, cart: PreparedCart)] = []
  private var removedCarts: [(customer: CustomerKey, id: String)] = []
  private var consents: [(customer: CustomerKey, channel: ChannelName, state: ConsentState)] = []
  private var words: [(customer: CustomerKey, channel: ChannelName, state: ConsentState, at: Instant)] = []
  private var withdrawnAddresses: [(channel: ChannelName, address: String, at: Instant)] = []
  private var grantedAddresses: [(channel: ChannelName, address: String, at: Instant)] = []
  private var plans = EnrollmentWriter()
  private var woken: [CustomerKey] = []
  private var held: [(customer: CustomerKey, until: Instant)] = []
  private var concerned: Set<CustomerKey> = []
  private var audience = AudienceRows()

  /// - Parameter key: the customer's; the rows of a new customer do not know it.
  mutating func add(_ rows: IntakeRows, of key: CustomerKey) {
    if var customer = rows.customer {
      customer.key = key
      customers.append(customer)
    }
    for order in rows.orders { orders.append((key, order)) }
    if let book = rows.orderBook { orderBooks.append((key, book)) }
    for cart in rows.carts { carts.append((key, cart)) }
    for id in rows.removedCarts { removedCarts.append((key, id)) }
    for consent in rows.consents { consents.append((key, consent.channel, consent.state)) }
    for word in rows.words { words.append((key, word.channel, word.state, word.at)) }
    withdrawnAddresses += rows.withdrawnAddresses
    grantedAddresses += rows.grantedAddresses
    plans.add(rows.plans, of: key)
    audience.add(rows.audience, of: key)
    if rows.wakes { woken.append(key) }
    if let until = rows.heldUntil { held.append((key, until)) }
    if rows.concernsMessages { concerned.insert(key) }
  }

  /// Notes an event without rows of its own that may take back a message of the customer.
  mutating func addExit(of key: CustomerKey) { concerned.insert(key) }

  struct Written {
    /// Orders that belong to other customers; if there are any, the transaction must be undone.
    var foreign: [(customer: CustomerKey, orderID: String)] = []
    /// How many messages of the outbox waited for something and are due now.
    var messagesWoken = 0
    var membershipsChanged = 0
  }

  /// - Parameter source: where new consent came from, for the evidence.
  func write(to tx: Transaction, at now: Instant, source: String?) throws -> Written {
    var written = Written()
    try tx.save(customers)
    written.foreign = try tx.save(orders)
    try tx.save(orderBooks)
    try tx.removeCarts(removedCarts)
    try tx.save(carts)
    try tx.recordConsent(consents, words: words, at: now, source: source)
    for consent in consents where consent.state == .withdrawn {
      try tx.suppressWaiting(customer: consent.customer, channel: consent.channel, at: now)
    }
    try tx.unsubscribe(withdrawnAddresses, now: now)
    try tx.resubscribe(grantedAddresses)
    try audience.write(to: tx)
    written.membershipsChanged = audience.count
    try plans.write(to: tx, takingBackOf: concerned)
    written.messagesWoken =
      try tx.wakeWaitingForAddress(of: woken, now: now) + tx.wakeHeld(held, now: now)
    return written
  }
}
