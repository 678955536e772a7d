import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// Lines of an order in cells of their own, as WooCommerce's exporters write them.
struct LineItemTests {
  private static let header = "order_id,customer_email,order_date,order_total,line_item_1,line_item_2\n"

  private struct Read {
    var lines: [OrderLine] = []
    var total: Int64?
    var told: [String] = []
    var rejected: Int64 = 0
  }

  /// One order with these cells for its lines, and what is told of it.
  private func read(
    _ first: String, _ second: String = "", total: String = "100.00",
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Read {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .orders)
    options.take(.woocommerce)
    change(&options)
    let sink = RecordingSink()
    let path = try bench.file(
      Self.header + "1,ann@tea.example,2024-11-30 10:05:00,\"\(total)\",\"\(first)\",\"\(second)\"\n")
    let summary = try await Importer(
      path: path, options: options, context: ImportBench.context(), sink: sink
    ).run()
    var read = Read(
      told: (summary.errors + summary.omissions).map(\.description), rejected: summary.progress.rejected)
    guard case .orderPlaced(let order)? = sink.events.first?.effect else { return read }
    read.lines = order.lines
    read.total = order.total.minorUnits
    return read
  }

  private func refusal(_ first: String, _ second: String = "") async throws -> String {
    do {
      _ = try await read(first, second)
      return "imported"
    } catch {
      let text = "\(error)"
      return String(text[(text.firstRange(of: "column ")?.lowerBound ?? text.startIndex)...])
    }
  }

  @Test(arguments: ["2", "2.0", " 2 "]) func `a quantity is read as in a column of its own`(
    quantity: String
  ) async throws {
    let found = try await read("name:Tea|sku:T|quantity:\(quantity)|total:9.00")
    #expect(found.told.isEmpty)
    #expect(found.lines == [OrderLine(sku: "T", name: "Tea", quantity: 2, price: 450)])
  }

  @Test(arguments: ["0", "many", "2.5", "-1"]) func `an unreadable quantity rejects the order`(
    quantity: String
  ) async throws {
    let found = try await read("sku:C|quantity:1|total:1.00", "sku:T|quantity:\(quantity)|total:9.00")
    #expect(
      found.told == ["line 2: line_item_2, quantity: '\(quantity)' is no whole number from 1 to 1000000"])
    #expect(found.rejected == 1 && found.total == nil)
  }

  @Test func `a line without a product is left out and reported`() async throws {
    let found = try await read(
      "name:Gift wrap|sku:|quantity:1|total:3.00; name:Tea|sku:T|quantity:1|total:9.00", "Green tea x 2")
    #expect(found.lines.map(\.sku) == ["T"])
    #expect(
      found.told == [
        "line 2: line_item_1: 'name:Gift wrap|sku:|quantity:1|total:3.0...' names no product; give its sku or product_id; imported without this line; line_item_2: 'Green tea x 2' names no product; give its sku or product_id; imported without this line"
      ])
    #expect(found.rejected == 0)
  }

  @Test func `an order without a total needs all of its lines`() async throws {
    let found = try await read("sku:T|total:9.00", "name:Gift wrap|total:3.00", total: "")
    #expect(
      found.told == [
        "line 2: line_item_2: 'name:Gift wrap|total:3.00' names no product; give its sku or product_id"
      ])
    #expect(found.rejected == 1)
  }

  @Test func `an id is limited, and a name is left out, as in columns of their own`() async throws {
    let long = String(repeating: "x", count: 1001)
    let found = try await read("name:\(long)|sku:T|total:9.00", "name:a\u{7}b|sku:C")
    #expect(found.lines.map(\.name) == [nil, nil])
    #expect(
      found.told == [
        "line 2: line_item_1, name: it is longer than \(TextLimits.name) bytes; shorten it; imported without name; line_item_2, name: it holds a line break or another control character; remove it; imported without name"
      ])
    let id = try await read("sku:\(long)", "sku:a\nb")
    #expect(
      id.told == [
        "line 2: line_item_1, sku: it is longer than 255 bytes; shorten it; line_item_2, sku: it holds a line break or another control character; remove it"
      ])
    #expect(id.rejected == 1)
  }

  @Test func `a total is read with the decimal mark of its column`() async throws {
    let found = try await read("sku:T|quantity:2|total:9,00", "sku:C|total:¥1.299", total: "1308,00")
    #expect(found.told.isEmpty)
    #expect(found.lines.map(\.price) == [450, 129_900])
  }

  @Test func `an ambiguous total is refused with both readings, and the option in the error works`()
    async throws
  {
    #expect(
      try await refusal("sku:T|total:5", "sku:C|total:1.299")
        == "column 'line_item_2': '1.299' in line 2 may be 1.299 or 1299, and no row of the column tells which; give --decimal price=point or --decimal price=comma"
    )
    for (mark, price) in [(DecimalMark.point, Int64(130)), (.comma, 129_900)] {
      let found = try await read("sku:T|total:1.299") { $0.decimalMarks = [(.price, mark)] }
      #expect(found.lines.map(\.price) == [price])
    }
  }

  @Test func `minor units are minor units in lines too`() async throws {
    let found = try await read("sku:T|quantity:2|total:900", total: "900") { $0.usesMinorUnits = true }
    #expect(found.lines.map(\.price) == [450])
  }

  @Test func `an unreadable total costs the price, or the order if it has no total`() async throws {
    let cell = "sku:T|total:nine"
    let reason =
      "line 2: line_item_1, total: 'nine' is not an amount; write digits with a decimal point, such as 12.50"
    let found = try await read(cell)
    #expect(found.told == [reason + "; imported without price"])
    #expect(found.lines == [OrderLine(sku: "T", name: nil, quantity: 1, price: nil)])
    let without = try await read(cell, total: "")
    #expect(without.told == [reason])
    #expect(without.rejected == 1)
    #expect(
      try await read("sku:T|quantity:2", total: "").told == ["line 2: total: it is empty, but needed"])
  }

  @Test func `the total of an order without one is the sum of its lines' totals`() async throws {
    let found = try await read("sku:T|quantity:3|total:10.00", "sku:C|quantity:3|total:20.00", total: "")
    #expect(found.told.isEmpty)
    #expect(found.total == 3000)
    #expect(found.lines.map(\.price) == [333, 667])
  }

  @Test func `all errors in the lines of an order are reported at once`() async throws {
    let found = try await read(
      "sku:T|quantity:none|total:nine", "name:x; name:y|sku:\(String(repeating: "s", count: 256))")
    #expect(
      found.told == [
        "line 2: line_item_1, quantity: 'none' is no whole number from 1 to 1000000; line_item_1, total: 'nine' is not an amount; write digits with a decimal point, such as 12.50; line_item_2: 'name:x' names no product; give its sku or product_id; line_item_2, sku: it is longer than 255 bytes; shorten it"
      ])
  }

  @Test func `a dry run shows the decimal mark of the lines`() async throws {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .orders)
    options.take(.woocommerce)
    let path = try bench.file(Self.header + "1,a@tea.example,2024-11-30,9,\"sku:T|total:9,00\",\n")
    let summary = try await Importer(
      path: path, options: options, context: ImportBench.context(), sink: nil
    ).run()
    #expect(summary.columns.last?.form == "lines of an order, decimal comma")
  }
}
