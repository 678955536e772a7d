import Domain
import Glibc
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

@Suite struct ImporterTests {
  private func importer(
    _ path: String, _ sink: (any ImportSink)?, _ kind: ImportKind = .customers, startsOver: Bool = false,
    now: Instant = ImportBench.now
  ) -> Importer {
    Importer(
      path: path, options: ImportOptions(kind: kind), context: ImportBench.context(now: now), sink: sink,
      startsOver: startsOver)
  }

  /// Customers c0...; every seventh without an id.
  private static func rows(_ count: Int) -> String {
    "id,plan\n" + (0..<count).map { $0 % 7 == 3 ? ",p\($0)\n" : "c\($0),p\($0)\n" }.joined()
  }

  @Test(arguments: 0..<12)
  func `cut off after any batch, the same import goes on and gives the same`(batches: Int) async throws {
    let bench = try ImportBench()
    let path = try bench.file(Self.rows(100), "customers.csv")
    let whole = RecordingSink(rows: 10)
    _ = try await importer(path, whole).run()
    let expected = try bench.text("customers.rejected.csv")
    try Files.remove(bench.path("customers.rejected.csv"))

    let sink = RecordingSink(rows: 10, batchesBeforeCrash: batches)
    do {
      _ = try await importer(path, sink).run()
      #expect(batches > 10)
    } catch {
      #expect(
        error.description
          == "stopped before line \(batches * 10 + 2): store: \(SQLError(.full, "database or disk is full"))\n"
          + "Everything before that line is imported. The same command goes on from there.")
      #expect(error.exitCode == .inputOutput)
    }
    sink.recover()
    let summary = try await importer(path, sink, now: ImportBench.now + .days(1)).run()
    #expect(sink.events.map(\.customerID) == whole.events.map(\.customerID))
    #expect(summary.progress.imported == 86)
    #expect(summary.progress.rejected == 14)
    #expect(try bench.text("customers.rejected.csv") == expected)
  }

  @Test func `rejected rows that somebody works on outlive any number of failed imports`() async throws {
    let bench = try ImportBench()
    let path = try bench.file(Self.rows(100), "customers.csv")
    _ = try bench.file("mine", "customers.rejected.csv")
    let sink = RecordingSink(rows: 10, batchesBeforeCrash: 0)
    for _ in 0..<2 { _ = try? await importer(path, sink).run() }
    sink.recover()
    let summary = try await importer(path, sink).run()
    #expect(summary.progress.rejected == 14)
    #expect(try bench.text("customers.rejected.csv.old") == "mine")
    #expect(
      try Files.names(in: bench.directory).sorted()
        == [
          "customers.csv", "customers.rejected.csv", "customers.rejected.csv.old",
          "customers.rejected.csv.old.2", "customers.rejected.csv.old.3",
        ])
  }

  @Test func `an order is never cut by a batch, however small`() async throws {
    let bench = try ImportBench()
    var text = "order_id,customer_id,placed_at,total,sku\n"
    for order in 0..<40 {
      for line in 0...(order % 5) { text += "o\(order),c,2026-03-01,1,s\(line)\n" }
    }
    let path = try bench.file(text)
    for crash in [0, 1, 5, 17] {
      let sink = RecordingSink(rows: 2, batchesBeforeCrash: crash)
      _ = try? await importer(path, sink, .orders).run()
      sink.recover()
      _ = try await importer(path, sink, .orders).run()
      var lines: [Int] = []
      for event in sink.events {
        if case .orderPlaced(let order) = event.effect { lines.append(order.lines.count) }
      }
      #expect(lines == (0..<40).map { $0 % 5 + 1 })
    }
  }

  @Test func `a file that is done does nothing more unless asked to`() async throws {
    let bench = try ImportBench()
    let path = try bench.file("id\na\nb\n")
    let sink = RecordingSink()
    _ = try await importer(path, sink).run()
    let second = try await importer(path, sink).run()
    #expect(second.outcome == .doneBefore)
    #expect(sink.events.count == 2)
    #expect(
      ImportReport.text(second, file: "f.csv")
        == "f.csv was imported before: 2 customers, 0 rows rejected. Nothing was done.\nTo import it once more: --again\n"
    )
    #expect(try await importer(path, sink, startsOver: true).run().outcome == .done)
    #expect(sink.events.count == 4)
    let changed = try bench.file("id\na\nc\n")
    #expect(try await importer(changed, sink).run().outcome == .done)
  }

  @Test func `a dry run reads everything and writes nothing`() async throws {
    let bench = try ImportBench()
    let path = try bench.file(Self.rows(10), "customers.csv")
    let summary = try await importer(path, nil).run()
    #expect(try Files.names(in: bench.directory) == ["customers.csv"])
    #expect(
      ImportReport.text(summary, file: "customers.csv")
        == "customers.csv: 9 customers could be imported, 1 row would be rejected.\n"
        + "  line 5: id: it is empty, but needed\n" + "column 'id' is id (text): 'c0', 'c1', 'c2'\n"
        + "column 'plan' is plan (attribute, text): 'p0', 'p1', 'p2'\n")
  }

  @Test func `rejected rows are safe to open, and come back as they were once put right`() async throws {
    let bench = try ImportBench()
    let path = try bench.file(
      "id,email,note\n,=cmd|x,\"+1, \"\"a\"\"\"\nc2,ann@shop.example,fine\n", "in.csv")
    let sink = RecordingSink()
    let summary = try await importer(path, sink).run()
    #expect(summary.rejectedPath == bench.path("in.rejected.csv"))
    #expect(try Files.status(bench.path("in.rejected.csv")).permissions == 0o600)
    let text = try bench.text("in.rejected.csv")
    #expect(
      text
        == "\"id\",\"email\",\"note\",\"rejected_line\",\"rejected_reason\"\r\n"
        + "\"\",\"'=cmd|x\",\"'+1, \"\"a\"\"\",\"2\",\"id: it is empty, but needed; email: not an email address: it has no @; give one such as ann@example.com\"\r\n"
    )
    let mended = text.replacing("\"\",\"'=cmd|x\"", with: "\"c1\",\"bob@shop.example\"")
    _ = try await importer(try bench.file(mended, "in.rejected.csv"), sink).run()
    let last = try #require(sink.events.last)
    #expect(last.customerID == "c1")
    guard case .identify(let traits) = last.effect else { throw ImportError.daemon("no customer") }
    #expect(traits.attributes == ["note": .string("+1, \"a\"")])
  }

  @Test(arguments: ["other", "nowhere"])
  func `the file of rejected rows does not follow a link at its path`(target: String) async throws {
    let bench = try ImportBench()
    _ = try bench.file("precious", "other")
    let link = bench.path("in.rejected.csv")
    #expect(symlink(bench.path(target), link) == 0)
    let path = try bench.file("id,email\n,x\nc2,ann@shop.example\n", "in.csv")
    let summary = try await importer(path, RecordingSink()).run()
    #expect(summary.rejectedPath == link)
    #expect(try bench.text("other") == "precious")
    #expect(try Files.status(link).permissions == 0o600)
    #expect(
      try Files.names(in: bench.directory) == ["in.csv", "in.rejected.csv", "in.rejected.csv.old", "other"])
  }

  @Test func `files that are none of ours are refused as a whole`() async throws {
    let bench = try ImportBench()
    let sink = RecordingSink()
    func refusal(_ path: String, _ kind: ImportKind = .customers) async -> (String, ExitCode)? {
      do {
        _ = try await importer(path, sink, kind).run()
        return nil
      } catch {
        return (error.description, error.exitCode)
      }
    }
    let missing = await refusal("/nowhere/x.csv")
    #expect(missing?.0.hasPrefix("cannot look at '/nowhere/x.csv'") == true)
    #expect(missing?.1 == .noInput)
    let device = await refusal("/dev/null")
    #expect(
      device?.0
        == "'/dev/null' is not a plain file, so an import could not go on after an interruption; save the data to a file first"
    )
    let empty = try bench.file("", "e.csv")
    #expect(await refusal(empty)?.0 == "'\(empty)' is empty; its first line must name the columns")
    let latin = try bench.file(Array("id,name\na,M".utf8) + [0xFC] + Array("ller\n".utf8), "u.csv")
    #expect(
      await refusal(latin)?.0
        == "'\(latin)' is not UTF-8, and its encoding cannot be told for certain; name it with --encoding, as gb18030 or windows-1252, or save the file as UTF-8"
    )
    let workbook = try bench.file([0x50, 0x4B, 3, 4, 20, 0, 6, 0], "w.csv")
    #expect(
      await refusal(workbook)?.0
        == "'\(workbook)' is a workbook of a spreadsheet program; save the sheet as CSV, in UTF-8")
    #expect(await refusal(workbook)?.1 == .badData)
    let both = try bench.file("id,a;b\n1,2;3\n", "b.csv")
    #expect(
      await refusal(both)?.0
        == "'\(both)': line 1: cannot tell whether ',', ';' or TAB separates the columns; give the separator")
    #expect(await refusal(both)?.1 == .badData)
    #expect(sink.events.isEmpty)
  }
}
