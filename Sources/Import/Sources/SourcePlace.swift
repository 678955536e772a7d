package import Configuration
package import Platform

/// Where the files of a source come from.
package enum SourcePlace: Equatable, Sendable {
  /// A folder on this machine.
  case folder(String, FilePattern)
  /// One file on a web server.
  case web(WebSource)
  /// Files on an SFTP server.
  case sftp(SFTPSource)

  /// The path or address, without parts that may be secret.
  package var description: String {
    switch self {
    case .folder(let path, _): path
    case .web(let source): source.description
    case .sftp(let source): source.description
    }
  }

  /// The default interval between checks.
  var usualInterval: Duration {
    switch self {
    case .folder: .seconds(60)
    case .web, .sftp: .seconds(900)
    }
  }
}

/// A file at an HTTP address.
package struct WebSource: Equatable, Sendable, CustomStringConvertible {
  package var url: ServiceURL
  package var username: String?
  package var password: SourceSecret?
  package var headers: [Header] = []
  /// A PEM file of trusted authorities; `nil` trusts the system's.
  package var authorities: String?

  package struct Header: Equatable, Sendable {
    package var name: String
    package var value: SourceSecret
  }

  /// Without the query, which may contain a key.
  package var description: String { "\(url.address)\(path)" }

  /// The file's name in the store and in messages: the last part of the path.
  package var fileName: String {
    let name = FilePath.name(of: path)
    return name.isEmpty ? "export" : name
  }

  private var path: String {
    String(decoding: url.path.utf8.prefix { $0 != 0x3F && $0 != 0x23 }, as: UTF8.self)
  }
}

/// A file, or the files of a folder, on an SFTP server.
package struct SFTPSource: Equatable, Sendable, CustomStringConvertible {
  package var url: ServiceURL
  package var user: String
  package var password: SourceSecret?
  package var keyFile: String?
  package var knownHosts: String
  /// Matches the wanted files of the folder: those of a pattern, or a single one by name.
  package var pattern: FilePattern

  package var description: String { "\(url.address)\(url.path)" }

  /// Ends in `/`.
  package var folder: String {
    let end = url.path.utf8.lastIndex(of: UInt8(ascii: "/")).map { url.path.utf8.index(after: $0) }
    return end.map { String(url.path[..<$0]) } ?? "/"
  }

  package var login: SSHLogin {
    SSHLogin(user: user, knownHosts: knownHosts, keyFile: keyFile, password: password?.secret)
  }

  /// The address of the folder, or of a file in it, for libcurl.
  package func address(of file: String = "") -> String { url.address + folder + Self.escaped(file) }

  private static func escaped(_ name: String) -> String {
    var escaped = ""
    for byte in name.utf8 {
      let isPlain =
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2E || byte == 0x5F
      escaped += isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.text([byte]).uppercased()
    }
    return escaped
  }
}

/// A secret that can be compared, to see whether a reload has changed it.
package struct SourceSecret: Equatable, Sendable {
  package let secret: Secret

  package init(_ secret: Secret) { self.secret = secret }

  package static func == (a: SourceSecret, b: SourceSecret) -> Bool {
    a.secret.reveal().hasSameBytes(as: b.secret.reveal())
  }
}

extension ServiceURL {
  /// Scheme, host and port.
  fileprivate var address: String {
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return "\(scheme)://\(name)" + (port.map { ":\($0)" } ?? "")
  }

  /// Whether it is this machine, to which connections need no encryption.
  var isLoopback: Bool {
    host.hasSameBytes(as: "localhost") || host.hasSameBytes(as: "::1")
      || host.utf8.starts(with: "127.".utf8) && host.utf8.allSatisfy { $0 == 0x2E || $0 &- 0x30 < 10 }
  }
}
