import Decisioning
import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Synchronization

@testable import Service

/// A shop that moves in, and out again.
extension SchedulerFloor {
  struct Imported: Sendable {
    var text: String
    var exitCode: ExitCode
    var rejected: [String]
    var progress: ImportProgress
  }

  /// Imports a file as the program would.
  func importing(
    _ kind: ImportKind, _ text: String, name: String = "file.csv", rows: Int? = nil,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Imported {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    var context = ImportBench.context(now: Self.now)
    context.channels = live.current.program.channels.mapValues(\.address)
    context.triggers = live.current.program.triggers.mapValues { $0.steps.map(\.id) }
    let direct = DirectImport(store: store, intake: intake, now: { Self.now })
    let sink: any ImportSink = rows.map { SmallBatches(sink: direct, rows: $0) } ?? direct
    let importer = Importer(
      path: try bench.file(text, name), options: options, context: context, sink: sink, startsOver: true)
    let summary = try await importer.run()
    let rejected = (try? bench.text(name.replacing(".csv", with: ".rejected.csv"))) ?? ""
    return Imported(
      text: ImportReport.text(summary, file: name).replacing(bench.directory + "/", with: ""),
      exitCode: ImportReport.exitCode(summary), rejected: rejected.split(separator: "\r\n").map(String.init),
      progress: summary.progress)
  }

  /// A list as the program would write it.
  func exported(_ list: StoredList) async throws -> String {
    let writer = Mutex(CSVWriter())
    writer.withLock { $0.row(list.columns) }
    try await responder.exportList(ExportListRequest(list: list)) { part in
      for row in part["rows"]?.arrayValue ?? [] {
        writer.withLock { $0.row((row.arrayValue ?? []).map { $0.stringValue ?? "" }) }
      }
      return true
    }
    return String(decoding: writer.withLock { $0.take() }, as: UTF8.self)
  }

  func customer(_ id: String) async throws -> Customer? { try await store.read { try $0.customer(id: id) } }
}

/// Stores what it is given in batches of a few rows.
private struct SmallBatches: ImportSink {
  let sink: DirectImport
  let rows: Int

  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit {
    ImportBatchLimit(rows: rows, bytes: 1 << 20)
  }
  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    try await sink.progress(fingerprint: fingerprint)
  }
  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt { try await sink.take(batch) }
  func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    try await sink.compare(batch)
  }
}
