internal import Decisioning
package import Domain
internal import Platform
package import Store

extension Intake {
  /// Applies a list of consent statements as if they had arrived live: a dated statement is the customer's
  /// own word, an undated withdrawal counts as made now, and an undated grant as a flag that no withdrawal
  /// yields to. Records the source as evidence.
  ///
  /// A withdrawal for an address no customer has suppresses that address; all else about unknown customers is
  /// refused.
  ///
  /// - Parameters:
  ///   - batch: of which import they are, for one that has several.
  ///   - alongside: runs in the same transaction, with the number of rows refused.
  /// - Returns: the receipt; positions in its refusals are those in the list.
  package func take(
    consents told: [ToldConsent], now: Instant, of batch: ImportProgress? = nil,
    alongside: @escaping @Sendable (Transaction, Int) throws -> Void
  ) async throws -> IntakeReceipt {
    let people = try await people(told.map { ($0.customer, $0.addresses) }, now: now, of: batch)
    let program = shop.current.program
    let list = ConsentList(told, people, program.channels.mapValues(\.address))
    let box = quarantine.box
    let receipt = try await store.write { tx in
      // A customer may have been forgotten since.
      let ids = list.statements.map(\.customer)
      let keys = try tx.customerKeys(ids: ids)
      let known = list.statements.indices.filter { keys[$0] != nil }
      var receipt = IntakeReceipt()
      let batch = BulkBatch(tx: tx, program: program, now: now, source: nil, box: box)
      let taken = try batch.take(known.map { list.statements[$0].event(now: now) })
      receipt.plansChanged = taken.plansChanged
      receipt.messagesWoken = taken.messagesWoken
      let repeated = try tx.record(
        known.compactMap { place in keys[place].map { list.statements[place].evidence(of: $0, now: now) } })
      let repeatedAddresses = try tx.take(list.suppressions.map(\.told), now: now)
      var reached = Set(known.map { list.statements[$0].row })
      let new = Set(
        known.indices.lazy.filter { !repeated.contains($0) }.map { list.statements[known[$0]].row })
      receipt.duplicates = reached.count - new.count + repeatedAddresses
      reached.formUnion(list.suppressions.map(\.row))
      receipt.refusals = told.indices.filter { !reached.contains($0) }
        .map { IntakeRefusal(position: $0, reason: .unknownCustomer) }
      receipt.refusals += taken.refusals.map {
        IntakeRefusal(position: list.statements[known[$0.position]].row, reason: $0.reason)
      }
      receipt.stored = reached.count
      try alongside(tx, receipt.refusals.count { $0.reason == .unknownCustomer })
      return receipt
    }
    if let batch { directory.finish(batch) }
    memory.count(receipt.refusals)
    if receipt.plansChanged > 0 { planned() }
    if receipt.messagesWoken > 0 { woken() }
    return receipt
  }
}

extension Intake {
  /// Whom the rows of a list are about.
  func people(
    _ told: [(customer: String?, addresses: [ToldConsent.Address])], now: Instant, of batch: ImportProgress?
  ) async throws -> ToldPeople {
    let directory = directory
    return try await store.read { tx in
      try ToldPeople(told, tx) { try batch.flatMap { try directory.book(for: $0, now: now, tx) } }
    }
  }
}

/// Statements of consent, resolved to customers.
private struct ConsentList: Sendable {
  /// One row's statement about one customer on one channel.
  struct Statement: Sendable {
    var row: Int
    var customer: String
    var channel: ChannelName
    var told: ToldConsent

    /// An undated grant is not the customer's word, which would count as given now.
    private var isFlag: Bool { told.isFlag || told.state == .granted && told.at == nil }

    private func at(now: Instant) -> Instant {
      min(told.at ?? (told.state == .granted ? Customer.undatedGrant : now), now)
    }

    func event(now: Instant) -> IncomingEvent {
      var flag = CustomerTraits()
      flag.consent = [channel: told.state]
      let name: EventName =
        isFlag ? .customerIdentified : told.state == .granted ? .consentGranted : .consentWithdrawn
      return IncomingEvent(
        customerID: customer,
        event: Event(messageID: customer, name: name, at: at(now: now), receivedAt: now),
        effect: isFlag ? .identify(flag) : .consent([channel], told.state))
    }

    func evidence(of customer: CustomerKey, now: Instant) -> ConsentEvidence {
      let at = told.at.flatMap { $0 == Customer.undatedGrant ? nil : $0 }
      return ConsentEvidence(
        customer: customer, channel: channel, state: told.state, at: min(at ?? now, now),
        isDated: at != nil, source: told.source)
    }
  }

  private(set) var statements: [Statement] = []
  /// Withdrawals for addresses that no customer has.
  private(set) var suppressions: [(row: Int, told: ToldSuppression)] = []

  init(_ told: [ToldConsent], _ people: ToldPeople, _ kinds: [ChannelName: AddressKind]) {
    for (row, entry) in told.enumerated() {
      for channel in entry.channels {
        let customers = people.customers(of: row, by: kinds[channel])
        for customer in customers {
          statements.append(Statement(row: row, customer: customer, channel: channel, told: entry))
        }
        // A flag holds for a customer, not for an address.
        guard customers.isEmpty, entry.state == .withdrawn, !entry.isFlag else { continue }
        for address in people.ownAddresses(of: row, by: kinds[channel]) {
          suppressions.append(
            (
              row,
              ToldSuppression(
                channel: channel, address: address.text, reason: .unsubscribed, at: entry.at,
                source: entry.source)
            ))
        }
      }
    }
  }
}
