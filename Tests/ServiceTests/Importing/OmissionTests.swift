import Decisioning
import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

@testable import Service

/// Rows that are right by themselves, and yet cannot be stored as they stand.
struct OmissionTests {
  /// What importing a file tells when `c1` has as many attributes as a customer may have.
  private func report(
    _ kind: ImportKind, _ text: String, again: Bool = false, leftOut: Int = 1, throughDaemon: Bool
  ) async throws -> String {
    try await IntakeFloor.use { floor in
      var attributes = Record()
      for number in 0..<Customer.maximumAttributes { attributes["a\(number)"] = .integer(1) }
      try await floor.take([.identified("c1", "i", 0, attributes)])
      let bench = try ImportBench()
      let direct = DirectImport(store: floor.store, intake: floor.intake, now: { IntakeFloor.now })
      let endpoint = ImportEndpoint(direct)
      let server = try ControlServer(path: bench.path("control")) { request, reply in
        await reply.send(await endpoint.answer(request))
      }
      defer { server.stop() }
      let sink: any ImportSink = throughDaemon ? try RemoteImport(socket: bench.path("control")) : direct
      func run() async throws -> ImportSummary {
        try await Importer(
          path: try bench.file(text), options: ImportOptions(kind: kind), context: ImportBench.context(),
          sink: sink, startsOver: true
        ).run()
      }
      if again { _ = try await run() }
      let summary = try await run()
      #expect(ImportReport.answer(summary, file: "f.csv").leftOut == leftOut)
      return ImportReport.text(summary, file: "f.csv")
    }
  }

  @Test(arguments: [false, true])
  func `attributes beyond what a customer may have are told with their line`(throughDaemon: Bool) async throws
  {
    let text = "id,a1,more\nc0,1,x\nc1,2,x\nc2,1,x\n"
    #expect(
      try await report(.customers, text, throughDaemon: throughDaemon)
        == """
        f.csv: 3 customers imported, 0 rows rejected.
        Left out, in part or as a whole: 1 row
          line 3: names were left out, as the customer has 500 attributes, 64 KB of them or 50 channels already; give names to kinds of values, not to values

        """)
  }

  static let compared: [(kind: ImportKind, first: String, second: String, line: String)] = [
    (.customers, "id\nc1\nc2\n", "id\nc2\nc3\nc4\n", "New: 2. Known: 1."),
    (
      .orders, "order_id,customer_id,placed_at,total\no1,c1,2026-03-01,1\n",
      "order_id,customer_id,placed_at,total\no1,c1,2026-03-01,2\no2,c2,2026-03-01,1\n", "New: 1. Known: 1."
    ),
    (
      .events, "customer_id,name,at,message_id\nc1,quiz,2026-03-01,m\n",
      "customer_id,name,at,message_id\nc1,quiz,2026-03-01,m\nc1,quiz,2026-03-01,n\n",
      "New: 1. Known: 1, of which 1 would change nothing."
    ),
    (
      .products, "sku,price\na,1\nb,1\n", "sku,price\na,1\nb,2\nc,1\n",
      "New: 1. Known: 2, of which 1 would change nothing."
    ),
  ]

  @Test(arguments: compared, [false, true])
  func `a dry run tells what is new`(
    _ files: (kind: ImportKind, first: String, second: String, line: String), throughDaemon: Bool
  ) async throws {
    try await IntakeFloor.use { floor in
      let bench = try ImportBench()
      let direct = DirectImport(store: floor.store, intake: floor.intake, now: { IntakeFloor.now })
      let endpoint = ImportEndpoint(direct)
      let server = try ControlServer(path: bench.path("control")) { request, reply in
        await reply.send(await endpoint.answer(request))
      }
      defer { server.stop() }
      let options = ImportOptions(kind: files.kind)
      _ = try await Importer(
        path: try bench.file(files.first), options: options, context: ImportBench.context(), sink: direct
      ).run()
      let sink: any ImportSink = throughDaemon ? try RemoteImport(socket: bench.path("control")) : direct
      let path = try bench.file(files.second, "second.csv")
      for _ in 0..<2 {
        let summary = try await Importer(
          path: path, options: options, context: ImportBench.context(), sink: nil, comparesWith: sink
        ).run()
        let lines = ImportReport.text(summary, file: "f.csv").split(separator: "\n")
        #expect(lines.dropFirst().first.map(String.init) == files.line)
      }
    }
  }

  @Test(arguments: [false, true])
  func `a file of nothing but known events imports nothing`(throughDaemon: Bool) async throws {
    let row = "c0,quiz,2026-03-01,m\n"
    #expect(
      try await report(
        .events, "customer_id,name,at,message_id\n" + row + row + row, again: true, leftOut: 0,
        throughDaemon: throughDaemon)
        == "f.csv: 0 events imported, 0 rows rejected.\n3 events were known already and changed nothing.\n")
  }

  @Test(arguments: [false, true])
  func `an event under the id of another is told with its line`(throughDaemon: Bool) async throws {
    let text =
      "customer_id,name,at,message_id\nc0,quiz,2026-03-01,m\nc0,survey,2026-03-02,m\nc0,quiz,2026-03-01,m\n"
    #expect(
      try await report(.events, text, throughDaemon: throughDaemon)
        == """
        f.csv: 2 events imported, 0 rows rejected.
        1 event was known already and changed nothing.
        Left out, in part or as a whole: 1 row
          line 3: its message_id stands for another event already, which was kept; give each event an id of its own

        """)
  }
}
