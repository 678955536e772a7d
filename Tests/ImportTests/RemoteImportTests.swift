import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

@Suite struct RemoteImportTests {
  @Test func `what goes through the daemon's socket is what was read from the file`() async throws {
    let bench = try ImportBench()
    let files: [(ImportKind, String)] = [
      (
        .customers,
        "id,email,phone,first_name,last_name,birthday,calendar,leap_month,time_zone,locale,joined_at,consent.sms,tags,n,f,t\n"
          + "c1,a@x.example,+4930123456,Ann,Lee,08-15,lunar,yes,Europe/Berlin,de,2020-01-01,no,a|b,1,2.5,true\nc2,,,,,,,,,,,,,,,\n"
      ),
      (
        .orders,
        "order_id,customer_id,placed_at,total,status,cart_id,sku,name,quantity,price,refunded_total,email,phone\n"
          + "o1,c1,2026-03-01,5,refunded,k1,s,S,2,2.5,,,\no2,c1,2026-03-02,5,cancelled,,,,,,,,\n"
          + "o3,c1,2026-03-02,5,,,,,,,1.25,a@x.example,+4930123456\no4,c1,2026-03-02,5,unpaid,,,,,,,a@x.example,\n"
      ),
      (
        .events,
        "customer_id,name,at,channel\nc1,quiz,2026-03-01,email\nc1,consent_granted,2026-03-01,email\n"
      ),
      (
        .products,
        "sku,name,url,image,price,cycle_days\na,A,https://x.example,http://y.example,1.5,30\nb,,,,,\n"
      ),
    ]
    let direct = RecordingSink()
    let behind = RecordingSink()
    let endpoint = ImportEndpoint(behind)
    let server = try ControlServer(path: bench.path("control")) { request, reply in
      await reply.send(await endpoint.answer(request))
    }
    defer { server.stop() }
    let remote = try RemoteImport(socket: bench.path("control"))
    for (kind, text) in files {
      let path = try bench.file(text, "\(kind).csv")
      for sink in [direct, remote] as [any ImportSink] {
        let importer = Importer(
          path: path, options: ImportOptions(kind: kind), context: ImportBench.context(), sink: sink)
        #expect(try await importer.run().errors.isEmpty)
      }
    }
    #expect(behind.events == direct.events)
    #expect(behind.products == direct.products)
    #expect(behind.batches.map(\.progress) == direct.batches.map(\.progress))
    let again = Importer(
      path: bench.path("orders.csv"), options: ImportOptions(kind: .orders), context: ImportBench.context(),
      sink: remote)
    #expect(try await again.run().outcome == .doneBefore)
  }

  @Test func `what the daemon cannot do is said in its words`() async throws {
    let bench = try ImportBench()
    let endpoint = ImportEndpoint(RecordingSink(batchesBeforeCrash: 0))
    let server = try ControlServer(path: bench.path("control")) { request, reply in
      await reply.send(await endpoint.answer(request))
    }
    defer { server.stop() }
    let importer = Importer(
      path: try bench.file("id\na\n"), options: ImportOptions(kind: .customers),
      context: ImportBench.context(),
      sink: try RemoteImport(socket: bench.path("control")))
    await #expect(
      throws: ImportError.stopped(
        line: 2,
        cause: .daemon("\(ImportError.store(.database(SQLError(.full, "database or disk is full"))))"))
    ) { try await importer.run() }
    #expect(
      await endpoint.answer(["operation": "dance"])
        == ["error": "this import request is not understood; is the daemon of the same version?"])
    #expect(
      await endpoint.answer(["operation": "batch", "batch": ["kind": "orders"]])
        == ["error": "the batch of an import is not understood; is the daemon of the same version?"])
  }

  @Test func `without a daemon the socket says so`() throws {
    #expect(throws: ImportError.control(.notRunning(path: "/tmp/reprise-no-such-socket"))) {
      try RemoteImport(socket: "/tmp/reprise-no-such-socket")
    }
  }
}
