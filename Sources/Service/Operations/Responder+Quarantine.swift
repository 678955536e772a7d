internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Store
internal import Web

extension Responder {
  func quarantineList(_ request: QuarantineListRequest) async throws -> QuarantineListAnswer {
    QuarantineListAnswer(items: try await setAside().map(item))
  }

  func quarantineRetry(_ request: QuarantineRetryRequest) async throws -> QuarantineAnswer {
    try await act(.retry, on: request.item, "quarantine_retried", retry)
  }

  func quarantineDrop(_ request: QuarantineDropRequest) async throws -> QuarantineAnswer {
    try await act(.drop, on: request.item, "quarantine_dropped", drop)
  }

  func item(_ record: QuarantineRecord) -> QuarantineItem {
    let zone = shop.current.program.brand.zone
    return QuarantineItem(
      item: record.key, kind: record.item.kind.rawValue, id: record.item.id, customer: record.customer,
      about: record.about, signal: record.signal, crashes: record.crashes,
      since: record.since.map { OffsetTime($0, in: zone) })
  }

  private func setAside() async throws -> [QuarantineRecord] {
    try await store.read { try $0.quarantine() }.filter(\.isSetAside)
  }

  /// - Parameter word: an item's number, or `all`.
  private func act(
    _ act: QuarantineAnswer.Act, on word: String, _ event: StaticString,
    _ body: (QuarantineRecord) async throws -> Void
  ) async throws -> QuarantineAnswer {
    let records = try await setAside()
    let chosen = word == "all" ? records : records.filter { "\($0.key)" == word }
    guard word == "all" || !chosen.isEmpty else { throw OperationError.unknownQuarantine(word) }
    for record in chosen {
      try await body(record)
      log.notice(
        event, ["kind": record.item.kind.rawValue, "item": record.item.id, "about": record.about])
    }
    changed()
    return QuarantineAnswer(act: act, items: chosen.map(item))
  }

  private func drop(_ record: QuarantineRecord) async throws {
    let now = now()
    let left = try await store.write { tx in
      try tx.drop(record, now: now)
      return try tx.quarantine()
    }
    quarantine.learn(left)
  }

  private func retry(_ record: QuarantineRecord) async throws {
    let now = now()
    // A planner that works on the customer now must not write the stale enrollment back.
    let left = try await store.write { tx in
      if let id = record.customer { try tx.markChanged(tx.customerKeys(ids: [id]).compactMap(\.self)) }
      try tx.retry(record, now: now)
      return try tx.quarantine()
    }
    quarantine.learn(left)
    guard let content = record.content else { return }
    // Intake marks it while it works: another trap quarantines it again.
    let events = try decoded(content, record)
    let intake = Intake(store: store, shop: shop, quarantine: quarantine, planned: changed)
    let receipt = try await intake.take(events, now: now)
    guard receipt.refusals.isEmpty else {
      throw OperationError.notTaken(item: record.key, reason: receipt.refusals[0].explanation.reason)
    }
    try await store.write { try $0.clear([record.item]) }
  }

  private func decoded(_ content: String, _ record: QuarantineRecord) throws -> [IncomingEvent] {
    let box = quarantine.box
    let decoded: DecodedEvents
    do {
      let bytes = record.item.kind == .request ? Base64.bytes(content) ?? [] : Array(content.utf8)
      decoded = try box.work(onBody: bytes) {
        let json = try JSON.parse(bytes)
        let decoder = TrackingDecoder(shop.current.program)
        guard record.item.kind == .request else {
          return try box.work(on: .event, id: record.item.id) {
            try decoder.decode(["batch": [json]], as: .batch, receivedAt: record.at)
          }
        }
        let call = TrackingCall(rawValue: record.about)
        return try decoder.decode(json, as: call.map { .single($0) } ?? .batch, receivedAt: record.at)
      }
    } catch {
      throw OperationError.notTaken(item: record.key, reason: "\(error)")
    }
    if let problem = decoded.problems.first {
      throw OperationError.notTaken(item: record.key, reason: "\(problem)")
    }
    return decoded.events
  }
}

extension TrackingDecoder {
  /// A decoder with the shop's own settings.
  init(_ program: Program) {
    self.init(currency: program.brand.currency, timeZone: program.brand.zone)
    callingCode = program.brand.callingCode
    isTimeZone = { program.zones[$0] != nil }
    channels = program.channels.mapValues(\.address)
  }
}
