package import Domain
internal import Platform
package import Store

/// The parts of a program that come from the store rather than the configuration.
package struct StoreMemory: Sendable {
  /// Random: a new one would invalidate every unsubscribe link ever sent.
  package var linkKey: [UInt8]
  /// Random: a new one would change every holdout group.
  package var holdoutSalt: String
  /// The period whose record was lost when the store was restored from a backup.
  package var recordGap: RecordGap?
}

extension Store {
  /// Creates the random values the first time, and returns the same ones from then on.
  package func memory() async throws -> StoreMemory {
    let make = { @Sendable (tx: Transaction) in
      (
        try tx.meta("link_key") { Hex.text(RandomBytes.make(32)) },
        try tx.meta("holdout_salt") { Hex.text(RandomBytes.make(16)) }, try tx.recordGap()
      )
    }
    let (key, salt, gap) = isReadOnly ? try await read(make) : try await write(make)
    guard let bytes = Hex.bytes(key), bytes.count == 32 else {
      throw StoreError.damaged(path: location.description, findings: ["the key of the links is no key"])
    }
    return StoreMemory(linkKey: bytes, holdoutSalt: salt, recordGap: gap)
  }
}
