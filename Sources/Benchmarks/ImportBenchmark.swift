internal import Decisioning
internal import Domain
internal import Glibc
internal import Import
internal import Platform
internal import Service
internal import Store

/// A file of orders through the importer, planned by the example's triggers; compared with `sqlite3 .import`
/// of that file into a table with the same key and indexes.
enum ImportBenchmark {
  static func run(_ options: BenchmarkOptions) async throws -> Report {
    let rows = options.rows ?? (options.isFull ? 1_000_000 : 300_000)
    let program = try ShopFloor.program(options.configuration)
    var report = Report("import")
    return try await options.withDirectory { directory in
      let file = FilePath.join(directory, "orders.csv")
      try write(rows, to: file)
      let hasSQLite = Files.exists("/usr/bin/sqlite3")
      var peak = 0.0
      let rates = try await alternate(rounds: rows > 500_000 ? 1 : 3) { round in
        let database = Self.database(round, directory)
        let rate = try await ours(rows, file, database, program)
        peak = Double(ResourceUsage.current().peakResidentBytes) / 1e6
        return rate
      } _: { round in
        guard hasSQLite else { return 0 }
        let script = try ImportedTable.script(importing: file, like: Self.database(round, directory))
        return try await theirs(rows, script, FilePath.join(directory, "sqlite3-\(round).db"))
      }
      report.add("reprise import, with planning", rates.first.median, "rows/s")
      if hasSQLite {
        report.add("sqlite3 .import, same indexes", rates.second.median, "rows/s")
        let ratio = zip(rates.first, rates.second).map { $0 / $1 }.median
        report.add("share of sqlite3", ratio * 100, "%", bar: .atLeast(45))
      } else {
        report.notes.append("no sqlite3 program here; install the package sqlite3 to compare")
      }
      report.add("resident memory, at most", peak, "MB")
      report.notes.append("\(rows) orders of \(rows / 4) customers within two years, in the order of time")
      return report
    }
  }

  private static func database(_ round: Int, _ directory: String) -> String {
    FilePath.join(directory, "import-\(round).db")
  }

  private static func ours(
    _ rows: Int, _ file: String, _ database: String, _ program: Program
  ) async throws -> Double {
    let floor = try await ShopFloor(
      .sqlite(path: database), program: program, enabledAt: ShopFloor.noon - .days(1))
    let context = ImportContext(
      zone: program.brand.zone, currency: program.brand.currency,
      channels: program.channels.mapValues(\.address), isTimeZone: { program.zones[$0] != nil },
      now: ShopFloor.noon)
    let replanner = Replanner(store: floor.store, shop: floor.live)
    let sink = DirectImport(store: floor.store, intake: floor.intake, replanner: replanner) {
      ShopFloor.noon
    }
    var bar = ProgressBar("reprise import", total: nil, unit: "rows", write: { StandardError.write($0) })
    var imported: Int64 = 0
    let time = try await seconds {
      let importer = Importer(
        path: file, options: ImportOptions(kind: .orders), context: context, sink: sink)
      imported = try await importer.run(report: { bar.update($0.imported) }).progress.imported
      while try await replanner.step(now: ShopFloor.noon) {}
    }
    bar.finish()
    if imported != Int64(rows) { throw BenchmarkError("\(imported) of \(rows) orders were imported") }
    await floor.store.close()
    return Double(rows) / time
  }

  private static func theirs(_ rows: Int, _ script: String, _ database: String) async throws -> Double {
    let time = try await seconds {
      let child = ChildProcess(
        ["/usr/bin/sqlite3", database], input: Array(script.utf8), deadline: .seconds(600))
      let outcome = try await child.run()
      guard outcome.ending == .exited(0), outcome.errorOutput.isEmpty else {
        throw BenchmarkError("sqlite3: \(String(decoding: outcome.errorOutput, as: UTF8.self))")
      }
    }
    return Double(rows) / time
  }

  /// Orders as a shop exports them: by time, with customers in random order.
  private static func write(_ rows: Int, to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkError("cannot write \(path)") }
    defer { fclose(file) }
    fputs("\(ImportedTable.header)\n", file)
    let customers = max(1, rows / 4)
    var state: UInt64 = 88_172_645_463_325_252
    let begin = ShopFloor.noon - .days(730)
    for row in 0..<rows {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let line = Stock.line(Int(state >> 40))
      let price = (line.price ?? 0) / 100
      let at = begin + .seconds(Int64(Double(row) / Double(rows) * 729.5 * 86400))
      fputs(
        "\(row + 1),\(Stock.customerID(Int(state % UInt64(customers)))),\(at.iso8601),\(line.sku),\"\(line.name ?? "")\",\(line.quantity),\(price),\(price * Int64(line.quantity)),CNY\n",
        file)
    }
  }
}
