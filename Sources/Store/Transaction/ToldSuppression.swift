package import Domain

/// An address that another system, or another store, says is to get nothing, or no marketing.
package struct ToldSuppression: Equatable, Sendable {
  /// Empty for all channels, which only a digest may have.
  package var channel: ChannelName
  /// In the form in which intake stores addresses; or a digest of it.
  package var address: String
  package var reason: SuppressionReason
  /// `nil` when nobody said since when.
  package var at: Instant?
  /// Who says so: a system, or the name of a file.
  package var source: String
  /// With which the digest may have been made; empty for a plain address.
  package var salts: [String] = []

  package init(
    channel: ChannelName, address: String, reason: SuppressionReason, at: Instant?, source: String,
    salts: [String] = []
  ) {
    self.channel = channel
    self.address = address
    self.reason = reason
    self.at = at
    self.source = source
    self.salts = salts
  }
}

/// How a digest of an address is written where addresses stand: `digest:SALT:DIGEST`, with `+` between salts where a store
/// has several.
package enum WrittenDigest {
  private static let prefix = "digest:"

  package static func text(_ digest: String, salts: [String]) -> String {
    prefix + salts.joined(separator: "+") + ":" + digest
  }

  /// `nil` for any other text.
  package static func parts(_ text: String) -> (digest: String, salts: [String])? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3, parts[0] + ":" == prefix, isDigest(parts[2]) else { return nil }
    let salts = parts[1].utf8.split(separator: UInt8(ascii: "+")).map { String(decoding: $0, as: UTF8.self) }
    guard !salts.isEmpty, salts.count <= 16, salts.allSatisfy(isSalt) else { return nil }
    return (parts[2], salts)
  }

  /// Whether a stored address is none, but the digest of one.
  static func isDigest(_ address: String) -> Bool { isHex(address) && address.utf8.count == 64 }

  private static func isSalt(_ text: String) -> Bool { isHex(text) && (16...64).contains(text.utf8.count) }

  private static func isHex(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
