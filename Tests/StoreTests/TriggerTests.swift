import Domain
import Store
import Testing

struct TriggerTests {
  @Test(arguments: StoreKind.allCases)
  func `triggers follow the configuration`(kind: StoreKind) async throws {
    try await kind.use { store in
      try await store.write { tx in
        var known = try tx.syncTriggers([("a", "1"), ("b", "1")], now: at(1))
        #expect(known.count == 2)
        #expect(known["a"]?.enabledAt == at(1) && known["a"]?.replanAfter == CustomerKey(0))
        try tx.setReplanAfter(CustomerKey(17), of: "a")
        try tx.setReplanAfter(nil, of: "b")
        // Unchanged: planning anew goes on where it stood.
        known = try tx.syncTriggers([("a", "1"), ("b", "1")], now: at(2))
        #expect(known["a"]?.replanAfter == CustomerKey(17) && known["b"]?.replanAfter == nil)
        // Changed: from the first customer on, but enabled as before.
        known = try tx.syncTriggers([("a", "1"), ("b", "2"), ("c", "1")], now: at(3))
        #expect(known["b"]?.replanAfter == CustomerKey(0) && known["b"]?.enabledAt == at(1))
        #expect(known["b"]?.planningHash == "2" && known["c"]?.enabledAt == at(3))
        // Gone, and back again after a while.
        known = try tx.syncTriggers([("b", "2")], now: at(4))
        #expect(known["a"]?.removedAt == at(4) && known["a"]?.replanAfter == CustomerKey(0))
        known = try tx.syncTriggers([("b", "2")], now: at(5))
        #expect(known["a"]?.removedAt == at(4))
        known = try tx.syncTriggers([("a", "1"), ("b", "2")], now: at(6))
        #expect(known["a"]?.removedAt == nil && known["a"]?.enabledAt == at(6))
        #expect(known["a"]?.replanAfter == CustomerKey(0))
        #expect(try tx.triggers() == known)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a trigger is paused and resumed`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      #expect(try tx.setPaused(at(7), trigger: "welcome"))
      #expect(try tx.triggers()["welcome"]?.pausedAt == at(7))
      #expect(try tx.setPaused(nil, trigger: "welcome"))
      #expect(try tx.triggers()["welcome"]?.pausedAt == nil)
      #expect(try !tx.setPaused(at(7), trigger: "nothing"))
      _ = try tx.syncTriggers([("win_back", "h2")], now: at(8))
      #expect(try !tx.setPaused(at(7), trigger: "welcome"))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an import is remembered as far as it came`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      var progress = ImportProgress(
        fingerprint: "f1", kind: "orders", path: "/tmp/o'rders.csv", byteOffset: 1 << 40, line: 7,
        imported: 5,
        rejected: 1, startedAt: at(1))
      #expect(try tx.importProgress(fingerprint: "f1") == nil)
      try tx.save(progress)
      #expect(try tx.importProgress(fingerprint: "f1") == progress)
      progress.byteOffset += 9
      progress.line = 9
      progress.imported = 6
      progress.rejected = 2
      progress.finishedAt = at(2)
      try tx.save(progress)
      #expect(try tx.importProgress(fingerprint: "f1") == progress)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a name of meta is settled once`(kind: StoreKind) async throws {
    try await kind.transact { (tx, _) throws in
      let first = try tx.meta("salt") { "first" }
      let second = try tx.meta("salt") { "second" }
      #expect(first == "first" && second == "first")
    }
  }
}
