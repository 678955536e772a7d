import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// What the cells of a column without a declared type become.
@Suite struct AttributeColumnTests {
  private struct Result {
    var values: [Value?]
    var notices: [String]
    /// How the dry run says that the column is read.
    var form: String?
  }

  private func run(
    _ cells: [String], kind: ImportKind = .customers, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Result {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let head = kind == .events ? "customer_id,name,at,x\n" : "id,x\n"
    let rows = cells.enumerated().map { row, cell in
      (kind == .events ? "c,look,2026-03-01 10:00:\(row + 10)" : "c\(row)") + ",\"\(cell)\"\n"
    }
    let path = try bench.file(head + rows.joined())
    func importer(_ sink: (any ImportSink)?) -> Importer {
      Importer(path: path, options: options, context: ImportBench.context(), sink: sink)
    }
    let sink = RecordingSink()
    var notices: [String] = []
    let summary = try await importer(sink).run(begin: { notices = $0.notices })
    #expect(summary.progress.rejected == 0)
    let values = sink.events.map { event in
      if case .identify(let traits) = event.effect {
        traits.attributes["x"]
      } else {
        event.event.properties["x"]
      }
    }
    let columns = try await importer(nil).run().columns
    return Result(
      values: values, notices: notices.filter { !$0.hasPrefix("attributes:") }, form: columns.last?.form)
  }

  private static let readings: [(cells: [String], values: [Value?], form: String)] = [
    (["42", "-7", "0"], [.integer(42), .integer(-7), .integer(0)], "number"),
    (["1,299.00", "99.00", "50"], [.number(1299), .number(99), .integer(50)], "number"),
    (["1,299", "", "0.5"], [.integer(1299), nil, .number(0.5)], "number"),
    (["¥1299", "99元", "1,299.00"], [.integer(1299), .integer(99), .number(1299)], "number"),
    (["1.299,00", "1.299", "7"], [.number(1299), .integer(1299), .integer(7)], "number, decimal comma"),
    (["€12", "€ 9,50"], [.integer(12), .number(9.5)], "number, decimal comma"),
    (["310000", "01067"], [.string("310000"), .string("01067")], "text"),
    (["0012", "12"], [.string("0012"), .string("12")], "text"),
    (["9.50", "n/a"], [.string("9.50"), .string("n/a")], "text"),
    (["¥12", "€12"], [.string("¥12"), .string("€12")], "text"),
    (["12kg", "TOP 10"], [.string("12kg"), .string("TOP 10")], "text"),
    (["1.299,00", "1,299.00"], [.string("1.299,00"), .string("1,299.00")], "text"),
    (["138 123 456", "7"], [.string("138 123 456"), .string("7")], "text"),
    (["1234567890123456", "1"], [.string("1234567890123456"), .string("1")], "text"),
    (["true", "FALSE"], [.bool(true), .bool(false)], "true or false"),
    (["true", "1"], [.string("true"), .string("1")], "text"),
    (["+49", "1e5"], [.string("+49"), .string("1e5")], "text"),
  ]

  @Test(arguments: readings)
  func `a column has one type, which fits all of its cells`(
    _ cells: [String], _ values: [Value?], _ form: String
  ) async throws {
    for kind in [ImportKind.customers, .events] {
      let result = try await run(cells, kind: kind)
      #expect(result.values == values, "\(cells)")
      #expect(result.form == (kind == .events ? "property, " : "attribute, ") + form)
      #expect(result.notices == [])
    }
    let turned = try await run(cells.reversed())
    #expect(turned.values == values.reversed())
  }

  @Test func `a cell after the head of the file decides like one in it`() async throws {
    let numbers = (1...1500).map { "\($0)" }
    #expect(try await run(numbers).values == (1...1500).map { .integer($0) })
    let codes = numbers + ["0012"]
    #expect(try await run(codes).values == codes.map { .string($0) })
    let amounts = numbers + ["1.299", "9,5"]
    #expect(try await run(amounts).values.suffix(2) == [.integer(1299), .number(9.5)])
  }

  @Test func `an ambiguous number is text unless an option decides`() async throws {
    let cells = ["1,299", "12"]
    let result = try await run(cells)
    #expect(result.values == [.string("1,299"), .string("12")])
    #expect(
      result.notices == [
        "'x' is taken as text: whether '1,299' in line 2 is 1299 or 1.299 no other row tells; "
          + "--decimal point or --decimal comma does"
      ])
    let point = try await run(cells) { $0.decimalMarks = [(nil, .point)] }
    #expect(point.values == [.integer(1299), .integer(12)] && point.notices == [])
    let comma = try await run(cells) { $0.decimalMarks = [(nil, .comma)] }
    #expect(
      comma.values == [.number(1.299), .integer(12)] && comma.form == "attribute, number, decimal comma")
  }
}
