package import Domain

/// What the platforms' webhooks need of the rest of the program, beside what all events need. Each returns when it is on
/// disk; what it throws is answered 503. Any task may call any of these concurrently.
package struct HookServices: Sendable {
  /// Stores events, noting for the evidence of consent from which platform they came.
  package var take: @Sendable ([IncomingEvent], HookPlatform) async throws -> TakenEvents
  /// The ids of the customers to whom these orders belong, as far as the orders are known.
  package var owners: @Sendable ([String]) async throws -> [ExactText: String]
  /// Takes reports of products, by `Product.updated(by:)`; returns how many products have changed.
  package var learn: @Sendable ([Product]) async throws -> Int
  /// Takes the variants of this parent out of what can be bought; returns how many could be until now.
  package var retire: @Sendable (String) async throws -> Int
  /// Forgets the customer with this id; returns whether anything was known.
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
