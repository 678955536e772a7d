internal import Decisioning
package import Domain
internal import Platform
package import Store

extension Intake {
  /// Stores messages that another system sent: they count for caps and in the ledger, and their enrollments continue
  /// with the next step. They are never delivered.
  ///
  /// - Parameters:
  ///   - batch: the import that they belong to, if it may have several batches.
  ///   - alongside: runs in the same transaction, with the number of rows refused because their customer is unknown.
  /// - Returns: the receipt; positions in its refusals are those in the list.
  package func take(
    sent told: [ToldSent], now: Instant, of batch: ImportProgress? = nil,
    alongside: @escaping @Sendable (Transaction, Int) throws -> Void
  ) async throws -> IntakeReceipt {
    let kinds = shop.current.program.channels.mapValues(\.address)
    let people = try await people(told.map { ($0.customer, $0.addresses) }, now: now, of: batch)
    let list: [(row: Int, customer: String)] = told.enumerated().flatMap { row, entry in
      people.customers(of: row, by: kinds[entry.message.channel]).map { (row, $0) }
    }
    let (shop, box) = (shop, quarantine.box)
    let receipt = try await store.write { tx in
      let current = try shop.snapshot(in: tx)
      let customers = try tx.customers(ids: list.map(\.customer))
      let known = list.indices.filter { customers[$0] != nil }
      let keys = Set(known.compactMap { customers[$0]?.key }).sorted()
      try tx.markChanged(keys)
      let work = SentWork(
        known.compactMap { place in customers[place].map { ($0, told[list[place].row].message) } },
        program: current.rules.program, shop: current.shop, now: now)
      let repeated = try box.section { _ in try work.write(to: tx) }
      try tx.markUnplanned(keys)
      var receipt = IntakeReceipt()
      let reached = Set(known.map { list[$0].row })
      let new = Set(known.indices.filter { !repeated.contains($0) }.map { list[known[$0]].row })
      receipt.stored = reached.count
      receipt.duplicates = reached.count - new.count
      receipt.plansChanged = new.count
      receipt.refusals = told.indices.filter { !reached.contains($0) }
        .map { IntakeRefusal(position: $0, reason: .unknownCustomer) }
      try alongside(tx, receipt.refusals.count)
      return receipt
    }
    if let batch { directory.finish(batch) }
    memory.count(receipt.refusals)
    if receipt.plansChanged > 0 { planned() }
    return receipt
  }
}

/// Applies messages of another system to customers' enrollments, within the writing transaction.
private struct SentWork {
  private let messages: [(customer: Customer, message: SentElsewhere)]
  private let program: Program
  private let shop: Shop
  private let now: Instant

  init(
    _ messages: [(customer: Customer, message: SentElsewhere)], program: Program, shop: Shop, now: Instant
  ) {
    self.messages = messages
    self.program = program
    self.shop = shop
    self.now = now
  }

