internal import Platform

/// The validated URL of a service. Contains no password.
package struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
  /// As written.
  package let text: String
  /// In lower case.
  package let scheme: String
  /// `nil` if there is none.
  package let user: String?
  /// In lower case; an IPv6 address without brackets; empty for `sqlite:///path`.
  package let host: String
  /// As written; `nil` for the scheme's default.
  package let port: Int?
  /// Path, query and fragment, from the first `/`, `?` or `#` after the host; may be empty.
  package let path: String

  package var description: String { text }

  /// What a URL may contain.
  package struct Rules: Sendable {
    package var schemes: [String]
    /// Allows a user name, as in `postgresql://reprise@db.example/reprise`; never a password.
    package var userAllowed = false
    /// Schemes without a host, as in `sqlite:///var/lib/reprise.db`.
    package var hostless: [String] = []
    package var pathAllowed = true
    /// Allows a fragment, as in the address of a page. It is never sent to a server.
    package var fragmentAllowed = true
    /// The maximum length, in bytes.
    package var maximum = 2000

    package init(
      schemes: [String], userAllowed: Bool = false, hostless: [String] = [], pathAllowed: Bool = true,
      fragmentAllowed: Bool = true, maximum: Int = 2000
    ) {
      self.schemes = schemes
      self.userAllowed = userAllowed
      self.hostless = hostless
      self.pathAllowed = pathAllowed
      self.fragmentAllowed = fragmentAllowed
      self.maximum = maximum
    }
  }

  /// Only printable ASCII is accepted: other hosts must be in punycode, other paths percent-encoded. Errors
  /// never quote a password.
  package init(_ text: String, rules: Rules) throws(ScalarProblem) {
    let bytes = Array(text.utf8)
    guard bytes.count <= rules.maximum else {
      throw .objection("has \(bytes.count) characters", hint: "at most \(rules.maximum) are allowed")
    }
    guard bytes.allSatisfy(Self.isAllowed) else {
      let host = Self.punycode(of: text)
      throw .objection(
        "holds a character that no URL can",
        hint: host.map { "write its host as \($0)" }
          ?? "write other hosts in punycode, other paths with '%'")
    }
    let schemes = Quoting.alternatives(rules.schemes.map { $0 + "://" })
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: Array("://".utf8))
    else {
      throw .objection("must begin with \(schemes)", hint: nil)
    }
    let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    guard rules.schemes.contains(scheme) else { throw .objection("must begin with \(schemes)", hint: nil) }
    let rest = bytes[(colon + 3)...]
    let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? rest.endIndex
    var authority = rest[..<end]
    var user: String?
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      guard !authority[..<at].contains(UInt8(ascii: ":")) else {
        throw .objection("holds a password", hint: "put it into a key of its own as ${credential:NAME}")
      }
      guard rules.userAllowed else {
        throw .objection("holds a user name", hint: "put it into a key of its own")
      }
      user = String(decoding: authority[..<at], as: UTF8.self)
      authority = authority[(at + 1)...]
    }
    let (host, port) = try Self.host(Array(authority))
    if authority.first != UInt8(ascii: "[") { try Self.check(name: host) }
    guard !host.isEmpty || rules.hostless.contains(scheme) else {
      throw .objection("names no host", hint: "write it like \(scheme)://host.example")
    }
    let path = String(decoding: rest[end...], as: UTF8.self)
    guard rules.pathAllowed || path.isEmpty || path == "/" else {
      throw .objection("must end behind the host", hint: "remove \(Quoting.quoted(path))")
    }
    try Self.check(path: Array(path.utf8), rules)
    self.text = text
    self.scheme = scheme
    self.user = user
    self.host = host
    self.port = port
    self.path = path
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (33...126).contains(byte) && byte != UInt8(ascii: "\\")
  }

  /// The host in Punycode, if the URL is otherwise valid; `nil` if it is not.
  private static func punycode(of text: String) -> String? {
    guard let start = text.firstRange(of: "://")?.upperBound else { return nil }
    let name = text[start...].prefix { !"/?#:@".contains($0) }
    guard !name.utf8.allSatisfy({ $0 < 0x80 }), let host = DomainName.ascii(String(name)),
      (text[..<start] + text[name.endIndex...] + host).utf8.allSatisfy(isAllowed)
    else { return nil }
    return host
  }

  /// Throws if libcurl would send something other than is written: it drops fragments and resolves `..`.
  private static func check(path: [UInt8], _ rules: Rules) throws(ScalarProblem) {
    if !rules.fragmentAllowed, path.contains(UInt8(ascii: "#")) {
      throw .objection(
        "holds a '#', behind which nothing is sent", hint: "write it as %23, or leave the rest out")
    }
    for (place, byte) in path.enumerated() where byte == UInt8(ascii: "%") {
      let digits = path[(place + 1)...].prefix(2)
      let isEscape =
        digits.count == 2 && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0 | 0x20) }
      guard isEscape else {
        throw .objection("holds a '%' without two hexadecimal digits", hint: "write it as %25")
      }
    }
    let end = path.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? path.endIndex
    for segment in path[..<end].split(separator: UInt8(ascii: "/")) {
      let written = String(decoding: segment, as: UTF8.self)
      let plain = written.lowercased().replacing("%2e", with: ".")
      if plain == "." || plain == ".." {
        throw .objection("holds the step \(Quoting.quoted(written))", hint: "write the path that is meant")
      }
    }
  }

  /// Throws if libcurl or the resolver would resolve the name as another host: `127.1`, `0x7f.1`.
  private static func check(name: String) throws(ScalarProblem) {
    if name.isEmpty { return }
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let areLabels = labels.allSatisfy {
      (1...63).contains($0.count) && $0.first != UInt8(ascii: "-") && $0.last != UInt8(ascii: "-")
    }
    guard areLabels, let last = labels.last else { throw .objection("has no true host name", hint: nil) }
    let isNumber =
      last.allSatisfy { (48...57).contains($0) } || last.starts(with: "0x".utf8)
    guard !isNumber || NetworkAddress(name) != nil else {
      throw .objection(
        "has no true host name", hint: "write an address as four numbers, such as 127.0.0.1")
    }
  }

  /// Parses `host:port`; also `[::1]:25`.
  static func host(_ bytes: [UInt8]) throws(ScalarProblem) -> (host: String, port: Int?) {
    var name = bytes[...]
    var digits: ArraySlice<UInt8>?
    if bytes.first == UInt8(ascii: "["), let close = bytes.firstIndex(of: UInt8(ascii: "]")) {
      name = bytes[1..<close]
      let text = String(decoding: name, as: UTF8.self)
      guard text.utf8.contains(UInt8(ascii: ":")), NetworkAddress(text) != nil else {
        throw .objection("has no IPv6 address in its brackets", hint: nil)
      }
      let tail = bytes[(close + 1)...]
      guard tail.isEmpty || tail.first == UInt8(ascii: ":") else {
        throw .objection("has no true host name", hint: nil)
      }
      digits = tail.isEmpty ? nil : tail.dropFirst()
    } else {
      if let colon = bytes.lastIndex(of: UInt8(ascii: ":")) {
        name = bytes[..<colon]
        digits = bytes[(colon + 1)...]
      }
      let isName = name.allSatisfy {
        (48...57).contains($0) || (97...122).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
      }
      guard isName, name.count <= 253 else { throw .objection("has no true host name", hint: nil) }
    }
    let host = String(decoding: name, as: UTF8.self).lowercased()
    guard let digits else { return (host, nil) }
    let isNumber = (1...5).contains(digits.count) && digits.allSatisfy { (48...57).contains($0) }
    guard isNumber, let port = Int(String(decoding: digits, as: UTF8.self)), (1...65535).contains(port) else {
      throw .objection("has no true port", hint: "a port lies between 1 and 65535")
    }
    return (host, port)
  }
}

