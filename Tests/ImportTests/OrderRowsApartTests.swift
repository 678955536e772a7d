import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// Rows of orders that a spreadsheet has sorted or left without their product.
struct OrderRowsApartTests {
  private static func run(
    _ text: String, on bench: borrowing ImportBench, notices: ([String]) -> Void = { _ in }
  ) async throws -> (summary: ImportSummary, sink: RecordingSink) {
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text, "orders.csv"), options: ImportOptions(kind: .orders),
      context: ImportBench.context(), sink: sink)
    return (try await importer.run(begin: { notices($0.notices) }), sink)
  }

  private func read(_ text: String) async throws -> (orders: [Order], told: [String], notices: [String]) {
    var notices: [String] = []
    let (summary, sink) = try await Self.run(text, on: try ImportBench()) { notices = $0 }
    let orders = sink.events.compactMap { event -> Order? in
      if case .orderPlaced(let order) = event.effect { order } else { nil }
    }
    return (orders, (summary.errors + summary.omissions).map(\.description), notices)
  }

  @Test func `rows that stand apart from their order do not replace it`() async throws {
    let found = try await read(
      """
      order_id,customer_id,placed_at,total,sku,quantity
      Q1,ann,2024-11-30,100,DOG-2KG,1
      Q2,bob,2024-11-30,50,DOG-2KG,1
      Q1,ann,2024-11-30,100,TREAT-B,1
      Q1,ann,2024-11-30,100,TREAT-C,1
      Q3,cy,2024-11-30,50,TREAT-B,1

      """)
    #expect(found.orders.map(\.id) == ["Q1", "Q2", "Q3"])
    #expect(found.orders.first?.lines.map(\.sku) == ["DOG-2KG"])
    let reason =
      "order 'Q1' has rows further up already, which this one would replace; sort the whole file by the orders' numbers and import it again"
    #expect(found.told == ["line 4: \(reason)", "line 5: \(reason)"])
  }

  @Test(arguments: [(1, 10_001, 10_000), (40_000, 500, 420)])
  func `only the order with too many rows is rejected, and the rest of the file is imported`(
    size: Int, rows: Int, kept: Int
  ) async throws {
    let note = String(repeating: "x", count: size)
    var text = "order_id,customer_id,placed_at,total,sku,quantity,note\nA,ann,2024-11-30,1,T,1,\n"
    for _ in 1...rows { text += "B,bob,2024-11-30,1,T,1,\(note)\n" }
    text += "C,cy,2024-11-30,1,T,1,\nB,bob,2024-11-30,1,T,1,\n"
    let bench = try ImportBench()
    let (summary, sink) = try await Self.run(text, on: bench)
    let orders = sink.events.compactMap { event -> String? in
      if case .orderPlaced(let order) = event.effect { order.id } else { nil }
    }
    #expect(orders == ["A", "C"])
    #expect(summary.progress.imported == 2)
    #expect(summary.progress.rejected == Int64(rows) + 1)
    let reason =
      "order 'B' has more than 10000 rows or 16 MB, of which only the first are kept; is order_id the right column?"
    #expect(summary.errors.map(\.description) == (3...12).map { "line \($0): \(reason)" })
    let rejected = try bench.text("orders.rejected.csv").utf8.split(separator: UInt8(ascii: "\n"))
    #expect(rejected.count == 1 + kept + 1)
  }

  @Test func `unreadable rows behind an order are all counted, and few of them kept`() async throws {
    var text = "order_id,customer_id,placed_at,total,sku\nA,ann,2024-11-30,1,T\n"
    for _ in 1...3000 { text += "B,\"bob\"x,\n" }
    let bench = try ImportBench()
    let (summary, _) = try await Self.run(text, on: bench)
    #expect(summary.progress.imported == 1 && summary.progress.rejected == 3000)
    let rejected = try bench.text("orders.rejected.csv").utf8.split(separator: UInt8(ascii: "\n"))
    #expect(rejected.count == 1 + 1000)
  }

  @Test func `an order that is told again in a file of one row each is its newer state`() async throws {
    let found = try await read(
      "order_id,customer_id,placed_at,total\nQ1,ann,2024-11-30,100\nQ2,bob,2024-11-30,5\nQ1,ann,2024-11-30,90\n"
    )
    #expect(found.told.isEmpty)
    #expect(found.orders.filter { $0.id == "Q1" }.map(\.total.minorUnits) == [10_000, 9000])
  }

  @Test func `a line that has a name and no product is told`() async throws {
    let head = "order_id,customer_id,placed_at,total,sku,name\n"
    let found = try await read(head + "1,ann,2024-11-30,9,T,Tea\n1,,,,,Gift wrap\n")
    #expect(found.orders.map { $0.lines.map(\.sku) } == [["T"]])
    let reason = "sku: 'Gift wrap' names no product; give its sku or product_id"
    #expect(found.told == ["line 3: \(reason); imported without this line"])
    let without = try await read(head + "1,ann,2024-11-30,,,Gift wrap\n")
    #expect(without.told == ["line 2: \(reason)"])
  }

  @Test func `a file whose products have no column for their ids says so once`() async throws {
    let found = try await read("order_id,customer_id,placed_at,total,name\n1,ann,2024-11-30,9,Tea\n")
    #expect(found.told.isEmpty)
    #expect(
      found.notices.contains(
        "what was bought is not imported: no column has a sku or a product's id; name one with --map sku=COLUMN"
      ))
  }
}
