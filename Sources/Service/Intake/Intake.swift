internal import Decisioning
package import Domain
internal import Platform
package import Store

/// The only entry for events, which become state and plans in the transaction that stores them.
///
/// Thread-safe; concurrent calls share commits, and most of their work is done off the writing thread.
package final class Intake: Sendable {
  let store: Store
  let shop: LiveShop
  let planned: @Sendable () -> Void
  let woken: @Sendable () -> Void
  let quarantine: Quarantine
  let doubts: @Sendable () -> Bool
  let memory = IntakeMemory()
  /// For lists of addresses.
  package let directory = AddressDirectory()
  /// For the loaded states.
  private let room = MemoryRoom(bytes: Intake.roomBytes)

  /// - Parameters:
  ///   - quarantine: marks work in progress, and knows which events are quarantined.
  ///   - doubts: whether the clock is doubted. Customers are then planned again once it is trusted.
  ///   - planned: called after a commit that may have made something due earlier.
  ///   - woken: called after a commit that has made messages of the outbox due.
  package init(
    store: Store, shop: LiveShop, quarantine: Quarantine = .off,
    doubts: @escaping @Sendable () -> Bool = { false }, planned: @escaping @Sendable () -> Void = {},
    woken: @escaping @Sendable () -> Void = {}
  ) {
    self.woken = woken
    self.quarantine = quarantine
    self.doubts = doubts
    self.store = store
    self.shop = shop
    self.planned = planned
  }

  /// Stores the events and everything that follows from them; durable when it returns.
  ///
  /// Many events with sender-given ids are stored in several transactions, to hold the states of only some
  /// customers at a time. After a failure some of them may be stored; their ids make it safe to send all
  /// again.
  ///
  /// - Parameters:
  ///   - source: the origin of consent in the events, for the evidence: `identify`, `import`.
  ///   - keepsEvents: whether the events themselves are stored, so that their message ids are recognised as
  ///     duplicates later. Imports of customers do without: their ids are unique. `Replanner` plans them
  ///     afterwards.
  ///   - isLimited: whether `IntakeLimits` apply, as for everything not sent by an operator.
  ///   - alongside: more work for the same transaction, such as the progress of an import.
  package func take(
    _ events: [IncomingEvent], now: Instant, source: String = "identify", keepsEvents: Bool = true,
    isLimited: Bool = true, alongside: (@Sendable (Transaction) throws -> Void)? = nil
  ) async throws -> IntakeReceipt {
    if keepsEvents, alongside == nil, events.count > Self.eventsAtOnce,
      !events.contains(where: \.event.hasMadeID)
    {
      var receipt = IntakeReceipt()
      for start in stride(from: 0, to: events.count, by: Self.eventsAtOnce) {
        let part = start..<min(start + Self.eventsAtOnce, events.count)
        receipt.add(
          try await take(Array(events[part]), now: now, source: source, isLimited: isLimited), of: Array(part)
        )
      }
      return receipt
    }
    if quarantine.isAlert {
      return try await takeCarefully(events) { part, last in
        try await takeTogether(part, now, source, keepsEvents, isLimited, last ? alongside : nil)
      }
    }
    return try await takeTogether(events, now, source, keepsEvents, isLimited, alongside)
  }

  /// More than senders usually put into one batch.
  private static let eventsAtOnce = 500

  private func takeTogether(
    _ events: [IncomingEvent], _ now: Instant, _ source: String, _ keepsEvents: Bool, _ isLimited: Bool,
    _ alongside: (@Sendable (Transaction) throws -> Void)?
  ) async throws -> IntakeReceipt {
    var refusals = isLimited && keepsEvents ? try await refuseNewNames(events) : []
    var events = events
    while true {
      let (part, places, unstored) = Self.part(of: events, without: refusals)
      do {
        var receipt =
          if !keepsEvents, BulkBatch.fits(part) {
            try await takeInBulk(part, now, source, alongside)
          } else {
            try await takeOneByOne(part, unstored, now, source, keepsEvents, alongside)
          }
        for index in receipt.refusals.indices {
          let place = receipt.refusals[index].position
          receipt.refusals[index].position = places?[place] ?? place
        }
        receipt.refusals = refusals + receipt.refusals
        memory.count(receipt.refusals)
        if receipt.plansChanged > 0 || receipt.membershipsChanged > 0 { planned() }
        if receipt.messagesWoken > 0 { woken() }
        return receipt
      } catch let error as TooMuchAtOnce {
        // One transaction for each part; message ids make it safe to send all again if one fails.
        let fitting = Set(error.fitting.map { places?[$0] ?? $0 })
        let first = events.indices.filter { fitting.contains($0) }
        let rest = events.indices.filter { !fitting.contains($0) }
        var receipt = IntakeReceipt()
        receipt.add(
          try await takeTogether(first.map { events[$0] }, now, source, keepsEvents, isLimited, nil),
          of: first)
        receipt.add(
          try await takeTogether(rest.map { events[$0] }, now, source, keepsEvents, isLimited, alongside),
          of: rest)
        return receipt
      } catch let error as OneCustomer {
        for index in events.indices {
          if let id = error.ids[events[index].customerID] { events[index].customerID = id }
        }
      } catch let error as ForeignOrders where !error.positions.isEmpty {
        // Nothing of the batch was written; without these events it succeeds.
        refusals += error.positions.map {
          let place = places?[$0] ?? $0
          return IntakeRefusal(
            position: place, reason: .orderOfAnother, isWithdrawalTaken: events[place].withdrawal != nil)
        }
      }
    }
  }

  /// The events without the refused ones, of which only withdrawals of consent remain.
  ///
  /// - Returns: them, their original positions if some are missing, and which are not stored themselves.
  private static func part(
    of events: [IncomingEvent], without refusals: [IntakeRefusal]
  ) -> (events: [IncomingEvent], places: [Int]?, unstored: Set<Int>) {
    if refusals.isEmpty { return (events, nil, []) }
    let refused = Set(refusals.map(\.position))
    var part: [IncomingEvent] = []
    var places: [Int] = []
    var unstored: Set<Int> = []
    for (place, event) in events.enumerated() {
      if refused.contains(place) {
        guard let withdrawal = event.withdrawal else { continue }
        unstored.insert(part.count)
        part.append(withdrawal)
      } else {
        part.append(event)
      }
      places.append(place)
    }
    return (part, places, unstored)
  }

  /// Registers new event names. Once the shop has the maximum of names, events with names that no trigger
  /// uses are refused.
  private func refuseNewNames(_ events: [IncomingEvent]) async throws -> [IntakeRefusal] {
    let known = memory.names
    var new: Set<EventName> = []
    // Events that change something have one of the program's own names.
    for event in events where event.effect.isNone && !known.contains(event.event.name) {
      new.insert(event.event.name)
    }
    if new.isEmpty { return [] }
    let rules = shop.snapshot.rules
    new.subtract(rules.names)
    new.subtract(rules.exits)
    if new.isEmpty { return [] }
    let names = new
    let entered = try await store.write { try $0.enter(eventNames: names, limit: IntakeLimits.eventNames) }
    memory.learn(entered)
    new.subtract(entered)
    if new.isEmpty { return [] }
    return events.indices.filter { events[$0].effect.isNone && new.contains(events[$0].event.name) }
      .map {
        IntakeRefusal(
          position: $0, reason: .tooManyEventNames, isWithdrawalTaken: events[$0].withdrawal != nil)
      }
  }

  /// The number of well-formed events refused since the start, by reason.
  var refusals: [IntakeRefusal.Reason: Int] { memory.refusals }

  /// What became of statements about ids since the start.
  var nameCounts: NameCounts { memory.nameCounts }

  private func takeInBulk(
    _ events: [IncomingEvent], _ now: Instant, _ source: String,
    _ alongside: (@Sendable (Transaction) throws -> Void)?
  ) async throws -> IntakeReceipt {
    let program = shop.current.program
    let box = quarantine.box
    return try await store.write { tx in
      let batch = BulkBatch(tx: tx, program: program, now: now, source: source, box: box)
      let receipt = try batch.take(events)
      try alongside?(tx)
      return receipt
    }
  }

  private func takeOneByOne(
    _ events: [IncomingEvent], _ unstored: Set<Int>, _ now: Instant, _ source: String, _ keepsEvents: Bool,
    _ alongside: (@Sendable (Transaction) throws -> Void)?
  ) async throws -> IntakeReceipt {
    let batch = IntakeBatch(
      events, unstored: unstored, now: now, source: source, keepsEvents: keepsEvents, shop: shop.snapshot,
      box: quarantine.box)
    do {
      let usual = max(Self.leastStateBytes, batch.stateCount * Self.usualStateBytes)
      let share = await room.enter(usual)
      defer { room.leave(share) }
      return try await take(batch, bytes: usual, admitsFirst: false, alongside)
    } catch is TooMuchAtOnce {
      // One customer has far more stored than usual: allow one such batch at a time.
      let share = await room.enter(.max)
      defer { room.leave(share) }
      return try await take(batch, bytes: Self.mostStateBytes, admitsFirst: true, alongside)
    }
  }

  /// The size of a usual customer's part of the state.
  private static let usualStateBytes = 4 << 10
  private static let leastStateBytes = 16 << 10
  /// The limit for the customers of one batch.
  private static let mostStateBytes = 4 << 20
  /// The limit for all batches together.
  static let roomBytes = 6 << 20

  /// - Parameters:
  ///   - bytes: the limit for the states of its customers.
  ///   - admitsFirst: whether the first customer may exceed it.
  private func take(
    _ batch: IntakeBatch, bytes: Int, admitsFirst: Bool,
    _ alongside: (@Sendable (Transaction) throws -> Void)?
  ) async throws -> IntakeReceipt {
    let (shop, doubts) = (shop, doubts)
    // Applies and plans on a snapshot of the database, off the writing thread.
    let snapshot = store.snapshot()
    let seen = try await store.read {
      try batch.look($0, in: snapshot, bytes: bytes, admitsFirst: admitsFirst)
    }
    if let fitting = batch.shown(in: seen) { throw TooMuchAtOnce(fitting: fitting) }
    var planned = batch
    planned.prepare(seen)
    let prepared = planned
    return try await store.write { tx in
      // Customers who have changed since the snapshot are prepared again here; after a change of the shop,
      // all are.
      let current = try shop.snapshot(in: tx)
      let written: (receipt: IntakeReceipt, customers: [CustomerKey])
      if prepared.isPrepared(for: current) {
        let stale = try tx.markChanged(prepared.knownCustomers, since: snapshot)
        written = try prepared.write(to: tx, stale: stale)
      } else {
        var anew = batch.following(current)
        try tx.markChanged(anew.knownCustomers(in: tx))
        anew.prepare(try anew.look(tx))
        written = try anew.write(to: tx, stale: [])
      }
      if doubts() { try tx.markUnplanned(Set(written.customers).sorted()) }
      try alongside?(tx)
      return written.receipt
    }
  }
}
