internal import Decisioning
internal import Domain
internal import Platform
internal import Service
internal import Store

/// A tick with nothing due, with an increasing number of customers in the store.
enum TickBenchmark {
  static func run(_ options: BenchmarkOptions) async throws -> Report {
    let sizes = options.customers.map { [10_000, $0] } ?? [10_000, 100_000, 1_000_000]
    let program = try ShopFloor.program(options.configuration)
    var report = try await withFloors(sizes[...], [], program, options) { floors in
      let costs = try await measure(floors)
      return Self.report(sizes, costs)
    }
    report.notes += [options.storeNote].compactMap { $0 }
    return report
  }

  /// Lends a store of each size, all at once.
  private static func withFloors(
    _ sizes: ArraySlice<Int>, _ floors: [ShopFloor], _ program: Program, _ options: BenchmarkOptions,
    _ body: ([ShopFloor]) async throws -> Report
  ) async throws -> Report {
    guard let size = sizes.first else { return try await body(floors) }
    return try await options.withStore { location in
      let floor = try await ShopFloor(location, program: program, enabledAt: ShopFloor.noon)
      var bar = ProgressBar(
        "store", total: Int64(size), unit: "customers", write: { StandardError.write($0) })
      try await Stock.settle(size, in: floor.store, now: ShopFloor.noon) { bar.update(Int64($0)) }
      bar.finish()
      let report = try await withFloors(sizes.dropFirst(), floors + [floor], program, options, body)
      await floor.store.close()
      return report
    }
  }

  /// Measures each store in turn, many times. - Returns: microseconds per tick, by store.
  private static func measure(_ floors: [ShopFloor]) async throws -> [Double] {
    let schedulers = floors.map { $0.scheduler() }
    var costs = [[Double]](repeating: [], count: floors.count)
    let perRound = 50
    for round in 0..<60 {
      for (index, scheduler) in schedulers.enumerated() {
        let time = try await seconds {
          for _ in 0..<perRound {
            let (settled, _) = try await scheduler.tick(now: ShopFloor.noon)
            if settled > 0 { throw BenchmarkError("something was due in an idle store") }
          }
        }
        // The first rounds warm the caches.
        if round >= 10 { costs[index].append(time / Double(perRound) * 1e6) }
      }
    }
    return costs.map(\.median)
  }

  private static func report(_ sizes: [Int], _ costs: [Double]) -> Report {
    var report = Report("tick")
    for (size, cost) in zip(sizes, costs) {
      report.add("idle tick, \(DecimalText.grouped(Int64(size))) customers", cost, "us", bar: .atMost(1000))
    }
    if let first = costs.first, let last = costs.last, let size = sizes.last {
      report.add(
        "cost at \(DecimalText.grouped(Int64(size))) against 10,000", last / first, "x", bar: .atMost(1.5))
    }
    return report
  }
}
