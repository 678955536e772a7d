package import Domain

/// What webhooks need from the rest of the program, beyond what all events need. Each returns once its result
/// is on disk; errors are answered with 503. Any task may call these concurrently.
package struct HookServices: Sendable {
  /// Stores events, and records the platform as the source of consent.
  package var take: @Sendable ([IncomingEvent], HookPlatform) async throws -> TakenEvents
  /// The customer ids of these orders; unknown orders are missing.
  package var owners: @Sendable ([String]) async throws -> [ExactText: String]
  /// Merges product reports, see `Product.updated(by:)`; returns how many products changed.
  package var learn: @Sendable ([Product]) async throws -> Int
  /// Marks the variants of this parent unavailable; returns how many were available.
  package var retire: @Sendable (String) async throws -> Int
  /// Forgets the customer with this id; returns false if nothing was known.
  package var forget: @Sendable (String) async throws -> Bool

  package init(
    take: @escaping @Sendable ([IncomingEvent], HookPlatform) async throws -> TakenEvents,
    owners: @escaping @Sendable ([String]) async throws -> [ExactText: String],
    learn: @escaping @Sendable ([Product]) async throws -> Int,
    retire: @escaping @Sendable (String) async throws -> Int,
    forget: @escaping @Sendable (String) async throws -> Bool
  ) {
    self.take = take
    self.owners = owners
    self.learn = learn
    self.retire = retire
    self.forget = forget
  }
}
