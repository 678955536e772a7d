package import Domain
package import Import
package import Store

/// Imports into a store that this process has open.
package struct DirectImport: ImportSink {
  private let store: Store
  private let intake: Intake
  private let replanner: Replanner?
  private let now: @Sendable () -> Instant
  private let save: Save

  /// Stores the progress, in the transaction of a batch.
  package typealias Save = @Sendable (Transaction, ImportProgress) throws -> Void

  /// - Parameters:
  ///   - replanner: plans for the customers of the last batch of orders, and all others, while that batch is
  ///     written; `nil` if something else does, as in a daemon.
  ///   - now: the clock for planning.
  package init(
    store: Store, intake: Intake, replanner: Replanner? = nil, now: @escaping @Sendable () -> Instant,
    save: @escaping Save = { try $0.save($1) }
  ) {
    self.store = store
    self.intake = intake
    self.replanner = replanner
    self.now = now
    self.save = save
  }

  /// A batch of orders may be 1.5 times as large as all before it together, within bounds of memory: in
  /// SQLite each batch passes through the whole table, so its cost grows with the table more than with the
  /// batch. PostgreSQL keeps rows in no order, so it gains nothing.
  package func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit {
    guard kind == .orders, case .sqlite = store.location else {
      return ImportBatchLimit(rows: 20_000, bytes: 4 << 20)
    }
    return ImportBatchLimit(rows: min(max(Int(line) * 3 / 2, 20_000), 250_000), bytes: 16 << 20)
  }

  package func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    do {
      return try await store.read { try $0.importProgress(fingerprint: fingerprint) }
    } catch {
      throw ImportError(error)
    }
  }

  package func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt {
    let progress = batch.progress
    do {
      if batch.kind == .products {
        try await intake.take(products: batch.products, now: now()) { [save] in try save($0, progress) }
        return ImportReceipt()
      }
      if batch.kind == .orders {
        if let replanner, progress.finishedAt != nil {
          try await takeLast(batch.orders, progress, replanner)
        } else {
          try await intake.take(orders: batch.orders) { [save] in try save($0, progress) }
        }
        return ImportReceipt()
      }
      if batch.kind == .suppressions {
        let (told, now) = (batch.suppressions, now())
        let known = try await store.write { [save] tx in
          try save(tx, progress)
          return try tx.take(told, now: now)
        }
        return ImportReceipt(duplicates: known)
      }
      if batch.kind == .sent {
        let receipt = try await intake.take(sent: batch.sent, now: now(), of: progress) {
          try $0.save(progress.refusing($1))
        }
        return ImportReceipt(duplicates: receipt.duplicates, refusals: receipt.refusals)
      }
      if batch.kind == .consents {
        let receipt = try await intake.take(consents: batch.consents, now: now(), of: progress) { [save] in
          try save($0, progress.refusing($1))
        }
        return ImportReceipt(duplicates: receipt.duplicates, refusals: receipt.refusals)
      }
      // Customers are deduplicated by their own ids, events by message ids, so events must be stored.
      let receipt = try await intake.take(
        batch.events, now: now(), source: "import", keepsEvents: batch.kind == .events,
        isLimited: false
      ) { [save] in try save($0, progress) }
      return ImportReceipt(duplicates: receipt.duplicates, refusals: receipt.refusals)
    } catch {
      throw ImportError(error)
    }
  }

  /// The number of rows about known customers.
  private func known(
    _ rows: [(customer: String?, addresses: [ToldConsent.Address])], of batch: ImportProgress,
    _ tx: Transaction
  ) throws -> ImportComparison {
    let people = try ToldPeople(rows, tx) { try intake.directory.book(for: batch, now: now(), tx) }
    defer { intake.directory.finish(batch) }
    let ids = rows.indices.flatMap { row in people.customers(of: row, by: nil).prefix(1) }
    return ImportComparison(known: try tx.customerKeys(ids: ids).count { $0 != nil })
  }

  package func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    do {
      return try await store.read { tx in
        switch batch.kind {
        case .customers:
          return ImportComparison(
            known: try tx.knownCustomers(batch.events.filter(\.isIdentification).map(\.customerID)))
        case .orders: return ImportComparison(known: try tx.knownOrders(batch.orders))
        case .events:
          // A known event is kept unchanged.
          let known = try tx.knownEvents(batch.events.map(\.event.messageID))
          return ImportComparison(known: known, unchanged: known)
        case .products:
          let stored = try tx.products()
          let known = batch.products.filter { stored[$0.sku] != nil }
          return ImportComparison(
            known: known.count, unchanged: known.count { stored[$0.sku]?.imported($0) == stored[$0.sku] })
        case .suppressions:
          let known = try tx.knownCount(of: batch.suppressions)
          return ImportComparison(known: known, unchanged: known)
        case .consents:
          return try known(batch.consents.map { ($0.customer, $0.addresses) }, of: batch.progress, tx)
        case .sent: return try known(batch.sent.map { ($0.customer, $0.addresses) }, of: batch.progress, tx)
        }
      }
    } catch {
      throw ImportError(error)
    }
  }

  /// After the last batch no more orders come, so customers whose orders are stored are planned while the
  /// rest is still being written. A planning failure does not fail the import: the marks stay, and planning
  /// is retried.
  private func takeLast(
    _ orders: OrderSheet, _ progress: ImportProgress, _ replanner: Replanner
  ) async throws {
    let (stored, announce) = AsyncStream.makeStream(
      of: CustomerKey.self, bufferingPolicy: .bufferingNewest(1))
    let now = now
    async let planning: Void = {
      for await last in stored { _ = try? await replanner.planImported(upTo: last, now: now()) }
    }()
    do {
      try await intake.take(orders: orders, transactionSize: 40_000) {
        announce.yield($0)
      } alongside: {
        try save($0, progress)
      }
      // Customers who are not in the last batch.
      announce.yield(CustomerKey(.max))
      announce.finish()
    } catch {
      announce.finish()
      await planning
      throw error
    }
    await planning
  }
}

extension IncomingEvent {
  fileprivate var isIdentification: Bool { if case .identify = effect { true } else { false } }
}
