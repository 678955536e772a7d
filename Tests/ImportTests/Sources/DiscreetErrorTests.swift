import Domain
import ImportSupport
import Platform
import Testing

@testable import Import

/// What a source says about a file goes into the log, the store and `status`: it quotes no cell.
struct DiscreetErrorTests {
  private func refusal(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (whole: String, discreet: String) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let path = try bench.file(text)
    let importer = Importer(
      path: path, options: options, context: ImportBench.context(), sink: RecordingSink())
    do {
      _ = try await importer.run()
      return ("", "")
    } catch {
      func short(_ text: String) -> String { text.replacing("'\(path)': ", with: "") }
      return (short("\(error)"), short(error.discreet))
    }
  }

  @Test(arguments: [
    (ImportKind.customers, "c-1,anna@customers.example,Anna\nc-2,bea@customers.example,Bea\n", 2),
    (.customers, "id,Anna <anna@customers.example>\n", 2),
    (.orders, "13812345678,2026-03-01,9.90\n", 1), (.events, "c-1,(030) 1234-5678\n", 2),
    (.suppressions, "anna@customers.example,bounced\n", 1), (.products, "+49 30 12345678;x\n", 1),
  ])
  func `a file whose first line is data is refused without quoting it`(
    kind: ImportKind, text: String, column: Int
  ) async throws {
    let told = try await refusal(kind, text)
    #expect(
      told.whole
        == "line 1: column \(column) holds an address or a telephone number, so this line is data; put a line with the names of the columns above it"
    )
    #expect(told.discreet == told.whole)
  }

  @Test func `a column that an option names is a column`() async throws {
    let told = try await refusal(.customers, "id,mail@shop.example\na,1\n") {
      $0.ignored = ["mail@shop.example"]
    }
    #expect(told.whole == "")
  }

  @Test func `columns are named only beside one that is known`() async throws {
    let header = try await refusal(.customers, "number,first_name\na,Ann\n")
    #expect(
      header.whole
        == "line 1: no column for id, which customers need; the columns are 'number', 'first_name'; name it with --map id=COLUMN"
    )
    #expect(header.discreet == header.whole)
    let data = try await refusal(.customers, "Anna Miller,Hill Road 1\nBea Smith,Hill Road 2\n")
    #expect(
      data.whole
        == "line 1: no column for id, which customers need; the columns are 'Anna Miller', 'Hill Road 1'; name it with --map id=COLUMN"
    )
    #expect(
      data.discreet
        == "line 1: no column for id, which customers need; none of the 2 columns has a name that is known; name it with --map id=COLUMN"
    )
    let long = try await refusal(.customers, "id,\(String(repeating: "Anna ", count: 50))\n")
    #expect(long.discreet == "line 1: the name of column 2 is longer than 200 bytes; is this the header?")
    let missing = try await refusal(.customers, "Anna Miller,Hill Road 1\n") {
      $0.mappings = [("id", "Anna Muller")]
    }
    #expect(
      missing.discreet
        == "--map id=Anna Muller: there is no such column; none of the 2 columns has a name that is known")
  }

  @Test func `ambiguous dates and amounts are told by their line`() async throws {
    let head = "order_id,customer_id,placed_at,total\n"
    #expect(
      try await refusal(.orders, head + "1,a,05/06/2024,1\n").discreet
        == "column 'placed_at': the date in line 2 may be in two months, and no row of the column tells which; give --date-format placed_at=day-first or --date-format placed_at=month-first"
    )
    #expect(
      try await refusal(.orders, head + "1,a,25/06/2024,1\n2,a,06/25/2024,1\n3,a,05/06/2024,1\n").discreet
        == "column 'placed_at': the day stands first in line 2 and second in line 3, so nobody can tell it in line 4; give --date-format placed_at=day-first or --date-format placed_at=month-first"
    )
    let amounts = "order_id,customer_id,placed_at,total,currency\n"
    #expect(
      try await refusal(.orders, amounts + "1,a,2024-06-25,\"1,299\",EUR\n").discreet
        == "column 'total': the amount in line 2 may be two amounts, and no row of the column tells which; give --decimal total=point or --decimal total=comma"
    )
    #expect(
      try await refusal(
        .orders,
        amounts + "1,a,2024-06-25,\"1,2\",EUR\n2,a,2024-06-25,1.2,EUR\n3,a,2024-06-25,\"1,299\",EUR\n"
      ).discreet
        == "column 'total': line 3 has a decimal point and line 2 a decimal comma, so nobody can tell what line 4 has; give --decimal total=point or --decimal total=comma"
    )
  }
}
