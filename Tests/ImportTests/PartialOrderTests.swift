import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

/// Orders with a field that cannot be read: imported without it, and written out so that they can be put right.
struct PartialOrderTests {
  private func run(
    _ path: String, _ sink: RecordingSink, _ preset: ShopPreset? = nil
  ) async throws -> ImportSummary {
    var options = ImportOptions(kind: .orders)
    if let preset { options.take(preset) }
    return try await Importer(
      path: path, options: options, context: ImportBench.context(), sink: sink
    ).run()
  }

  private func orders(_ sink: RecordingSink) -> [Order] {
    sink.events.compactMap { if case .orderPlaced(let order) = $0.effect { order } else { nil } }
  }

  @Test func `all rows of such an order are written out, and when corrected are the whole order`()
    async throws
  {
    let bench = try ImportBench()
    let path = try bench.file(
      """
      Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku
      #1,ann@tea.example,paid,CNY,42.00,2024-11-30 10:05:00 +0800,2,Green tea,12.50,TEA-1
      #1,ann@tea.example,,,,,1,Cup,twelve,CUP-1
      #1,ann@tea.example,,,,,1,Pot,5.00,POT-1
      #2,bob@tea.example,paid,CNY,12.00,2024-11-30 10:05:00 +0800,1,Cup,12.00,CUP-1

      """)
    let sink = RecordingSink()
    let summary = try await run(path, sink, .shopify)
    #expect(summary.progress.imported == 2 && summary.progress.rejected == 0)
    #expect(summary.leftOut == 1)
    #expect(summary.errors.isEmpty)
    #expect(
      summary.omissions.map(\.description) == [
        "line 3: Lineitem price: 'twelve' is not an amount; write digits with a decimal point, such as 12.50; imported without price"
      ])
    #expect(orders(sink).first?.lines.map(\.price) == [1250, nil, 500])

    let companion =
      "\"this row is right; it is here because an order is replaced as a whole, and line 3 of order '#1' was imported only in part\""
    let text = try bench.text("file.rejected.csv")
    #expect(
      text == """
        "Name","Email","Financial Status","Currency","Total","Created at","Lineitem quantity","Lineitem name","Lineitem price","Lineitem sku","rejected_line","rejected_reason"\r
        "#1","ann@tea.example","paid","CNY","42.00","2024-11-30 10:05:00 +0800","2","Green tea","12.50","TEA-1","2",\(companion)\r
        "#1","ann@tea.example","","","","","1","Cup","twelve","CUP-1","3","Lineitem price: 'twelve' is not an amount; write digits with a decimal point, such as 12.50; imported without price"\r
        "#1","ann@tea.example","","","","","1","Pot","5.00","POT-1","4",\(companion)\r

        """)

    let again = RecordingSink()
    let mended = try bench.file(text.replacing("twelve\",\"CUP", with: "12.00\",\"CUP"), "file.rejected.csv")
    #expect(try await run(mended, again, .shopify).omissions.isEmpty)
    let order = try #require(orders(again).first)
    #expect(orders(again).count == 1)
    #expect(order.placedAt == orders(sink).first?.placedAt)
    #expect(order.lines.map(\.sku) == ["TEA-1", "CUP-1", "POT-1"])
    #expect(order.lines.map(\.price) == [1250, 1200, 500])
  }

  @Test func `each row has its own errors`() async throws {
    let bench = try ImportBench()
    let cart = String(repeating: "x", count: 256)
    let path = try bench.file(
      "order_id,customer_id,placed_at,total,cart_id,sku,price\n"
        + "o,c,2026-03-01,5,\(cart),a,1\no,,,,,b,2\no,,,,,c,five\np,c,2026-03-01,5,,a,six\n")
    let summary = try await run(path, RecordingSink())
    #expect(summary.omissions.map(\.line) == [2, 4, 5])
    #expect(summary.leftOut == 3)
    let reasons = try bench.text("file.rejected.csv").split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",\"").suffix(2).joined(separator: ",\"")
    }
    #expect(
      reasons == [
        "2\",\"cart_id: it is longer than 255 bytes; shorten it; imported without cart_id\"",
        "3\",\"this row is right; it is here because an order is replaced as a whole, and line 2 of order 'o' was imported only in part\"",
        "4\",\"price: 'five' is not an amount; write digits with a decimal point, such as 12.50; imported without price\"",
        "5\",\"price: 'six' is not an amount; write digits with a decimal point, such as 12.50; imported without price\"",
      ])
  }

  @Test(arguments: 0..<8) func `after an interruption at any batch each of their rows is in the file once`(
    batches: Int
  ) async throws {
    let bench = try ImportBench()
    var text = "order_id,customer_id,placed_at,total,sku,price\n"
    for order in 0..<20 {
      for line in 0...(order % 4) {
        text += "o\(order),c,2026-03-01,1,s\(line),\(order % 3 == line ? "x" : "1")\n"
      }
    }
    _ = try await run(try bench.file(text, "whole.csv"), RecordingSink(rows: 5))
    let path = try bench.file(text, "cut.csv")
    let sink = RecordingSink(rows: 5, batchesBeforeCrash: batches)
    _ = try? await run(path, sink)
    sink.recover()
    _ = try await run(path, sink)
    let (cut, whole) = (try bench.text("cut.rejected.csv"), try bench.text("whole.rejected.csv"))
    #expect(cut == whole)
    let rows = whole.split(separator: "\r\n").dropFirst().count
    // Orders that have a line with the number of a faulty one, with all of their lines.
    #expect(rows == (0..<20).filter { $0 % 3 <= $0 % 4 }.reduce(0) { $0 + $1 % 4 + 1 })
  }
}
