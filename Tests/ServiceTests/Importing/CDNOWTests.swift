import Domain
import Glibc
import Import
import ImportSupport
import Platform
import Service
import Store
import Support
import Testing

/// 69,659 real purchases of 23,570 customers of a record shop, 1997 and 1998.
@Suite struct CDNOWTests {
  /// The line of the handbook's topic `imports`, with `$0` for the file.
  static let command = #"""
    awk 'NR==1{print "order_id,customer_id,placed_at,total,sku,quantity";next}{sub(/\r/,"");print NR-1","$1","$2","$4",cd,"$3}' "$0"
    """#

  private func orders() throws -> [UInt8] {
    let venv = try #require(
      getenv("REPRISE_TEST_VENV").map { String(cString: $0) },
      "REPRISE_TEST_VENV is not set: run `make test`, which makes a Python environment with lifetimes")
    let script = "import importlib.util as u;print(u.find_spec('lifetimes').submodule_search_locations[0])"
    let package = try spawn(["\(venv)/bin/python3", "-c", script]).text.filter { $0 != "\n" }
    let result = try spawn(["sh", "-c", Self.command, "\(package)/datasets/CDNOW_master.txt"])
    #expect(result.status == 0, "\(result.errorText)")
    return result.output
  }

  private func location(_ kind: String, _ bench: borrowing ImportBench) throws -> StoreLocation {
    try kind == "sqlite"
      ? .sqlite(path: bench.path("reprise.db"))
      : StoreLocation(url: TemporaryPostgres.shared().makeDatabase())
  }

  private func importer(_ path: String, _ sink: any ImportSink) throws -> Importer {
    var options = ImportOptions(kind: .orders, currency: Currency("USD"))
    options.dateForms = [(nil, try DateForm("%Y%m%d"))]
    return Importer(path: path, options: options, context: ImportBench.context(), sink: sink)
  }

  private func sink(_ store: Store) -> DirectImport {
    let shop = Shop(program: ImportBench.program(), catalog: Catalog(), triggers: [:])
    let intake = Intake(store: store, shop: LiveShop(shop))
    return DirectImport(store: store, intake: intake) { ImportBench.now }
  }

  @Test(arguments: ["sqlite", "postgresql"], [[], [1], [0, 2, 1]])
  func `cut off and gone on with, all purchases are there once`(kind: String, crashes: [Int]) async throws {
    let bench = try ImportBench()
    let path = try bench.file(try orders(), "cdnow.csv")
    let location = try location(kind, bench)
    for batches in crashes {
      let store = try Store(location, options: .init(readers: 1, allowsUnsafeServer: true))
      _ = try? await importer(path, Crashing(sink(store), after: batches)).run()
      await store.close()
    }
    let store = try Store(location, options: .init(readers: 1, allowsUnsafeServer: true))
    let summary = try await importer(path, sink(store)).run()
    #expect(summary.progress.imported == 69_659)
    #expect(summary.progress.rejected == 0)
    #expect(try await store.read { try $0.customerCount() } == 23_570)
    let (orders, cents) = try await store.read { tx in
      var counts = (0, Int64(0))
      for key in try tx.customerKeys(after: CustomerKey(0), limit: 100_000).chunked(5000) {
        for state in try tx.states(of: key, parts: [.orders]).values {
          counts.0 += state.orders.count
          counts.1 += state.orders.reduce(0) { $0 + $1.total.minorUnits }
        }
      }
      return counts
    }
    #expect(orders == 69_659)
    #expect(cents == 250_031_563)
    await store.close()
  }
}

extension Array {
  fileprivate func chunked(_ size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}

/// Stores some batches and then is gone.
private struct Crashing: ImportSink {
  let sink: DirectImport
  let recorder: RecordingSink

  init(_ sink: DirectImport, after batches: Int) {
    self.sink = sink
    recorder = RecordingSink(batchesBeforeCrash: batches)
  }

  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit {
    ImportBatchLimit(rows: 7001, bytes: 1 << 20)
  }

  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    try await sink.progress(fingerprint: fingerprint)
  }

  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt {
    _ = try await recorder.take(batch)
    return try await sink.take(batch)
  }

  func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    try await sink.compare(batch)
  }
}
