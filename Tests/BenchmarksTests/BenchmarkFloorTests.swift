import Glibc
import Platform
import Testing

@testable import benchmarks

/// The release build in small sizes beside its bare loops, so that a change that makes it half as fast is seen at once.
///
/// The floors are half of what such short runs show on two busy cores; the goals stand with the benchmarks themselves. A
/// busy machine slows our threads more than a loop that needs one core, so the best of three runs counts.
@Suite(.serialized)
struct BenchmarkFloorTests {
  /// The `benchmarks` beside the program under test; `nil` where there is no release build.
  private enum ReleaseProgram {
    static let path: String? = {
      let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
      let build = FilePath.directory(of: FilePath.directory(of: FilePath.directory(of: bundle)))
      let folder =
        Environment.process["REPRISE_BINARY"].map { FilePath.directory(of: $0) } ?? "\(build)/release"
      // The ratios of a debug build mean nothing.
      if folder.hasSuffix("/debug") { return nil }
      return [folder, ".build/release"].map { "\($0)/benchmarks" }.first { access($0, X_OK) == 0 }
    }()
  }

  struct Floor: Sendable {
    var figure: String
    var percent: Double
  }

  private static let decide = [Floor(figure: "share of the bare loop", percent: 15)]
  private static let ingest = [
    Floor(figure: "views: share of the bare loop", percent: 24),
    Floor(figure: "carts and orders: share of the bare loop", percent: 17),
  ]
  private static let importing = [Floor(figure: "share of sqlite3", percent: 30)]

  @Test(
    .enabled(if: ReleaseProgram.path != nil, "needs the release program that `make test` builds"),
    arguments: [
      (["decide", "--customers", "6000"], decide), (["ingest", "--events", "18000"], ingest),
      (["import", "--rows", "30000"], importing),
    ])
  func `no share of a bare loop falls below its floor`(_ command: [String], _ floors: [Floor]) async throws {
    let program = try #require(ReleaseProgram.path)
    let root = (0..<3).reduce(#filePath) { path, _ in FilePath.directory(of: path) }
    var best = [Double](repeating: 0, count: floors.count)
    for _ in 0..<3 where zip(best, floors).contains(where: { $0 < $1.percent }) {
      let child = ChildProcess(
        [program] + command + ["--json", "--config", root + "/config"], deadline: .seconds(120))
      let outcome = try await child.run()
      try #require(
        outcome.ending == .exited(0), "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
      let figures = try Report.reports(String(decoding: outcome.output, as: UTF8.self)).flatMap(\.figures)
      for (index, floor) in floors.enumerated() {
        let figure = try #require(figures.first { $0.what == floor.figure }, "no figure '\(floor.figure)'")
        best[index] = max(best[index], figure.value)
      }
    }
    for (value, floor) in zip(best, floors) {
      #expect(value >= floor.percent, "\(command[0]), \(floor.figure)")
    }
  }
}
