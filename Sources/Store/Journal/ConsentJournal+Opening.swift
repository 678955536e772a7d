internal import Glibc
internal import Platform

/// Opening a journal, and which shop it belongs to.
extension ConsentJournal {
  /// The first line.
  struct Header {
    var id: String
    /// The shop it belongs to; `nil` in journals of earlier versions.
    var shop: String?
    /// The salt of its digests.
    var salt: String

    fileprivate var line: [UInt8] {
      var object: JSONObject = ["journal": .string(id), "salt": .string(salt)]
      if let shop { object["shop"] = .string(shop) }
      return Array((JSON.object(object).text() + "\n").utf8)
    }
  }

  static let headerLimit = 4096

  /// The header of the journal in `path`; `nil` if there is none, or only part of its first line.
  static func look(_ path: String) throws -> Header? { try inspect(path)?.header }

  private struct Found {
    var header: Header
    var hasEntries: Bool
  }

  private static func inspect(_ path: String) throws -> Found? {
    guard Files.exists(path) else { return nil }
    let file = try Files.open(path, regularOnly: true)
    let lines = try Self.lines(file, path, from: 0, limit: headerLimit).lines
    let length = try Files.status(path).size
    if lines.isEmpty, length < headerLimit { return nil }
    return Found(header: try header(lines, path), hasEntries: lines.count > 1 || length > Int64(headerLimit))
  }

  static func header(_ lines: [[UInt8]], _ path: String) throws -> Header {
    guard let first = lines.first, let object = try? JSON.parse(first),
      let id = object["journal"]?.stringValue, let salt = object["salt"]?.stringValue
    else { throw StoreError.io(path: path, reason: "it is no journal of ours; move it away") }
    return Header(id: id, shop: object["shop"]?.stringValue, salt: salt)
  }

  /// Opens or creates the journal of a shop.
  ///
  /// A journal of another shop in this place is moved aside under that shop's name, and found again when its
  /// store returns; one without entries is replaced.
  ///
  /// - Returns: also the new path of the other shop's journal, if there was one.
  static func open(
    _ path: String, of shop: ShopIdentity
  ) throws -> (journal: ConsentJournal, setAside: String?) {
    var found = try inspect(path)
    var setAside: String?
    if let other = found?.header.shop, !other.hasSameBytes(as: shop.id) {
      if found?.hasEntries == true {
        let place = freeName(path + ".other-" + other)
        try Files.move(path, to: place)
        setAside = place
      }
      found = nil
    }
    let own = path + ".other-" + shop.id
    if found?.hasEntries != true, Files.exists(own) {
      try Files.move(own, to: path)
      found = try inspect(path)
    }
    if let found, found.hasEntries {
      if found.header.shop == nil {
        var header = found.header
        header.shop = shop.id
        let bytes = try Files.read(path, limit: 1 << 40)
        let rest = bytes.firstIndex(of: 0x0A).map { bytes[($0 + 1)...] } ?? []
        try put(header.line + rest, in: path)
      }
    } else if found.map({ !shop.isSame(as: $0.header) }) ?? true {
      let header = Header(id: Hex.text(RandomBytes.make(16)), shop: shop.id, salt: shop.salt)
      try put(header.line, in: path)
    }
    return (try ConsentJournal(path: path), setAside)
  }

  private static func freeName(_ name: String) -> String {
    var free = name
    var number = 1
    while Files.exists(free) {
      number += 1
      free = "\(name)-\(number)"
    }
    return free
  }

  /// Writes the whole file, or leaves the old one.
  private static func put(_ bytes: [UInt8], in path: String) throws(FileError) {
    let partial = path + ".partial"
    try Files.remove(partial)
    let file = try Files.openKept(partial)
    do throws(SystemError) {
      try file.write(bytes)
    } catch {
      try? Files.remove(partial)
      throw FileError(path, error.code, "write")
    }
    guard fsync(file.raw) == 0 else { throw FileError(path, errno, "write") }
    try Files.move(partial, to: path)
  }
}

/// Identifies a shop: created once, and part of every backup of its store.
struct ShopIdentity: Equatable, Sendable {
  let id: String
  /// The salt of the digests in its journals.
  let salt: String

  func isSame(as header: ConsentJournal.Header) -> Bool {
    header.shop?.hasSameBytes(as: id) == true && header.salt.hasSameBytes(as: salt)
  }
}

extension Transaction {
  /// The identity of this store's shop. A store without one takes it from the journal next to it.
  func shopIdentity(beside header: ConsentJournal.Header?) throws -> ShopIdentity {
    let id = try meta("shop_id") { header?.shop ?? Hex.text(RandomBytes.make(16)) }
    let isOwn = header.map { $0.shop?.hasSameBytes(as: id) ?? true } ?? false
    let known = try storedMeta(Self.saltName) ?? (isOwn ? header?.salt : nil)
    return ShopIdentity(
      id: id, salt: try meta(Self.shopSaltName) { known ?? Hex.text(RandomBytes.make(16)) })
  }

  static let shopSaltName = "shop_salt"
}
