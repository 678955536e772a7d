import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

/// Dates and amounts as each column writes them.
@Suite struct ColumnFormTests {
  private func run(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (summary: ImportSummary, sink: RecordingSink, notices: [String]) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: sink)
    var notices: [String] = []
    let summary = try await importer.run(begin: { notices = $0.notices })
    return (summary, sink, notices)
  }

  private func refusal(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> String {
    let bench = try ImportBench()
    let path = try bench.file(text)
    var options = ImportOptions(kind: kind)
    change(&options)
    let sink = RecordingSink()
    do {
      _ = try await Importer(path: path, options: options, context: ImportBench.context(), sink: sink).run()
      return "imported"
    } catch {
      #expect(sink.batches.isEmpty)
      return error.description.replacing(path, with: "file.csv")
    }
  }

  private func orders(_ sink: RecordingSink) -> [Order] {
    sink.events.compactMap { if case .orderPlaced(let order) = $0.effect { order } else { nil } }
  }

  private func traits(_ sink: RecordingSink) -> [CustomerTraits] {
    sink.events.compactMap { if case .identify(let traits) = $0.effect { traits } else { nil } }
  }

  // MARK: Dates

  static let dates: [(text: String, iso: String)] = [
    ("2024/11/30 10:05", "2024-11-30T10:05:00+08:00"), ("2024/1/5", "2024-01-05T00:00:00+08:00"),
    ("2024.11.30 9:05:07", "2024-11-30T09:05:07+08:00"), ("2024-1-5 9:05", "2024-01-05T09:05:00+08:00"),
    ("2024年11月30日 10时05分", "2024-11-30T10:05:00+08:00"), ("2024年1月5日", "2024-01-05T00:00:00+08:00"),
    ("2024/11/30 下午 2:05", "2024-11-30T14:05:00+08:00"),
    ("2024-11-30 10:05:00 +0800", "2024-11-30T10:05:00+08:00"),
    ("2024-11-30 10:05:00 -0500", "2024-11-30T10:05:00-05:00"),
    ("2024-11-30 10:05:00 UTC", "2024-11-30T10:05:00Z"),
    ("\"Nov 30, 2024 10:05 AM\"", "2024-11-30T10:05:00+08:00"),
    ("\"Nov 30, 2024, 12:05:09 AM\"", "2024-11-30T00:05:09+08:00"),
    ("\"November 3, 2024 12:05 p.m.\"", "2024-11-03T12:05:00+08:00"),
    ("30 Nov 2024", "2024-11-30T00:00:00+08:00"), ("30-Nov-2024 10:05", "2024-11-30T10:05:00+08:00"),
    ("\"Sat, 30 Nov 2024 10:05:00 +0800\"", "2024-11-30T10:05:00+08:00"),
    ("Sat Nov 30 2024 10:05:00 GMT+0800 (China Standard Time)", "2024-11-30T10:05:00+08:00"),
    ("45626.42", "2024-11-30T10:04:48+08:00"), ("45626", "2024-11-30T00:00:00+08:00"),
    ("45626.99999999", "2024-12-01T00:00:00+08:00"), ("20241130", "2024-11-30T00:00:00+08:00"),
    ("20241130100500", "2024-11-30T10:05:00+08:00"), ("30.11.2024", "2024-11-30T00:00:00+08:00"),
    ("30/11/2024 10:05", "2024-11-30T10:05:00+08:00"), ("11/30/2024 10:05 PM", "2024-11-30T22:05:00+08:00"),
    ("\"30.11.2024, 10:05\"", "2024-11-30T10:05:00+08:00"), ("５/５/２０２４", "2024-05-05T00:00:00+08:00"),
  ]

  @Test(arguments: dates) func `a date is read in the form it is written in`(
    text: String, iso: String
  ) async throws {
    let (summary, sink, _) = try await run(
      .orders, "order_id,customer_id,placed_at,total\no,c,\(text),1\n")
    #expect(summary.errors.isEmpty)
    #expect(orders(sink).map(\.placedAt) == [Instant(iso8601: iso)])
  }

  @Test(arguments: [
    "31/02/2024", "2024/13/01", "2024/02/30", "45626.42x", "9999", "73051", "2024/11/30 25:00", "11/30/24",
    "2024/11-30", "13:05", "Nov 2024", "30 Nov", "2024/11/30 10", "20241330", "AM 2024/11/30",
  ])
  func `what is no date in any form is rejected`(text: String) async throws {
    let (summary, _, _) = try await run(.orders, "order_id,customer_id,placed_at,total\no,c,\(text),1\n")
    #expect(
      summary.errors.map(\.description) == [
        "line 2: placed_at: '\(text)' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format"
      ])
  }

  private static let openOrders =
    "order_id,customer_id,placed_at,total\no,c,05/06/2024 10:00,1\np,c,07/07/2024,1\n"

  @Test func `a column of dates that mean two days each is refused with both`() async throws {
    #expect(
      try await refusal(.orders, Self.openOrders)
        == "'file.csv': column 'placed_at': '05/06/2024 10:00' in line 2 may be 2024-06-05 or 2024-05-06, and no row of the column tells which; give --date-format placed_at=day-first or --date-format placed_at=month-first"
    )
  }

  @Test(arguments: [
    (DateForm.order(.dayFirst), "2024-06-05T10:00:00+08:00"),
    (.order(.monthFirst), "2024-05-06T10:00:00+08:00"),
  ])
  func `the way out of it is taken`(form: DateForm, iso: String) async throws {
    for field in [ImportField.placedAt, nil] {
      let (_, sink, _) = try await run(.orders, Self.openOrders) { $0.dateForms = [(field, form)] }
      #expect(orders(sink).first?.placedAt == Instant(iso8601: iso))
      #expect(orders(sink).count == 2)
    }
  }

  @Test func `one row tells the order for its whole column, however far behind it stands`() async throws {
    var text = "order_id,customer_id,placed_at,total,cancelled_at\n"
    for row in 0..<1500 { text += "o\(row),c,05/06/2024,1,2024-07-01\n" }
    text += "last,c,06/13/2024,1,\n"
    let (summary, sink, _) = try await run(.orders, text)
    #expect(summary.progress.imported == 1501)
    #expect(orders(sink).first?.placedAt == Instant(iso8601: "2024-05-06T00:00:00+08:00"))
  }

  @Test func `a column that proves both orders is refused, unless each of its dates tells by itself`()
    async throws
  {
    let header = "order_id,customer_id,placed_at,total\n"
    let clear = header + "o,c,13/06/2024,1\np,c,06/14/2024,1\n"
    let (_, sink, _) = try await run(.orders, clear)
    #expect(
      orders(sink).map(\.placedAt) == [
        Instant(iso8601: "2024-06-13T00:00:00+08:00"), Instant(iso8601: "2024-06-14T00:00:00+08:00"),
      ])
    #expect(
      try await refusal(.orders, clear + "q,c,05/06/2024,1\n")
        == "'file.csv': column 'placed_at': the day stands first in '13/06/2024' (line 2) and second in '06/14/2024' (line 3), so nobody can tell it in '05/06/2024' (line 4); give --date-format placed_at=day-first or --date-format placed_at=month-first"
    )
  }

  @Test func `each column has its own form`() async throws {
    let (summary, sink, _) = try await run(
      .customers,
      "id,birthday,joined_at,updated_at\nc1,1990/11/30,30.11.2024,\"Nov 30, 2024 10:05 AM\"\nc2,33207,01.02.2024,\n"
    )
    #expect(summary.omissions.isEmpty)
    let found = traits(sink)
    #expect(
      found.map(\.birthday) == [
        .some(GivenBirthday(.date(month: 11, day: 30, year: 1990))),
        .some(GivenBirthday(.date(month: 11, day: 30, year: 1990))),
      ])
    #expect(found.last?.joinedAt == .some(Instant(iso8601: "2024-02-01T00:00:00+08:00")))
    #expect(sink.events.first?.event.at == Instant(iso8601: "2024-11-30T10:05:00+08:00"))
  }

  @Test func `a date format holds for its field only`() async throws {
    let format = try DateForm("%y%m%d")
    let (summary, sink, _) = try await run(
      .orders, "order_id,customer_id,placed_at,total,cancelled_at\no,c,241130,1,2024/12/01\n"
    ) { $0.dateForms = [(.placedAt, format)] }
    #expect(summary.errors.isEmpty)
    #expect(sink.events.map(\.event.at.iso8601) == ["2024-11-29T16:00:00Z", "2024-11-30T16:00:00Z"])
  }

  @Test func `a row that contradicts a column that was clear so far is rejected`() async throws {
    var text = "order_id,customer_id,placed_at,total\n"
    for row in 0..<1000 { text += "o\(row),c,2024-06-05,1\n" }
    text += "a,c,05/06/2024,1\nb,c,2024-06-05,\"1,299\"\n"
    let (summary, _, _) = try await run(.orders, text)
    #expect(summary.progress.imported == 1000)
    #expect(
      summary.errors.map(\.description) == [
        "line 1002: placed_at: '05/06/2024' may be two days; give --date-format day-first or --date-format month-first",
        "line 1003: total: '1,299' may be two amounts; give --decimal point or --decimal comma",
      ])
  }

  // MARK: Amounts

  static let amounts: [(text: String, units: Int64)] = [
    ("¥1,299.00", 129_900), ("￥399", 39_900), ("99元", 9900), ("1.299,00", 129_900), ("1 299,00", 129_900),
    ("1\u{202F}299,5", 129_950), ("1'299.50", 129_950), ("12.5", 1250), ("12,5", 1250),
    ("1,299,000", 129_900_000),
    ("1.299.000", 129_900_000), ("RMB 12.50", 1250), ("12.50 CNY", 1250), ("CNY12.50", 1250), ("0,125", 13),
    ("１２．５０", 1250), ("1e3", 100_000), ("1299,000", 129_900), (".5", 50), ("人民币 5", 500),
  ]

  @Test(arguments: amounts) func `an amount is read in the form it is written in`(
    text: String, units: Int64
  ) async throws {
    let (summary, sink, _) = try await run(
      .orders, "order_id;customer_id;placed_at;total\no;c;2024-11-30;\(text)\n")
    #expect(summary.errors.isEmpty)
    #expect(orders(sink).map(\.total.minorUnits) == [units])
  }

  @Test(arguments: ["1,00,000", "1.2.3", "1.299,00.5", "12 + 5", "12,5x", "¥", "1 29", "$12¥"])
  func `what is no amount in any form is rejected`(text: String) async throws {
    let (summary, _, _) = try await run(
      .orders, "order_id;customer_id;placed_at;total\no;c;2024-11-30;\(text)\n")
    #expect(
      summary.errors.map(\.description) == [
        "line 2: total: '\(text)' is not an amount; write digits with a decimal point, such as 12.50"
      ])
  }

  @Test func `an amount in another currency than its row's is rejected`() async throws {
    let text = "order_id;customer_id;placed_at;total\no;c;2024-11-30;$12.5\n"
    let (summary, _, _) = try await run(.orders, text)
    #expect(
      summary.errors.map(\.description) == [
        "line 2: total: '$12.5' is no amount in CNY; name the currency in a column, or with --currency"
      ])
    let (_, sink, _) = try await run(.orders, text) { $0.currency = Currency("USD") }
    #expect(orders(sink).map(\.total.minorUnits) == [1250])
  }

  @Test(arguments: ["1,299", "1.299"]) func `an amount that may be two is refused with both`(
    text: String
  ) async throws {
    let rows = "order_id;customer_id;placed_at;total\no;c;2024-11-30;\(text)\np;c;2024-11-30;5\n"
    let (point, comma) = text == "1,299" ? ("1299", "1.299") : ("1.299", "1299")
    #expect(
      try await refusal(.orders, rows)
        == "'file.csv': column 'total': '\(text)' in line 2 may be \(point) or \(comma), and no row of the column tells which; give --decimal total=point or --decimal total=comma"
    )
    let (_, asPoint, _) = try await run(.orders, rows) { $0.decimalMarks = [(.total, .point)] }
    let (_, asComma, _) = try await run(.orders, rows) { $0.decimalMarks = [(nil, .comma)] }
    let (more, less): (Int64, Int64) = (129_900, 130)
    #expect(orders(asPoint).first?.total.minorUnits == (text == "1,299" ? more : less))
    #expect(orders(asComma).first?.total.minorUnits == (text == "1,299" ? less : more))
  }

  @Test func `one row tells the decimal mark for its whole column`() async throws {
    let header = "order_id;customer_id;placed_at;total\n"
    let (_, sink, _) = try await run(
      .orders, header + "o;c;2024-11-30;1.299\np;c;2024-11-30;5,50\nq;c;2024-11-30;7\n")
    #expect(orders(sink).map(\.total.minorUnits) == [129_900, 550, 700])
    #expect(
      try await refusal(
        .orders, header + "o;c;2024-11-30;1.299\np;c;2024-11-30;5,50\nq;c;2024-11-30;7.25\n")
        == "'file.csv': column 'total': '7.25' (line 4) has a decimal point and '5,50' (line 3) a decimal comma, so nobody can tell what '1.299' (line 2) is; give --decimal total=point or --decimal total=comma"
    )
  }

  // MARK: Birthdays

  @Test func `a birthday that stands for none is left out`() async throws {
    let (summary, sink, _) = try await run(
      .customers, "id,birthday\na,1900-01-01\nb,1970/1/1\nc,1970-01-02\n")
    #expect(summary.omissions.isEmpty)
    #expect(
      traits(sink).map(\.birthday) == [nil, nil, .some(GivenBirthday(.date(month: 1, day: 2, year: 1970)))])
    #expect(summary.placeholders == 2)
    #expect(
      ImportReport.text(summary, file: "f.csv")
        == "f.csv: 3 customers imported, 0 rows rejected.\n2 birthdays that programs write for an unknown one, in the future or of more than 120 years ago were left out.\n"
    )
  }

  @Test func `birthdays in the future, of more than 120 years ago or of no date at all are counted`()
    async throws
  {
    let (summary, sink, _) = try await run(
      .customers,
      "id,birthday\na,2027-01-01\nb,1890-05-05\nc,0001-01-01\nd,1899/12/30\ne,0000-00-00\nf,1899-12-31 00:00:00\ng,2026-01-02\n"
    )
    #expect(summary.omissions.isEmpty)
    #expect(traits(sink).map { $0.birthday == nil } == [true, true, true, true, true, true, false])
    #expect(summary.placeholders == 6)
  }

  @Test(arguments: [(20, 600, true), (19, 600, false), (20, 700, false), (45, 1400, true), (40, 1400, false)])
  func `a birthday that too many customers share is left out, and said`(
    shared: Int, rows: Int, isLeftOut: Bool
  ) async throws {
    var text = "id,birthday\n"
    for row in 0..<rows {
      let date =
        row % 30 == 0 && row / 30 < shared ? "1985-05-05" : "19\(10 + row % 89)-0\(row % 9 + 1)-1\(row % 7)"
      text += "c\(row),\(date)\n"
    }
    // The rest of them behind, where the first rows do not show them.
    let rest = shared - (rows + 29) / 30
    if rest > 0 { for row in 0..<rest { text += "d\(row),1985-05-05\n" } }
    let all = rows + max(rest, 0)
    let (summary, sink, notices) = try await run(.customers, text)
    let without = traits(sink).count { $0.birthday == nil }
    #expect(without == (isLeftOut ? shared : 0))
    #expect(
      notices
        == (isLeftOut
          ? [
            "birthday: '1985-05-05' stands in \(shared) of \(all >= 1000 ? "1,\(all - 1000)" : "\(all)") rows, and is taken for none"
          ] : []))
    #expect(summary.placeholders == without)
  }

  @Test func `a dry run shows what each column becomes, and how it is read`() async throws {
    let bench = try ImportBench()
    let path = try bench.file(
      "order_id;Customer;Date;Total;Status;Colour\no;c;30/11/2024;1.299,00;paid;red\np;c;05/06/2024;5;;\n")
    let summary = try await Importer(
      path: path, options: ImportOptions(kind: .orders), context: ImportBench.context(), sink: nil
    ).run()
    #expect(
      ImportReport.text(summary, file: "f.csv")
        == """
        f.csv: 2 orders could be imported, 0 rows would be rejected.
        column 'order_id' is order_id (text): 'o', 'p'
        column 'Customer' is customer_id (text): 'c', 'c'
        column 'Date' is placed_at (date, day first): '30/11/2024', '05/06/2024'
        column 'Total' is total (amount, decimal comma): '1.299,00', '5'
        column 'Status' is status (word): 'paid'
        column 'Colour': not imported

        """)
  }
}
