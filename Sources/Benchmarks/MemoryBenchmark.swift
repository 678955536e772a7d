internal import Domain
internal import Glibc
internal import Platform
internal import Service
internal import Store

/// The daemon in its own process with many customers: its memory while events arrive and messages go out, and
/// the time until it is ready after a kill.
enum MemoryBenchmark {
  static func run(_ options: BenchmarkOptions) async throws -> Report {
    let customers = options.customers ?? 1_000_000
    let due = min(20_000, customers / 2)
    var report = Report("memory")
    return try await options.withDirectory { directory in
      let path = FilePath.join(directory, "memory.db")
      try await fill(path, customers, due: due, options)
      let first = try await ServiceProcess.start(path, directory, options)
      let atRest = first.resident
      let load = try await underLoad(first, directory, due)
      first.kill()
      // As after a crash: the WAL must still be recovered.
      let second = try await ServiceProcess.start(path, directory, options)
      second.kill()
      let third = try await ServiceProcess.start(path, directory, options, checks: false)
      third.kill()

      report.add("resident, ready and idle", atRest / 1e6, "MB")
      report.add("resident under load, at most", load.peak / 1e6, "MB", bar: .atMost(150))
      report.add("events taken meanwhile", load.rate, "/s")
      report.add("messages decided meanwhile", Double(load.messages), "")
      report.add("ready again after a kill", second.readyAfter, "s", bar: .atMost(1))
      report.add("ready again, file not checked", third.readyAfter, "s")
      let size = try Double(Files.status(path).size) / 1e6
      report.notes.append(
        "\(DecimalText.grouped(Int64(customers))) customers, database of \(Report.text(size)) MB")
      return report
    }
  }

  /// Uses a separate store, so that the lock is released at the end.
  private static func fill(
    _ path: String, _ customers: Int, due: Int, _ options: BenchmarkOptions
  ) async throws {
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    let floor = try await ShopFloor(
      .sqlite(path: path), program: try ShopFloor.program(options.configuration), enabledAt: now - .days(1))
    var bar = ProgressBar(
      "store", total: Int64(customers), unit: "customers", write: { StandardError.write($0) })
    try await Stock.settle(customers, due: due, in: floor.store, now: now) { bar.update(Int64($0)) }
    bar.finish()
    await floor.store.close()
  }

  /// Events of new and known customers, while the scheduler processes what is due.
  private static func underLoad(
    _ service: ServiceProcess, _ directory: String, _ due: Int
  ) async throws -> (peak: Double, rate: Double, messages: Int) {
    let count = 200_000
    let bodies = EventMix.shopping.bodies(count, batchSize: IngestBenchmark.batchSize)
    let time = try await seconds {
      try await EventSender(port: service.port, key: "bench").send(
        bodies, connections: IngestBenchmark.connections)
    }
    let captured = FilePath.join(directory, "capture")
    for _ in 0..<100 {
      if try files(in: captured) >= due * 8 / 10 { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    let messages = try files(in: captured)
    guard messages >= due * 8 / 10 else {
      throw BenchmarkError("of \(due) due messages only \(messages) went out within ten seconds of the load")
    }
    return (service.peak, Double(count) / time, messages)
  }

  private static func files(in directory: String) throws -> Int {
    guard Files.exists(directory) else { return 0 }
    return try Files.names(in: directory).count
  }
}