extension Shape where Value == ServiceURL {
  /// A URL of one of the schemes of `rules`.
  package static func url(_ rules: ServiceURL.Rules, example: String) -> Shape {
    .text(expected: "a URL such as \(example)", example: example) { (text) throws(ScalarProblem) in
      try ServiceURL(text, rules: rules)
    }
  }

  /// `https://` or `http://`, without a user.
  package static var webURL: Shape {
    url(ServiceURL.Rules(schemes: ["https", "http"]), example: "https://shop.example")
  }
}

/// The address a server listens on.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// A literal address; IPv6 without brackets.
  package var host: String
  /// 0 lets the system choose.
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Whether only this machine can connect.
  package var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

  package var description: String { host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Shape where Value == ListenAddress {
  /// `127.0.0.1:8750` or `[::1]:8750`: a literal address, because names may change while the daemon runs;
  /// port 0 lets the system choose.
  package static var listenAddress: Shape {
    .text(expected: "an address such as 127.0.0.1:8750", example: "127.0.0.1:8750") {
      (text) throws(ScalarProblem) in
      guard text.utf8.count <= 64 else { throw .mismatch }
      let isFree = text.hasSuffix(":0")
      let (host, port) = try ServiceURL.host(Array((isFree ? String(text.dropLast(2)) : text).utf8))
      if host == "localhost" { throw .mismatch(hint: "write 127.0.0.1") }
      let numbers = host.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
      let isIPv4 =
        numbers.count == 4
        && numbers.allSatisfy {
          (1...3).contains($0.count) && (UInt8(String(decoding: $0, as: UTF8.self)) != nil)
        }
      guard isIPv4 || host.utf8.contains(0x3A) else { throw .mismatch }
      guard isFree || port != nil else {
        throw .objection("names no port", hint: "write \(Quoting.printable(text)):8750")
      }
      return ListenAddress(host: host, port: port ?? 0)
    }
  }
}
