internal import Domain
internal import Platform

/// Events and requests that are kept as sent, without knowing whom they concern.
extension Transaction {
  /// A kept event or request without a customer.
  private struct Unnamed {
    var key: Int64
    var kind: WorkKind
    var about: String
    var at: Instant
    var bytes: [UInt8]

    var request: KeptRequest { KeptRequest(bytes, isBatch: kind == .request) }
  }

  /// One at a time, since each may be as large as a request.
  private func forEachUnnamed(_ body: (Unnamed) throws -> Void) throws {
    let keys = try connection.all(
      "SELECT key FROM quarantine WHERE customer IS NULL AND content IS NOT NULL ORDER BY key"
    ) { $0.int64(0) }
    for key in keys {
      let found = try connection.first(
        "SELECT kind, about, at, content FROM quarantine WHERE key = ?1", [.integer(key)]
      ) { row in
        let kind = try row.word(0, as: WorkKind.self)
        let content = row.string(3)
        return Unnamed(
          key: key, kind: kind, about: row.string(1), at: row.instant(2),
          bytes: kind == .request ? Base64.bytes(content) ?? [] : Array(content.utf8))
      }
      if let found { try body(found) }
    }
  }

  /// The parts that are about a person, as sent.
  func exportKept(about person: KeptRequest.Person) throws -> [JSON] {
    var found: [JSON] = []
    try forEachUnnamed { unnamed in
      let calls: [[UInt8]]
      switch unnamed.request.share(of: person) {
      case .nothing: return
      case .all: calls = [unnamed.bytes]
      // Not exported: it may be about others.
      case .mixed: calls = []
      case .calls(let about, _): calls = about
      }
      found.append([
        "kind": .string(unnamed.kind.rawValue), "about": .string(unnamed.about),
        "at": .string(Timestamp.text(milliseconds: unnamed.at.milliseconds)),
        "content": .array(calls.map { .string(String(decoding: $0, as: UTF8.self)) }),
      ])
    }
    return found
  }

  /// Removes the parts that are about a person. - Returns: how many were removed.
  func forgetKept(about person: KeptRequest.Person) throws -> Int {
    var count = 0
    try forEachUnnamed { unnamed in
      switch unnamed.request.share(of: person) {
      case .nothing: return
      case .all, .mixed: try connection.run("DELETE FROM quarantine WHERE key = ?1", [.integer(unnamed.key)])
      case .calls(_, let rest):
        let content = unnamed.kind == .request ? Base64.text(rest) : String(decoding: rest, as: UTF8.self)
        try connection.run(
          "UPDATE quarantine SET content = ?2 WHERE key = ?1", [.integer(unnamed.key), .text(content)])
      }
      count += 1
    }
    return count
  }

  /// The ids of customers with quarantined work, whether or not anything else is stored about them.
  func identitiesSetAside() throws -> Set<ExactText> {
    var found = Set(
      try connection.all("SELECT DISTINCT customer FROM quarantine WHERE customer IS NOT NULL") {
        ExactText($0.string(0))
      })
    try forEachUnnamed { found.formUnion($0.request.identities) }
    return found
  }
}
