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
