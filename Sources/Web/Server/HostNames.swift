internal import Platform

/// Classifies host names.
///
/// The operator's pages are served only under the operator's names. A stranger's page can make a browser
/// resolve the stranger's name to 127.0.0.1 (DNS rebinding); the `Host` of its requests reveals that. A
/// numeric address cannot be rebound.
struct HostNames: Sendable {
  enum Owner {
    /// `localhost`, a numeric address, or one of `http.hosts`.
    case operators
    /// The host of `public_url`, which customers use.
    case customers
    case stranger
  }

  private let names: [String]
  private let publicName: String?

  init(_ configuration: WebConfiguration) {
    names = configuration.hosts.map(Self.name) + [Self.localhost]
    let name = configuration.publicURL.flatMap(Self.host).map(Self.name)
    publicName = name.flatMap { Self.isLoopback($0) ? nil : $0 }
  }

  private static let localhost = "localhost"

  /// A request without a `Host`, which only HTTP/1.0 programs omit, belongs to a stranger.
  func owner(of host: String?) -> Owner {
    guard let name = host.map(Self.name) else { return .stranger }
    if name == publicName { return .customers }
    return names.contains(name) || NetworkAddress(name) != nil ? .operators : .stranger
  }

  private static func isLoopback(_ name: String) -> Bool {
    guard let address = NetworkAddress(name)?.unmapped else { return name == localhost }
    return address.bytes.count == 4 ? address.bytes[0] == 127 : address == NetworkAddress("::1")
  }

  /// Whether `origin` is a page on one of the request's own names.
  static func isSameSite(_ origin: String, host: String?) -> Bool {
    guard let host, let from = Self.host(ofURL: origin) else { return false }
    return from.lowercased() == host.lowercased()
  }

  private static func host(ofURL url: String) -> String? {
    guard let scheme = url.utf8.firstIndex(of: UInt8(ascii: ":")), url[scheme...].hasPrefix("://") else {
      return nil
    }
    let rest = url[url.utf8.index(scheme, offsetBy: 3)...]
    return String(rest.prefix(before: { "/?#".utf8.contains($0) }))
  }

  /// The name in lower case, without the port and the brackets of IPv6. Anything malformed is returned whole
  /// and matches no name.
  private static func name(_ host: String) -> String {
    var name = host.utf8[...]
    var port = name.suffix(0)
    let colon = UInt8(ascii: ":")
    if name.first == UInt8(ascii: "["), let end = name.firstIndex(of: UInt8(ascii: "]")) {
      port = name[name.index(after: end)...]
      name = name[..<end].dropFirst()
    } else if let first = name.firstIndex(of: colon), first == name.lastIndex(of: colon) {
      port = name[first...]
      name = name[..<first]
    }
    guard port.isEmpty || port.first == colon && port.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
    else { return host }
    if name.last == UInt8(ascii: ".") { name.removeLast() }
    return Substring(name).lowercased()
  }
}
