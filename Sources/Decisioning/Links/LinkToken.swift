package import Domain

/// What a link allows; a token for one purpose is invalid for any other.
package enum LinkPurpose: UInt8, Sendable, CaseIterable {
  case unsubscribe = 1
  /// In a test message: has no effect, and says so.
  case test = 2
}

/// The content of a token: who may do what, on which channel.
package struct LinkClaim: Hashable, Sendable {
  package var purpose: LinkPurpose
  package var channel: ChannelName
  /// The shop's customer id; empty in a test link.
  package var customerID: String

  package init(purpose: LinkPurpose, channel: ChannelName, customerID: String) {
    self.purpose = purpose
    self.channel = channel
    self.customerID = customerID
  }
}

/// The encoding of a token: version, key id, purpose, channel and customer, each text prefixed with its
/// length in two bytes, then the first 16 bytes of an HMAC-SHA256 over all of them. URLs contain it in
/// base64url without padding.
enum LinkToken {
  static let version: UInt8 = 1
  static let tagLength = 16
  /// Longer than any real token; a longer text is refused before it is decoded.
  static let longestText = 2048

  static func body(_ claim: LinkClaim, keyID: UInt8) -> [UInt8]? {
    let channel = claim.channel.rawValue.utf8
    let customer = claim.customerID.utf8
    guard channel.count + customer.count <= 1024 else { return nil }
    var bytes: [UInt8] = [version, keyID, claim.purpose.rawValue]
    bytes.reserveCapacity(7 + channel.count + customer.count + tagLength)
    append(channel, to: &bytes)
    append(customer, to: &bytes)
    return bytes
  }

  private static func append(_ text: String.UTF8View, to bytes: inout [UInt8]) {
    bytes.append(UInt8(text.count >> 8))
    bytes.append(UInt8(text.count & 0xFF))
    bytes.append(contentsOf: text)
  }

  /// Decodes the output of `body`; `nil` for anything else, including trailing bytes.
  static func claim(_ body: ArraySlice<UInt8>) -> LinkClaim? {
    var rest = body.dropFirst(2)
    guard let purpose = rest.popFirst().flatMap(LinkPurpose.init(rawValue:)), let channel = text(&rest),
      let customer = text(&rest), rest.isEmpty
    else { return nil }
    return LinkClaim(purpose: purpose, channel: ChannelName(channel), customerID: customer)
  }

  private static func text(_ bytes: inout ArraySlice<UInt8>) -> String? {
    guard let high = bytes.popFirst(), let low = bytes.popFirst() else { return nil }
    let count = Int(high) << 8 | Int(low)
    guard bytes.count >= count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return String(validating: bytes.prefix(count), as: UTF8.self)
  }

  /// Compares two tags in constant time.
  static func agree(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
