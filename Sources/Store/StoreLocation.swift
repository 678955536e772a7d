/// The location of the database.
package enum StoreLocation: Equatable, Sendable, CustomStringConvertible {
  case sqlite(path: String)
  /// The whole URL; may contain a password and is never printed.
  case postgresql(url: String)

  /// Parses `sqlite:///absolute/path`, `sqlite:path` or `postgresql://...`.
  package init(url: String) throws(StoreError) {
    if url.hasPrefix("sqlite://"), case let path = String(url.dropFirst("sqlite://".count)),
      path.hasPrefix("/"), path.count > 1
    {
      self = .sqlite(path: path)
    } else if url.hasPrefix("sqlite:"), !url.hasPrefix("sqlite://"), url.count > "sqlite:".count {
      self = .sqlite(path: String(url.dropFirst("sqlite:".count)))
    } else if url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") {
      self = .postgresql(url: url)
    } else {
      throw .invalidURL(Self.withoutPassword(url))
    }
  }

  /// Throws if a database file is missing or empty while files of it still exist; changes nothing.
  package func requireNoRemains() throws(StoreError) {
    if case .sqlite(let path) = self { try SQLiteRemains.requireNone(of: path) }
  }

  /// Whether the file is on a read-only file system.
  package var isUnchangeable: Bool {
    if case .sqlite(let path) = self { UnchangedFile.isOne(path) } else { false }
  }

  package var isServer: Bool {
    if case .postgresql = self { true } else { false }
  }

  /// The URL without a password.
  package var description: String {
    switch self {
    case .sqlite(let path): path
    case .postgresql(let url): Self.withoutPassword(url)
    }
  }

  private static func withoutPassword(_ url: String) -> String {
    guard let scheme = url.range(of: "://"), let at = url[scheme.upperBound...].lastIndex(of: "@"),
      let colon = url[scheme.upperBound..<at].firstIndex(of: ":")
    else { return String(url.prefix(before: { $0 == UInt8(ascii: "?") })) }
    return String((url[..<colon] + url[at...]).prefix(before: { $0 == UInt8(ascii: "?") }))
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
