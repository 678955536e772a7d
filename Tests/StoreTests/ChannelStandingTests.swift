import Domain
import Platform
import Testing

@testable import Store

/// What tells a refused message from a refused channel stands in the store.
struct ChannelStandingTests {
  @Test(arguments: StoreKind.allCases)
  func `a message is accused when others were taken since it failed`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [message(1, to: scene.ann), message(2, to: scene.ann), message(3, to: scene.ann)], now: at(0))
      let first = try tx.claim(limit: 1)
      #expect(first.map(\.standing) == [.clean])
      _ = try tx.record([result(first[0], .configurationFault, .queued, charged: false)])
      // A trial is one without a failure behind it, whatever its place in the queue.
      let trial = try tx.claim(
        channel: "email", limit: 1, isTrial: true, lease: .seconds(900), now: at(4)
      ) { token(9) }
      #expect(trial.map(\.key) != first.map(\.key))
      #expect(trial.map(\.standing) == [.clean])
      // Begun at 1, before the failure at 3: says nothing.
      _ = try tx.record([result(trial[0], .accepted, .sent)])
      #expect(try tx.claim(limit: 1, now: 4, first: 20).map(\.standing) == [.failed])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a trial falls back on what has failed when there is nothing else`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.ann)], now: at(0))
      let first = try tx.claim(limit: 1)
      _ = try tx.record([result(first[0], .providerFault, .queued, charged: false)])
      let second = try tx.claim(
        channel: "email", limit: 1, isTrial: true, lease: .seconds(900), now: at(4)
      ) { token(9) }
      var taken = result(second[0], .accepted, .sent)
      taken.begunAt = at(4)
      _ = try tx.record([taken])
      let last = try tx.claim(
        channel: "email", limit: 1, isTrial: true, lease: .seconds(900), now: at(5)
      ) { token(10) }
      #expect(last.map(\.key) == first.map(\.key))
      #expect(last.map(\.standing) == [.accused])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a message that cannot be read ends and holds up no other`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.ann)], now: at(0))
      try tx.connection.execute("UPDATE messages SET data = 'not JSON' WHERE key = 1")
      #expect(try tx.claim().map(\.key) == [2])
      #expect(try tx.state(1, of: scene.ann) == .dead)
    }
  }
}
