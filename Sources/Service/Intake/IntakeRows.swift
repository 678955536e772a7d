internal import Decisioning
internal import Domain
internal import Store

/// Everything beside the events themselves that a batch writes of one customer, ready to be written.
struct IntakeRows: Sendable {
  /// The customer's own fields, when one has changed.
  private(set) var customer: Customer?
  private(set) var orders: [PreparedOrder] = []
  private(set) var orderBook: OrderBook?
  private(set) var carts: [PreparedCart] = []
  private(set) var removedCarts: [String] = []
  private(set) var consents: [(channel: ChannelName, state: ConsentState)] = []
  /// What the customer said in so many words.
  private(set) var words: [(channel: ChannelName, state: ConsentState, at: Instant)] = []
  private(set) var withdrawnAddresses: [(channel: ChannelName, address: String, at: Instant)] = []
  private(set) var grantedAddresses: [(channel: ChannelName, address: String, at: Instant)] = []
  private(set) var plans = EnrollmentWriter()
  /// Whether what waits for an address is to be looked at.
  private(set) var wakes = false
  /// The opening that the customer's messages wait for in the zone before, when that was another and it is quiet there.
  private(set) var heldUntil: Instant?
  /// Whether the reason of a message or its address may be another by this, plans apart.
  private(set) var concernsMessages = false
  /// Message ids of events of which something was left out.
  private(set) var cutShort: Set<ExactText> = []

  /// Applies the events to the state and plans every trigger they concern.
  ///
  /// Pure: nothing is read or written but the arguments.
  init(_ events: some Sequence<IncomingEvent>, on state: CustomerState, _ rules: PlanningRules, now: Instant)
  {
    var change = CustomerChange(state: state, now: now)
    var touched = TouchedParts()
    for event in events {
      change.apply(
        event, rules.shop.program,
        keepsEvent: !rules.events.isEmpty && rules.events.contains(event.event.name))
      touched.add(event, rules)
    }
    self.init(change, rules.shop.program, now: now)
    plan(change.state, touched, rules, now)
  }

  /// What a change leaves to be written, without planning.
  init(_ change: CustomerChange, _ program: Program, now: Instant) {
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
    // Of somebody new, who has no number yet, nothing waits.
    wakes = change.isReachedAnew && change.state.customer.key != CustomerKey(0)
    if let zone = change.zoneBefore, case .closed(let opening) = program.window(inZone: zone, at: now) {
      heldUntil = opening
    }
    cutShort = change.cutShort
    concernsMessages =
      change.isMoved || change.zoneBefore != nil || !change.changedOrders.isEmpty
      || !change.changedCarts.isEmpty
      || !change.removedCarts.isEmpty
    withdrawnAddresses = change.withdrawnAddresses(channels)
    grantedAddresses = change.grantedAddresses(channels)
  }

  private mutating func plan(
    _ state: CustomerState, _ touched: TouchedParts, _ rules: PlanningRules, _ now: Instant
  ) {
    let shop = rules.shop
    for rule in rules.rules where touched.concerns(rule) {
      let changes = Planner.replan(
        trigger: rule.trigger, state: state, catalog: shop.catalog, program: shop.program,
        enabledAt: rule.enabledAt, now: now)
      plans.add(changes, to: state)
    }
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

  /// - Parameter key: the customer's number, which the rows of a new one do not know.
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
    if rows.wakes { woken.append(key) }
    if let until = rows.heldUntil { held.append((key, until)) }
    if rows.concernsMessages { concerned.insert(key) }
  }

  /// Something has happened to the customer, beside all rows, that may take back a message.
  mutating func addExit(of key: CustomerKey) { concerned.insert(key) }

  struct Written {
    /// Orders that belong to other customers; then the transaction must be undone.
    var foreign: [(customer: CustomerKey, orderID: String)] = []
    /// Messages of the outbox that waited for something and are due now.
    var messagesWoken = 0
  }

  /// - Parameter source: where consent that was told on the way came from.
  func write(to tx: Transaction, at now: Instant, source: String) throws -> Written {
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
    try plans.write(to: tx, takingBackOf: concerned)
    written.messagesWoken =
      try tx.wakeWaitingForAddress(of: woken, now: now) + tx.wakeHeld(held, now: now)
    return written
  }
}
