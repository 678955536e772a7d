internal import Platform

/// The names under which the operator's own pages may be asked for.
///
/// A page of a stranger can make a browser look up the stranger's name at 127.0.0.1 (DNS rebinding); the `Host`
/// of its requests then gives it away. An address in digits cannot be rebound.
struct HostNames: Sendable {
  private let names: Set<String>

  init(_ configuration: WebConfiguration) {
    var names: Set<String> = ["localhost"]
    for host in configuration.hosts { names.insert(Self.name(host)) }
    if let url = configuration.publicURL, let host = Self.host(ofURL: url) { names.insert(Self.name(host)) }
    self.names = names
  }

  /// True without a `Host`, which only HTTP/1.0 programs leave out.
  func contains(_ host: String?) -> Bool {
    guard let host else { return true }
    let name = Self.name(host)
    return names.contains(name) || NetworkAddress(name) != nil
  }

  /// Whether `origin` is a page under one of the request's own names.
  static func isSameSite(_ origin: String, host: String?) -> Bool {
    guard let host, let from = Self.host(ofURL: origin) else { return false }
    return from.lowercased() == host.lowercased()
  }

  private static func host(ofURL url: String) -> String? {
    guard let scheme = url.utf8.firstIndex(of: UInt8(ascii: ":")), url[scheme...].hasPrefix("://") else {
      return nil
    }
    let rest = url[url.index(scheme, offsetBy: 3)...]
    return String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
  }

  /// Without the port and the brackets of IPv6, in lower case.
  private static func name(_ host: String) -> String {
    var name = host[...]
    if name.hasPrefix("[") {
      name = name.dropFirst().prefix { $0 != "]" }
    } else if let colon = name.firstIndex(of: ":"), name.firstIndex(of: ":") == name.lastIndex(of: ":") {
      name = name[..<colon]
    }
    if name.hasSuffix(".") { name.removeLast() }
    return name.lowercased()
  }
}