  /// - Returns: the positions of messages that were already stored.
  func write(to tx: Transaction) throws -> Set<Int> {
    var byCustomer: [CustomerKey: [Int]] = [:]
    for (position, entry) in messages.enumerated() where trigger(of: position) != nil {
      byCustomer[entry.customer.key, default: []].append(position)
    }
    var steps: [Int: PlanningContext.ElsewhereStep] = [:]
    var writer = EnrollmentRows()
    var waiting = byCustomer.keys.sorted().compactMap { key in
      byCustomer[key].flatMap { $0.first }.map { messages[$0].customer }
    }
    let triggers = Set(messages.indices.compactMap { trigger(of: $0)?.id })
    var parts = StateParts(.enrollments)
    for id in triggers { if let trigger = program.triggers[id] { parts.formUnion(trigger.when.reads) } }
    while !waiting.isEmpty {
      var bounds = StateBounds(currency: program.brand.currency, triggers: triggers)
      bounds.admitsFirst = true
      let (states, count) = try tx.firstStates(of: waiting, parts: parts, within: bounds)
      guard count > 0 else { break }
      waiting.removeFirst(count)
      for var state in states {
        // By time, whatever the order of the file.
        let own = (byCustomer[state.customer.key] ?? []).sorted {
          (messages[$0].message.sentAt, $0) < (messages[$1].message.sentAt, $1)
        }
        for position in own { steps[position] = step(position, &state, &writer) }
      }
    }
    let enrollments = try writer.write(to: tx)
    let rows = messages.indices.map { position -> NewSentElsewhere in
      let (customer, message) = messages[position]
      var row = NewSentElsewhere(
        customer: customer.key, customerIDs: customer.ids,
        purpose: trigger(of: position)?.purpose ?? .marketing,
        message: message)
      if let step = steps[position] {
        let key = EnrollmentRows.Key(step.enrollment)
        row.place = .init(
          enrollment: enrollments[key] ?? 0, occurrence: step.occurrence ?? "", step: step.step)
      }
      return row
    }
    let ledgerKeys = messages.indices.map { position -> LedgerKey? in
      guard let step = steps[position], let occurrence = step.occurrence else { return nil }
      return LedgerKey(
        trigger: step.enrollment.trigger, occurrence: occurrence, customer: messages[position].customer.id,
        step: step.step)
    }
    let known = try tx.insert(rows, ledgerKeys: ledgerKeys, now: now)
    try tx.markStale(program.audience.messageSegments, of: byCustomer.keys.sorted(), now: now)
    return known
  }

  /// The trigger of a message; `nil` if it names none that is configured.
  private func trigger(of position: Int) -> Trigger? {
    messages[position].message.trigger.flatMap { program.triggers[$0] }
  }

  private func step(
    _ position: Int, _ state: inout CustomerState, _ writer: inout EnrollmentRows
  ) -> PlanningContext.ElsewhereStep? {
    guard let trigger = trigger(of: position) else { return nil }
    let context = PlanningContext(
      trigger: trigger, state: state, catalog: shop.catalog, program: program,
      enabledAt: shop.triggers[trigger.id]?.enabledAt ?? now, now: now)
    guard let step = context.enrollment(after: messages[position].message) else { return nil }
    let isKnown = { (other: Enrollment) in
      other.trigger == trigger.id && other.occurrence.hasSameBytes(as: step.enrollment.occurrence)
    }
    if let index = state.enrollments.firstIndex(where: isKnown) {
      state.enrollments[index] = step.enrollment
    } else {
      state.enrollments.append(step.enrollment)
    }
    writer.add(step.enrollment)
    return step
  }
}

/// Collects the enrollments to write: each once, in its state after the last message.
private struct EnrollmentRows {
  struct Key: Hashable {
    var customer: CustomerKey
    var trigger: TriggerID
    var occurrence: ExactText

    init(_ enrollment: Enrollment) {
      customer = enrollment.customer
      trigger = enrollment.trigger
      occurrence = ExactText(enrollment.occurrence)
    }
  }

  private var rows: [Key: Enrollment] = [:]
  private var order: [Key] = []

  mutating func add(_ enrollment: Enrollment) {
    let key = Key(enrollment)
    if rows.updateValue(enrollment, forKey: key) == nil { order.append(key) }
  }

  /// - Returns: the keys of all enrollments.
  func write(to tx: Transaction) throws -> [Key: Int64] {
    let all = order.compactMap { rows[$0] }
    try tx.insert(all.filter { $0.key == 0 }.map { ($0.customer, PreparedEnrollment($0)) })
    try tx.update(all.filter { $0.key != 0 }.map { PreparedEnrollment($0) })
    let found = try tx.keys(of: all.map { ($0.customer, $0.trigger, $0.occurrence) })
    return Dictionary(uniqueKeysWithValues: found.map { (Key(all[$0.key]), $0.value) })
  }
}
