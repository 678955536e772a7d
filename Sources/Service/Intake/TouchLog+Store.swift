internal import Domain
internal import Store

extension TouchLog {
  /// A writing transaction that changes what is known of customers: the only way to begin and end a work, so that none
  /// is left under way, whatever becomes of the transaction.
  ///
  /// - Parameter body: names whom it changes, on the writing thread; before that it may ask whom others have changed.
  func write<T: Sendable>(
    to store: Store, as urgency: Store.Urgency = .ordinary,
    _ body: @escaping @Sendable (Transaction, Work) throws -> T
  ) async throws -> T {
    let work = begin()
    defer { end(work) }
    return try await store.write(as: urgency) { tx in try body(tx, work) }
  }
}
