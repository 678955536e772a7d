internal import Platform
package import Store

/// Random bytes that belong to the data and not to the configuration: with another key every unsubscribe link ever sent
/// would fail, with another salt every holdout group would change.
package struct StoreSecrets: Sendable {
  package var linkKey: [UInt8]
  package var holdoutSalt: String
}

extension Store {
  /// Makes them the first time, and gives the same ones ever after.
  package func secrets() async throws -> StoreSecrets {
    let (key, salt) = try await write { tx in
      (
        try tx.meta("link_key") { Hex.text(RandomBytes.make(32)) },
        try tx.meta("holdout_salt") { Hex.text(RandomBytes.make(16)) }
      )
    }
    guard let bytes = Hex.bytes(key), bytes.count == 32 else {
      throw StoreError.damaged(path: location.description, findings: ["the key of the links is no key"])
    }
    return StoreSecrets(linkKey: bytes, holdoutSalt: salt)
  }
}
