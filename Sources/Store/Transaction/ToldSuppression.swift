package import Domain

/// An address that another system or store has suppressed or unsubscribed.
package struct ToldSuppression: Equatable, Sendable {
  /// Empty for all channels, only allowed for a digest.
  package var channel: ChannelName
  /// In the form that intake stores, or its digest.
  package var address: String
  package var reason: SuppressionReason
  /// `nil` if unknown.
  package var at: Instant?
  /// The origin: a system, or a file's name.
  package var source: String
  /// The salts the digest may have been made with; empty for a plain address.
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

/// The written form of an address's digest: `digest:SALT:DIGEST`, with `+` between salts if a store has
/// several.
package enum WrittenDigest {
  private static let prefix = "digest:"

  package static func text(_ digest: String, salts: [String]) -> String {
    prefix + salts.joined(separator: "+") + ":" + digest
  }

  /// Splits a written digest into its parts; `nil` for any other text.
  package static func parts(_ text: String) -> (digest: String, salts: [String])? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3, parts[0] + ":" == prefix, isDigest(parts[2]) else { return nil }
    let salts = parts[1].utf8.split(separator: UInt8(ascii: "+")).map { String(decoding: $0, as: UTF8.self) }
    guard !salts.isEmpty, salts.count <= 16, salts.allSatisfy(isSalt) else { return nil }
    return (parts[2], salts)
  }

  /// Whether a stored address is a digest.
  static func isDigest(_ address: String) -> Bool { isHex(address) && address.utf8.count == 64 }

  private static func isSalt(_ text: String) -> Bool { isHex(text) && (16...64).contains(text.utf8.count) }

  private static func isHex(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
