internal import Decisioning
internal import Domain
internal import Platform
internal import Service
internal import Store
internal import Web

/// Events over HTTP in batches, durable before they are answered; compared with a bare SQLite loop that inserts only
/// the events, and one that writes every row that the program wrote.
enum IngestBenchmark {
  static let batchSize = 100
  static let connections = 16

  static func run(_ options: BenchmarkOptions) async throws -> Report {
    let count = options.events ?? (options.isFull ? 200_000 : 60_000)
    let program = try ShopFloor.program(options.configuration)
    var report = Report("ingest")
    for mix in EventMix.allCases {
      var sameRows: [Double] = []
      let rates = try await alternate(rounds: 3) { round in
        let run = try await overHTTP(count, mix, program, options)
        if let seconds = run.bareSeconds { sameRows.append(seconds / run.seconds) }
        return Double(count) / run.seconds
      } _: { round in
        try await bare(count, mix, round, options)
      }
      let ratio = zip(rates.first, rates.second).map { $0 / $1 }.median
      report.add("\(mix.title): over HTTP", rates.first.median, "events/s")
      report.add("\(mix.title): bare loop", rates.second.median, "events/s")
      report.add("\(mix.title): share of the bare loop", ratio * 100, "%", bar: .atLeast(mix.bar))
      if !sameRows.isEmpty {
        report.add("\(mix.title): share of a loop of all rows", sameRows.median * 100, "%")
      }
    }
    report.notes.append(
      "\(count) events, \(batchSize) a request, \(connections) connections; the bare loops commit every \(BareInsertLoop.rowsPerCommit) events with FULL"
    )
    report.notes += [options.storeNote].compactMap { $0 }
    return report
  }

  /// - Returns: the time taken; and a bare loop with the same rows, if the store is SQLite's.
  private static func overHTTP(
    _ count: Int, _ mix: EventMix, _ program: Program, _ options: BenchmarkOptions
  ) async throws -> (seconds: Double, bareSeconds: Double?) {
    try await options.withStore { location in
      let floor = try await ShopFloor(location, program: program, enabledAt: ShopFloor.noon - .days(1))
      let before = try await floor.copyForBareLoop()
      let server = try serve(floor, program)
      let bodies = mix.bodies(count, batchSize: batchSize)
      let time = try await seconds {
        try await EventSender(port: server.port, key: "bench").send(bodies, connections: connections)
      }
      let stored = try await floor.store.read {
        try Int($0.connection.integer("SELECT count(*) FROM events") ?? 0)
      }
      if stored != count { throw BenchmarkError("\(stored) of \(count) events are stored") }
      await server.stop(within: .seconds(1))
      await floor.store.close()
      guard let before, case .sqlite(let path) = location else { return (time, nil) }
      let loop = try BareRowLoop(before: before, after: path)
      for table in try loop.filledTables() { try loop.insert(table) }
      let commits = (count + BareInsertLoop.rowsPerCommit - 1) / BareInsertLoop.rowsPerCommit
      return (time, try loop.run(commits: commits))
    }
  }

  private static func serve(_ floor: ShopFloor, _ program: Program) throws -> WebServer {
    var decoder = TrackingDecoder(currency: program.brand.currency, timeZone: program.brand.zone)
    decoder.isTimeZone = { program.zones[$0] != nil }
    let configuration = WebConfiguration(
      listener: HTTPServer.Configuration(), writeKeys: ["bench"], brandName: program.brand.name,
      decoder: decoder)
    let now: @Sendable () -> Instant = { ShopFloor.noon }
    let services = WebServices(
      take: { events in
        let receipt = try await floor.intake.take(events, now: now())
        return TakenEvents(stored: receipt.stored, duplicates: receipt.duplicates)
      },
      readUnsubscribeToken: { _ in nil }, unsubscribe: { _ in nil }, problems: { [] }, metrics: { [] },
      now: now)
    return try WebServer.start(configuration, services, log: .silent)
  }

  private static func bare(
    _ count: Int, _ mix: EventMix, _ round: Int, _ options: BenchmarkOptions
  ) async throws -> Double {
    try await options.withDirectory { directory in
      let rows = mix.rows(count)
      let loop = try BareInsertLoop(path: FilePath.join(directory, "bare.db"))
      return Double(count) / (try await seconds { try loop.insert(rows) })
    }
  }
}
