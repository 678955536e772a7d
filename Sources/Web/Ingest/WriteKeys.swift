internal import Domain
internal import Platform

/// The keys that may send events, stored only as SHA-256.
struct WriteKeys: Sendable {
  private let digests: [SHA256.Digest]

  init(_ keys: [String]) { digests = keys.filter { !$0.isEmpty }.map { SHA256.hash($0) } }

  /// The number of the key given as user name in the only `Authorization` header: HTTP Basic (RFC 7617), any
  /// password; `nil` if it is not a key. Takes the same time for every possible key.
  func holder(_ headers: HTTPHeaders) -> Int? {
    let fields = headers.values(of: "Authorization")
    guard fields.count == 1, let presented = Self.userName(fields[0]) else { return nil }
    let digest = SHA256.hash(presented)
    var found: Int?
    for (number, known) in digests.enumerated() where known == digest { found = number }
    return found
  }

  private static func userName(_ field: String) -> [UInt8]? {
    let bytes = Array(field.utf8)
    guard (7...1024).contains(bytes.count), bytes[..<6].elementsEqual("basic ".utf8, by: { $0 | 0x20 == $1 })
    else {
      return nil
    }
    let encoded = String(decoding: bytes[6...].drop { $0 == 0x20 }, as: UTF8.self)
    guard let pair = Base64.bytes(encoded), let colon = pair.firstIndex(of: UInt8(ascii: ":")) else {
      return nil
    }
    return Array(pair[..<colon])
  }
}
