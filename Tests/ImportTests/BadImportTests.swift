import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

/// What a file may hold that is to be imported, in the order of the list of bad inputs: formulas, rows without end,
/// encodings, addresses, customers and columns that come twice, separators, and dates. An import that is cut off, and
/// one that fills the disk, stand in `ImporterTests` and among the acceptance tests.
struct BadImportTests {
  /// What one import gave: each event's customer, and each rejected row.
  private func run(
    _ kind: ImportKind, _ bytes: [UInt8], _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (sink: RecordingSink, errors: [String], rejected: String?) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(bytes), options: options, context: ImportBench.context(), sink: sink)
    let summary = try await importer.run()
    let rejected = try? bench.text("file.rejected.csv")
    return (sink, (summary.errors + summary.omissions).map(\.description), rejected)
  }

  private func run(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (sink: RecordingSink, errors: [String], rejected: String?) {
    try await run(kind, Array(text.utf8), change)
  }

  @Test func `a report shows control characters in names of files and columns as escapes`() async throws {
    let bench = try ImportBench()
    let options = ImportOptions(kind: .orders)
    let path = try bench.file("order_id,customer_id,placed_at,total\u{1B}[2J\na,b,2026-03-01,1\n")
    var named = options
    named.mappings = [("total", "total\u{1B}[2J")]
    let summary = try await Importer(
      path: path, options: named, context: ImportBench.context(), sink: nil
    ).run()
    let text = ImportReport.text(summary, file: "a\u{1B}[2J\u{202E}.csv")
    #expect(text.hasPrefix("a\\u{1B}[2J\\u{202E}.csv: 1 order could be imported"), "\(text)")
    #expect(!text.utf8.contains(0x1B))
  }

  /// Why a file is refused as a whole.
  private func refusal(_ kind: ImportKind, _ bytes: [UInt8]) async throws -> String {
    let bench = try ImportBench()
    let path = try bench.file(bytes)
    do {
      _ = try await Importer(
        path: path, options: ImportOptions(kind: kind), context: ImportBench.context(), sink: RecordingSink()
      ).run()
      return "imported"
    } catch {
      #expect(error.exitCode == .badData)
      return error.description.replacing(path, with: "file.csv")
    }
  }

  private func traits(_ event: IncomingEvent?) -> CustomerTraits? {
    guard case .identify(let traits)? = event?.effect else { return nil }
    return traits
  }

  private static func quoted(_ cell: String) -> String { "\"\(cell.replacing("\"", with: "\"\""))\"" }

  // MARK: Formulas

  /// A cell, what is stored of it, and how the file of rejected rows shows it.
  static let formulas: [(cell: String, stored: Value, shown: String)] = [
    (
      "=HYPERLINK(\"http://x\",\"y\")", .string("=HYPERLINK(\"http://x\",\"y\")"),
      "'=HYPERLINK(\"http://x\",\"y\")"
    ),
    ("+1", .string("+1"), "'+1"), ("-1", .integer(-1), "'-1"), ("@x", .string("@x"), "'@x"),
    // White space at the ends of a cell is not stored.
    ("\t=x", .string("=x"), "'\t=x"), ("\r=x", .string("\r=x"), "'\r=x"), ("\n=x", .string("\n=x"), "'\n=x"),
    // An apostrophe of the customer's own is not taken for ours.
    ("'=x", .string("'=x"), "''=x"), ("'plain'", .string("'plain'"), "'plain'"),
    ("a=1", .string("a=1"), "a=1"), ("a;=1", .string("a;=1"), "a;=1"),
  ]

  @Test(arguments: formulas)
  func `a formula is stored as it is, and made harmless where a spreadsheet would run it`(
    cell: String, stored: Value, shown: String
  ) async throws {
    let first = try await run(.customers, "id,note\nc1,\(Self.quoted(cell))\n")
    #expect(first.errors.isEmpty)
    #expect(traits(first.sink.events.first)?.attributes == ["note": stored])

    let refused = try await run(.customers, "id,note\n,\(Self.quoted(cell))\n")
    let text = try #require(refused.rejected)
    #expect(
      text
        == "\"id\",\"note\",\"rejected_line\",\"rejected_reason\"\r\n"
        + "\"\",\(Self.quoted(shown)),\"2\",\"id: it is empty, but needed\"\r\n")

    // Put right and imported once more, the cell is what it was.
    let again = try await run(.customers, text.replacing("\r\n\"\",", with: "\r\n\"c1\","))
    #expect(again.errors.isEmpty)
    #expect(traits(again.sink.events.first)?.attributes == ["note": stored])
  }

  // MARK: Rows without end

  static let endless: [(sentence: String, row: String, reason: String)] = [
    (
      "a quote that is never closed", "b,\"x",
      "line 3: a quote is opened and never closed; close it, or double it inside a quoted field"
    ),
    (
      "a field of two megabytes", "b," + String(repeating: "x", count: 2 << 20),
      "line 3: a field is longer than 65536 bytes; shorten it"
    ),
    (
      "a quoted field of two megabytes", "b,\"" + String(repeating: "x", count: 2 << 20) + "\"",
      "line 3: a quote is opened and never closed; close it, or double it inside a quoted field"
    ),
    (
      "a hundred thousand columns", "b" + String(repeating: ",", count: 100_000),
      "line 3: the row has more than 1000 columns; remove some"
    ),
    (
      "a row of many long fields", String(repeating: String(repeating: "y", count: 60_000) + ",", count: 40),
      "line 3: the row is longer than 1048576 bytes; shorten it"
    ),
  ]

  @Test(arguments: endless) func `a row without end is rejected in bounded memory, the next is read`(
    sentence: String, row: String, reason: String
  ) async throws {
    let result = try await run(.customers, "id,plan\na,1\n\(row)\nc,3\n")
    #expect(result.errors == [reason], "\(sentence)")
    #expect(result.sink.events.map(\.customerID) == ["a", "c"])
    #expect((result.rejected?.utf8.count ?? 0) < 8192)
  }

  @Test func `a header without end is refused`() async throws {
    #expect(
      try await refusal(.customers, Array(("id" + String(repeating: ",x", count: 100_000) + "\n1\n").utf8))
        == "the line with the column names cannot be read: line 1: the row has more than 1000 columns; remove some"
    )
    #expect(
      try await refusal(.customers, Array(("id," + String(repeating: "x", count: 300) + "\n1,2\n").utf8))
        == "'file.csv': line 1: the column name '\(String(repeating: "x", count: 40))...' is longer than 200 bytes; is this the header?"
    )
  }

  // MARK: Encodings

  static let encodings: [(sentence: String, row: [UInt8], reason: String?)] = [
    ("a NUL", [0x78, 0, 0x79], "line 3: the row holds the character NUL; remove it"),
    ("Latin-1", [0xE4, 0xF6], "line 3: the row is not UTF-8; save the file as UTF-8"),
    ("bytes that begin no character", [0x80], "line 3: the row is not UTF-8; save the file as UTF-8"),
    ("an overlong NUL", [0xC0, 0x80], "line 3: the row is not UTF-8; save the file as UTF-8"),
    ("half a surrogate pair", [0xED, 0xA0, 0x80], "line 3: the row is not UTF-8; save the file as UTF-8"),
    ("a character cut off", [0xE4, 0xB8], "line 3: the row is not UTF-8; save the file as UTF-8"),
    ("Chinese", Array("茶".utf8), nil),
  ]

  @Test(arguments: encodings, [[], [0xEF, 0xBB, 0xBF]] as [[UInt8]])
  func `a row that is not UTF-8 is rejected, with a byte order mark before the file and without`(
    _ encoding: (sentence: String, row: [UInt8], reason: String?), mark: [UInt8]
  ) async throws {
    // The other rows are well formed, and no GB18030, so that the file is UTF-8.
    let tea = String(repeating: "茶", count: 151)
    let bytes = mark + Array("id,plan\na,\(tea)\nb,".utf8) + encoding.row + Array("\nc,\(tea)\n".utf8)
    let result = try await run(.customers, bytes)
    #expect(result.errors == (encoding.reason.map { [$0] } ?? []))
    #expect(result.sink.events.map(\.customerID) == (encoding.reason == nil ? ["a", "b", "c"] : ["a", "c"]))
  }

  // MARK: Addresses

  /// An address as it stands in the file, and what is stored, or why the row is rejected.
  static let addresses: [(text: String, stored: String?, reason: String)] = [
    ("a@x.example\r\nBcc: v@y.example", nil, "it holds a control character"),
    ("\"a\\\"@x.example", nil, "the part before the @ holds a character that is not accepted there"),
    ("\"a b\"@x.example", nil, "the part before the @ holds a character that is not accepted there"),
    ("a@x.example,b@y.example", nil, "it has more than one @"),
    ("<a@x.example>", nil, "the part before the @ holds a character that is not accepted there"),
    ("Ann <a@x.example>", nil, "the part before the @ holds a character that is not accepted there"),
    ("a@[127.0.0.1]", nil, "the part after the @ is not a domain name"),
    ("a@127.0.0.1", nil, "the part after the @ is not a domain name"),
    ("a@localhost", nil, "the part after the @ is not a domain name"),
    (
      String(repeating: "a", count: 245) + "@x.example", nil, "it has 255 bytes, at most 254 are allowed"
    ),
    ("a@xn--fiqs8s.example", "a@xn--fiqs8s.example", ""), ("a@茶.example", "a@茶.example", ""),
    // A letter of another alphabet: in a mailbox refused, in a domain another domain, which stays what it is.
    (
      "\u{430}nn@x.example", nil,
      "the part before the @ has letters beyond ASCII, which many mail servers do not take"
    ),
    ("ann@p\u{430}ypal.example", "ann@p\u{430}ypal.example", ""),
    ("Ann@Shop.Example", "Ann@shop.example", ""),
  ]

  @Test(arguments: addresses) func `an address is one mailbox and nothing else`(
    text: String, stored: String?, reason: String
  ) async throws {
    let result = try await run(.customers, "id,email\nc1,\(Self.quoted(text))\n")
    if let stored {
      #expect(result.errors.isEmpty)
      #expect(Array((traits(result.sink.events.first)?.email ?? "")?.utf8 ?? "".utf8) == Array(stored.utf8))
    } else {
      #expect(
        result.errors == [
          "line 2: email: not an email address: \(reason); give one such as ann@example.com; imported without email"
        ])
      #expect(result.sink.events.map { traits($0) } == [CustomerTraits()])
    }
  }

  // MARK: Customers and columns that come twice

  @Test func `of a customer who comes twice the later row is applied later`() async throws {
    let result = try await run(.customers, "id,plan\nc1,old\nc2,x\nc1,new\n")
    #expect(result.errors.isEmpty)
    #expect(result.sink.events.map(\.customerID) == ["c1", "c2", "c1"])
    #expect(traits(result.sink.events.last)?.attributes["plan"] == .string("new"))
  }

  @Test(arguments: [
    (
      "c1,ann@x.example\nc2,bob@x.example\n",
      "line 1: column 2 holds an address or a telephone number, so this line is data; put a line with the names of the columns above it"
    ),
    ("\n\n", "'file.csv' is empty; its first line must name the columns"),
    (
      "id,email,email\nc1,a@x.example,b@x.example\n",
      "line 1: columns 'email' and 'email' both mean email; choose one with --map email=COLUMN"
    ),
    (
      "id,E-Mail,email\nc1,a@x.example,b@x.example\n",
      "line 1: columns 'E-Mail' and 'email' both mean email; choose one with --map email=COLUMN"
    ),
    ("id,id\nc1,c2\n", "line 1: columns 'id' and 'id' both mean id; choose one with --map id=COLUMN"),
    (
      "id,plan,plan\nc1,a,b\n",
      "line 1: columns 'plan' and 'plan' both mean plan; choose one with --map plan=COLUMN"
    ),
  ])
  func `a header that is missing or means one thing twice is refused`(
    text: String, reason: String
  ) async throws {
    let refused = try await refusal(.customers, Array(text.utf8))
    #expect(refused == (reason.hasPrefix("line") ? "'file.csv': \(reason)" : reason))
  }

  // MARK: Separators

  @Test(arguments: [",", ";", "\t"], ["\n", "\r\n", "\r", "mixed"])
  func `separator and line ends are found`(separator: String, end: String) async throws {
    let ends = end == "mixed" ? ["\n", "\r\n", "\r"] : [end, end, end]
    let rows = [["id", "plan"], ["a", "1"], ["b", "2"]]
    let text = zip(rows, ends).map { $0.joined(separator: separator) + $1 }.joined()
    let result = try await run(.customers, text)
    #expect(result.errors.isEmpty)
    #expect(result.sink.events.map(\.customerID) == ["a", "b"])
    #expect(
      result.sink.events.map { traits($0)?.attributes } == [["plan": .integer(1)], ["plan": .integer(2)]])
  }

  @Test func `cells never move into other columns`() async throws {
    // The rows have another separator than the header.
    let other = try await run(.customers, "id,plan\na;1\nb,2\n")
    #expect(
      other.errors == [
        "line 2: the row has 1 columns, the header 2; put text that holds the separator in quotes"
      ])
    #expect(other.sink.events.map(\.customerID) == ["b"])
    // A comma in a name that is not quoted.
    let comma = try await run(.customers, "id,first_name,plan\na,Lee, Ann,1\n")
    #expect(
      comma.errors == [
        "line 2: the row has 4 columns, the header 3; put text that holds the separator in quotes"
      ])
    #expect(
      try await refusal(.customers, Array("id;x,plan\na;1,2\n".utf8))
        == "'file.csv': line 1: cannot tell whether ',', ';' or TAB separates the columns; give the separator"
    )
  }

  @Test(arguments: [" \t", "\u{A0}", "\u{200B}\u{FEFF}", "\u{3000} \u{2060}"])
  func `a cell in which nothing can be seen is empty`(blank: String) async throws {
    let names = try await run(
      .customers,
      "id,first_name,last_name,email,plan,tags\na,\(blank),\(blank),\(blank),\(blank),tea|\(blank)\n")
    #expect(names.errors == [])
    let found = traits(names.sink.events.first)
    #expect(found?.firstName == nil)
    #expect(found?.lastName == nil)
    #expect(found?.email == nil)
    #expect(found?.attributes == [:])
    #expect(found?.tags == ["tea"])
    let whole = try await run(.customers, "id,name\na,Ann \u{200B}\n")
    #expect(traits(whole.sink.events.first)?.firstName == "Ann")
    #expect(traits(whole.sink.events.first)?.lastName == nil)
    let nobody = try await run(.customers, "id,first_name\n\(blank),Ann\n")
    #expect(nobody.errors == ["line 2: id: it is empty, but needed"])
  }

  // MARK: Dates

  private static let notADate =
    "is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format"

  static let dates: [(text: String, format: String?, reason: String)] = [
    ("30.02.", nil, "'30.02.' \(notADate)"), ("30.02.2026", nil, "'30.02.2026' \(notADate)"),
    ("2026-02-30", nil, "'2026-02-30' \(notADate)"), ("1/2/3", nil, "'1/2/3' \(notADate)"),
    ("10000-01-01", nil, "'10000-01-01' \(notADate)"), ("1772359200000", nil, "'1772359200000' \(notADate)"),
    ("1772359200", nil, "'1772359200' \(notADate)"), ("tomorrow", nil, "'tomorrow' \(notADate)"),
    ("0026-03-01", nil, "'0026-03-01' lies before 1900; check the date, or the --date-format"),
    ("2062-03-01", nil, "'2062-03-01' lies in the future; check the date, or the --date-format"),
    (
      "30.02.2026", "%d.%m.%Y",
      "\"30.02.2026\" in the date format \"%d.%m.%Y\" is a day that does not exist"
    ),
    (
      "30.02.", "%d.%m.%Y",
      "\"30.02.\" does not fit the date format \"%d.%m.%Y\": expected a year of four digits at byte 7"
    ),
    (
      "1/2/3", "%d/%m/%Y",
      "\"1/2/3\" does not fit the date format \"%d/%m/%Y\": expected a year of four digits at byte 5"
    ),
    (
      "01.01.10000", "%d.%m.%Y",
      "\"01.01.10000\" does not fit the date format \"%d.%m.%Y\": expected the end at byte 11"
    ),
    (
      "1772359200000", "%d.%m.%Y",
      "\"1772359200000\" does not fit the date format \"%d.%m.%Y\": expected \".\" at byte 3"
    ),
  ]

  @Test(arguments: dates) func `a day that is none is no date`(
    text: String, format: String?, reason: String
  ) async throws {
    let forms = try format.map { [try DateForm($0)] } ?? []
    let result = try await run(
      .orders, "order_id,customer_id,placed_at,total\no1,c1,\(text),1\no2,c1,2026-03-01,1\n"
    ) { $0.dateForms = forms.map { (nil, $0) } }
    #expect(result.errors.first == "line 2: placed_at: " + reason)
    #expect(!result.sink.events.contains { $0.event.messageID == "o1" })
  }
}
