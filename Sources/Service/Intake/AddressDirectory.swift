package import Domain
internal import Store
internal import Synchronization

/// Keeps the address book of a running import, so that not every batch scans all customers.
///
/// Thread-safe. Keeps at most one book, until the import ends, another one starts, or no batch has come for an hour.
package final class AddressDirectory: Sendable {
  private struct Kept {
    var fingerprint: String
    var book: AddressBook
    var usedAt: Instant
  }

  private let kept = Mutex<Kept?>(nil)

  package init() {}

  /// The book for a batch of an import; `nil` for an import with a single batch, which needs none.
  ///
  /// - Parameter tx: a reading transaction: making the book scans all customers.
  func book(for batch: ImportProgress, now: Instant, _ tx: Transaction) throws -> AddressBook? {
    let known = kept.withLock { kept in
      kept?.usedAt = now
      return kept?.fingerprint == batch.fingerprint ? kept?.book : nil
    }
    if let known, try tx.isCurrent(known) { return known }
    if known == nil, batch.finishedAt != nil { return nil }
    let book = try tx.addressBook()
    kept.withLock { $0 = Kept(fingerprint: batch.fingerprint, book: book, usedAt: now) }
    return book
  }

  /// Call after a batch was stored.
  func finish(_ batch: ImportProgress) {
    guard batch.finishedAt != nil else { return }
    kept.withLock { if $0?.fingerprint == batch.fingerprint { $0 = nil } }
  }

  /// Drops the book of an abandoned import.
  package func tidy(now: Instant) {
    kept.withLock { if let kept = $0, now - kept.usedAt >= .seconds(3600) { $0 = nil } }
  }
}
