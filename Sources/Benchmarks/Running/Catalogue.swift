internal import Platform

/// One benchmark of the program.
struct Benchmark: Sendable {
  var name: String
  var summary: String
  var run: @Sendable (BenchmarkOptions) async throws -> Report
}

/// All benchmarks, in running order.
enum Catalogue {
  static let benchmarks = [
    Benchmark(
      name: "render", summary: "a mail, against Ruby's liquid with liquid-c", run: RenderBenchmark.run),
    Benchmark(
      name: "decide", summary: "due enrollments decided into the outbox, against a bare SQLite loop",
      run: DecideBenchmark.run),
    Benchmark(
      name: "ingest", summary: "events over HTTP, against a bare SQLite insert loop", run: IngestBenchmark.run
    ),
    Benchmark(
      name: "import", summary: "orders from CSV with planning, against sqlite3 .import into the same indexes",
      run: ImportBenchmark.run),
    Benchmark(
      name: "smtp", summary: "durable delivery to smtp-sink, against a bare libcurl loop and Postfix",
      run: SMTPBenchmark.run),
    Benchmark(name: "tick", summary: "a tick with nothing due", run: TickBenchmark.run),
    Benchmark(
      name: "memory", summary: "memory under load, and the time to be ready again", run: MemoryBenchmark.run),
  ]

  static let commandLine = CommandLineSpec(
    program: "benchmarks", summary: "how fast reprise is on this machine", version: "1",
    commands: [.init("all", "every benchmark, with modest sizes (also without a name)", options: options)]
      + benchmarks.map { .init($0.name, $0.summary, options: options) }
      + [ReportComparison.spec, ServiceProcess.spec])

  private static let options: [CommandLineSpec.Option] = [
    .init("json", "print the figures as JSON"),
    .init("config", "the configuration whose shop is used", value: "DIR", default: "config"),
    .init("directory", "where databases are made; a temporary one if not given", value: "DIR"),
    .init("store", "a PostgreSQL server to make databases on (decide, ingest, tick)", value: "URL"),
    .init("full", "the sizes of the bars: a million orders, a million customers"),
    .init("customers", "customers in the store (tick, decide, memory)", value: "N"),
    .init("events", "events sent (ingest)", value: "N"),
    .init("rows", "rows of the file (import)", value: "N"),
    .init("messages", "messages delivered (smtp)", value: "N"),
    .init("connections", "connections to smtp-sink (smtp)", value: "N", default: "50"),
  ]
}

/// The options of the command line.
struct BenchmarkOptions: Sendable {
  var isJSON: Bool
  var configuration: String
  var directory: String?
  /// A server instead of SQLite, `postgresql://...`; its user must be allowed to create databases.
  var server: String?
  var isFull: Bool
  var customers: Int?
  var events: Int?
  var rows: Int?
  var messages: Int?
  var connections: Int

  init(_ arguments: Arguments) throws(UsageError) {
    func count(_ name: String) throws(UsageError) -> Int? {
      guard let text = arguments[name] else { return nil }
      guard let value = Int(text), value > 0 else {
        throw UsageError("'--\(name)' is '\(text)', but must be a whole number above 0", "benchmarks")
      }
      return value
    }
    isJSON = arguments.has("json")
    configuration = arguments["config"] ?? "config"
    directory = arguments["directory"]
    server = arguments["store"]
    if let server, !server.hasPrefix("postgresql://") {
      throw UsageError("'--store' must begin with 'postgresql://'", "benchmarks")
    }
    isFull = arguments.has("full")
    customers = try count("customers")
    events = try count("events")
    rows = try count("rows")
    messages = try count("messages")
    connections = try count("connections") ?? 50
  }

  /// A directory for one benchmark, removed afterwards.
  func withDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
    let path: String
    if let directory {
      path = FilePath.join(directory, "reprise-bench-\(UInt32.random(in: 0...(.max)))")
      try Files.makeDirectories(path)
    } else {
      path = try Files.makeTemporaryDirectory(prefix: "reprise-bench")
    }
    defer { try? Files.removeTree(path) }
    return try await body(path)
  }
}
