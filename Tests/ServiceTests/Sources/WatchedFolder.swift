import Delivery
import Domain
import Glibc
import Import
import Platform
import Store
import Support
import Testing

@testable import Service

/// A source of customers over a folder, in virtual time, on the store of a daemon.
final class WatchedFolder {
  let shop: RunningShop
  let time = VirtualClock()
  let log = InMemoryLog()
  let path: String
  let rejects: String
  private(set) var watch: SourceWatch
  var options = ImportOptions(kind: .customers)
  private var place: SourcePlace
  /// The limits of transfers.
  var silence: Duration?
  var largest: Int64?

  private init(_ shop: RunningShop) throws {
    self.shop = shop
    path = shop.directory.path + "/exports"
    rejects = shop.directory.path + "/rejected"
    try Files.makeDirectories(path)
    place = .folder(path, FilePattern("*.csv"))
    watch = try SourceWatch(
      "shop", Self.settings(place, options), at: Self.site(shop, time.clock, log, rejects))
  }

  static func run(_ body: (WatchedFolder) async throws -> Void) async throws {
    try await RunningShop.run { shop in try await body(try WatchedFolder(shop)) }
  }

  private static func settings(_ place: SourcePlace, _ options: ImportOptions) -> SourceSettings {
    SourceSettings(place: place, rhythm: .every(.seconds(60)), options: options)
  }

  private static func site(
    _ shop: RunningShop, _ clock: LoopClock, _ log: InMemoryLog, _ rejects: String
  ) -> SourceSite {
    let daemon = shop.daemon
    return SourceSite(
      store: daemon.store, intake: daemon.intake, shop: daemon.shop, clock: clock,
      log: Logger(to: log, now: { 0 }), rejects: rejects, downloads: shop.directory.path + "/download")
  }

  /// What sources of the same daemon share, with another clock.
  func site(by clock: LoopClock) -> SourceSite {
    var site = Self.site(shop, clock, log, rejects)
    if let silence { site.silence = silence }
    if let largest { site.largest = largest }
    return site
  }

  /// Another source of the same daemon, over a new folder below the first one.
  func another(_ name: String, below folder: String) throws -> SourceWatch {
    let path = path + "/" + folder
    try Files.makeDirectories(path)
    return try SourceWatch(
      name, Self.settings(.folder(path, FilePattern("*.csv")), options), at: watch.site)
  }

  /// As after a restart of the daemon, or a reload with other options.
  func restart() throws {
    watch = try SourceWatch("shop", Self.settings(place, options), at: site(by: time.clock))
  }

  /// Takes another place than the folder.
  func move(to other: SourcePlace) throws {
    place = other
    try restart()
  }

  func write(_ name: String, _ text: String) throws {
    try Files.write(Array(text.utf8), to: path + "/" + name)
  }

  func rename(_ name: String, to other: String) {
    #expect(Glibc.rename(path + "/" + name, path + "/" + other) == 0)
  }

  /// Looks, and again once what is new has settled.
  func settle() async {
    if let wait = await watch.look() {
      time.advance(by: wait)
      #expect(await watch.look() == nil)
    }
  }

  func customers() async throws -> [String] {
    let store = shop.daemon.store
    return try await store.read { tx in
      try ["a", "b", "c", "d"].filter { try tx.customer(id: $0) != nil }
    }
  }

  func firstName(_ id: String) async throws -> String? {
    try await shop.daemon.store.read { try $0.customer(id: id)?.firstName }
  }

  /// What was brought since the start: taken, unchanged, rejected.
  var rows: [Int64] { SourceRows.allCases.map { watch.state.rows[$0] ?? 0 } }
  var problems: [String] { watch.state.problems.map { "\($0.file): \($0.problem)" } }

  func remembered() async throws -> [SourceFile] {
    try await shop.daemon.store.read { try $0.files(ofSource: "shop") }
  }
}
