import Decisioning
import Domain
import Glibc
import Platform
import Service
import Store
import Synchronization
import Templates

/// A directory, files in it, and what importing them gives.
struct ImportBench: ~Copyable {
  let directory: String

  init() throws { directory = try Files.makeTemporaryDirectory(prefix: "reprise-import") }

  deinit { try? Files.removeTree(directory) }

  func path(_ name: String) -> String { FilePath.join(directory, name) }

  func file(_ text: String, _ name: String = "file.csv") throws -> String {
    try file(Array(text.utf8), name)
  }

  func file(_ bytes: [UInt8], _ name: String = "file.csv") throws -> String {
    try Files.write(bytes, to: path(name))
    return path(name)
  }

  func text(_ name: String) throws -> String { try Files.readText(path(name)) }

  /// 2026-11-22T12:00:00+08:00.
  static let now = Instant(seconds: 1_795_320_000)
  static let shanghai: TimeZoneRules = {
    let bytes = (try? Files.read("/usr/share/zoneinfo/Asia/Shanghai")) ?? []
    return (try? TimeZoneRules(name: "Asia/Shanghai", tzif: bytes)) ?? .utc
  }()

  static func context(now: Instant = ImportBench.now) -> ImportContext {
    ImportContext(
      zone: shanghai, currency: Currency("CNY") ?? .unknown, channels: ["email": .email, "sms": .phone],
      isTimeZone: { $0 == "Asia/Shanghai" || $0 == "Europe/Berlin" }, now: now)
  }

  static func program(_ triggers: [Trigger] = []) -> Program {
    ProgramDraft(
      brand: Brand(
        name: "Shop", url: "https://shop.example", address: "", zone: shanghai,
        currency: Currency("CNY") ?? .unknown,
        locale: "en"),
      channels: [:], limits: Limits(),
      triggers: Dictionary(uniqueKeysWithValues: triggers.map { ($0.id, $0) }),
      templates: [:], partials: TemplateLibrary(), zones: ZoneCatalog(["Asia/Shanghai": shanghai]),
      publicURL: "https://shop.example"
    ).program(linkKey: .init(id: "1", secret: [7]), holdoutSalt: "salt")
  }
}

/// Keeps what it is given, as the store would, and fails when it is told to.
final class RecordingSink: ImportSink {
  struct State {
    var batches: [ImportBatch] = []
    var progress: [String: ImportProgress] = [:]
    var batchesBeforeCrash = Int.max
  }

  private let limit: ImportBatchLimit
  private let state: Mutex<State>

  init(rows: Int = 1000, batchesBeforeCrash: Int = .max) {
    limit = ImportBatchLimit(rows: rows, bytes: 1 << 20)
    state = Mutex(State(batchesBeforeCrash: batchesBeforeCrash))
  }

  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit { limit }

  /// The next batches are taken again.
  func recover(batchesBeforeCrash: Int = .max) {
    state.withLock { $0.batchesBeforeCrash = batchesBeforeCrash }
  }

  var batches: [ImportBatch] { state.withLock { $0.batches } }
  /// Orders too, as the events that they are.
  var events: [IncomingEvent] { batches.flatMap { $0.events + $0.orders.events } }
  var products: [Product] { batches.flatMap(\.products) }

  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    state.withLock { $0.progress[fingerprint] }
  }

  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt {
    let isAlive = state.withLock { state in
      guard state.batchesBeforeCrash > 0 else { return false }
      state.batchesBeforeCrash -= 1
      state.batches.append(batch)
      state.progress[batch.progress.fingerprint] = batch.progress
      return true
    }
    guard isAlive else { throw .store(.database(SQLError(.full, "database or disk is full"))) }
    return ImportReceipt()
  }
}
