import Domain
import Store
import Testing

struct RestoreTests {
  @Test(arguments: StoreKind.allCases)
  func `a restored store takes all that may have gone out since the backup as gone`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      #expect(try tx.recordGap() == nil)
      // Nothing was ever decided: nobody knows since when.
      #expect(try tx.acceptRestore(now: at(1)).gap == RecordGap(from: .distantPast, to: at(1)))

      try tx.insert([
        enrollment(scene.ann, "before", due: 50), enrollment(scene.ann, "in", due: 51),
        enrollment(scene.ann, "last", due: 90), enrollment(scene.ann, "after", due: 91),
      ])
      try tx.record([decision(at: 50)])
      _ = try tx.insert(
        (1...4).map { message($0, to: scene.ann, due: $0 == 4 ? 80 : 0) }, now: at(10))
      let claimed = try tx.claim(limit: 2, now: 10)
      _ = try tx.beginHandoff(claimed.prefix(1).map { ($0.key, $0.token) }, now: at(11))

      let restored = try tx.acceptRestore(now: at(90))
      #expect(restored.gap == RecordGap(from: at(50), to: at(90)))
      #expect(restored.ambiguous == 4 && restored.skipped == 2)
      #expect(try tx.recordGap() == restored.gap)
      #expect(
        try tx.messages(of: scene.ann.key).map(\.state) == Array(repeating: MessageState.ambiguous, count: 4))
      #expect(try tx.messages(of: scene.ann.key).allSatisfy(\.maybeDelivered))
      // Said twice: the same beginning.
      #expect(try tx.acceptRestore(now: at(95)).gap == RecordGap(from: at(50), to: at(95)))
    }
  }

  private func decision(at seconds: Int64) -> StoredDecision {
    StoredDecision(
      enrollment: 1, trigger: "welcome", customer: CustomerKey(1), step: "1", at: at(seconds), verdict: .skip,
      gate: .audience, channel: nil, until: nil, trace: [])
  }
}
