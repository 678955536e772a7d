import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

/// Files in other encodings than UTF-8.
@Suite struct EncodingTests {
  private func importer(
    _ path: String, _ sink: RecordingSink, _ encoding: TextEncoding? = nil
  ) -> Importer {
    var options = ImportOptions(kind: .customers)
    options.encoding = encoding
    return Importer(path: path, options: options, context: ImportBench.context(), sink: sink)
  }

  private func names(_ sink: RecordingSink) -> [String?] {
    sink.events.map {
      guard case .identify(let traits) = $0.effect else { return nil }
      return traits.firstName ?? nil
    }
  }

  private func refusal(_ bytes: [UInt8]) async throws -> String {
    let bench = try ImportBench()
    let path = try bench.file(bytes)
    do {
      _ = try await importer(path, RecordingSink()).run()
      return "imported"
    } catch {
      return error.description.replacing(path, with: "file.csv")
    }
  }

  private static let chinese = "会员编号,姓名\n1,王小明\n2,李伟\n"
  private static let english = "id,name\n1,王小明\n2,李伟\n"

  @Test(arguments: [chinese, english], [TextEncoding.utf8, .gb18030, .utf16, .utf16LE, .utf16BE])
  func `Chinese is recognised`(text: String, encoding: TextEncoding) async throws {
    let bench = try ImportBench()
    let sink = RecordingSink()
    let summary = try await importer(try bench.file(Encoded.bytes(text, encoding)), sink).run()
    #expect(summary.errors.isEmpty)
    #expect(names(sink) == ["王小明", "李伟"])
  }

  @Test func `a file with a byte order mark of the other side is recognised`() async throws {
    let bench = try ImportBench()
    let sink = RecordingSink()
    _ = try await importer(try bench.file([0xFE, 0xFF] + Encoded.bytes(Self.chinese, .utf16BE)), sink).run()
    #expect(names(sink) == ["王小明", "李伟"])
  }

  @Test func `Chinese that begins behind a megabyte of ASCII is recognised`() async throws {
    let bench = try ImportBench()
    let sink = RecordingSink(rows: 100_000)
    let rows = (0..<100_000).map { "c\($0),plain name\n" }.joined()
    let text = "id,name\n" + rows + "last,王小明\n"
    let summary = try await importer(try bench.file(Encoded.bytes(text, .gb18030)), sink).run()
    #expect(summary.progress.imported == 100_001)
    #expect(names(sink).last == "王小明")
  }

  @Test(arguments: 0...4) func `a character across the end of what is looked at first is no fault`(
    shift: Int
  ) async throws {
    let bench = try ImportBench()
    let sink = RecordingSink(rows: 100_000)
    let text = "id,name\n" + String(repeating: "c,plain name\n", count: 80_000) + "last,"
    let padding = (1 << 20) - shift - text.utf8.count
    #expect(padding > 0)
    let file = "id,name\n" + String(repeating: " ", count: padding) + text.dropFirst(8) + "茶\n"
    _ = try await importer(try bench.file(file), sink).run()
    #expect(names(sink).last == "茶")
  }

  static let others: [(text: String, encoding: TextEncoding)] = [
    ("id,name\n1,Müller\n2,Jäger\n", .latin1), ("id,name\n1,Müller €\n", .windows1252),
    ("id,name\n1,김민수\n2,이서연\n3,박지훈\n", .eucKR), ("id,name\n1,山田太郎\n", .shiftJIS),
    ("id,name\n1,Иванова\n2,Петров\n", .windows1251), ("id,name\n1,陳大文\n2,許志安\n", .big5),
    ("id,name\n1,Łódź\n", .windows1250), ("id,name\n1,äö\n", .latin1),
  ]

  @Test(arguments: others) func `another encoding is never guessed, and read when it is named`(
    text: String, encoding: TextEncoding
  ) async throws {
    let bytes = Encoded.bytes(text, encoding)
    #expect(!bytes.isEmpty)
    #expect(
      try await refusal(bytes)
        == "'file.csv' is not UTF-8, and its encoding cannot be told for certain; name it with --encoding, as gb18030 or windows-1252, or save the file as UTF-8"
    )
    let bench = try ImportBench()
    let sink = RecordingSink()
    let summary = try await importer(try bench.file(bytes), sink, encoding).run()
    #expect(summary.errors.isEmpty)
    let rows = text.split(separator: "\n").dropFirst().map { String($0.split(separator: ",")[1]) }
    #expect(
      names(sink).map { ($0 ?? "").split(separator: " ").first }
        == rows.map { $0.split(separator: " ").first })
  }

  // MARK: Bytes that two encodings fit

  private static let unknown =
    "'file.csv' is not UTF-8, and its encoding cannot be told for certain; name it with --encoding, as gb18030 or windows-1252, or save the file as UTF-8"

  /// `女` in GBK is a letter in UTF-8 too, `男` is none.
  private static func genders(_ women: Int, _ men: Int) -> String {
    "id,name\n" + (0..<women).map { "f\($0),女\n" }.joined() + (0..<men).map { "m\($0),男\n" }.joined()
  }

  @Test(arguments: [(80, 20), (999, 1), (120_000, 1)])
  func `Chinese text that is nearly valid UTF-8 is never read as such`(women: Int, men: Int) async throws {
    let bytes = Encoded.bytes(Self.genders(women, men), .gb18030)
    #expect(try await refusal(bytes) == Self.unknown)
    let bench = try ImportBench()
    let sink = RecordingSink(rows: 200_000)
    let summary = try await importer(try bench.file(bytes), sink, .gb18030).run()
    #expect(summary.errors.isEmpty)
    #expect(names(sink).count { $0 == "女" } == women && names(sink).count { $0 == "男" } == men)
  }

  @Test(arguments: [(99, true), (98, false)])
  func `a file that is UTF-8 except for a few bytes is UTF-8`(good: Int, isUTF8: Bool) async throws {
    let bench = try ImportBench()
    // Nothing begins with 80, in UTF-8 or in GB18030.
    let bytes =
      Array(("id,name\n" + (0..<good).map { "c\($0),é\n" }.joined() + "x,").utf8) + [0x80, 0x80, 0x0A]
    guard isUTF8 else {
      #expect(try await refusal(bytes) == Self.unknown)
      return
    }
    let sink = RecordingSink()
    let summary = try await importer(try bench.file(bytes), sink).run()
    #expect(
      summary.errors.map(\.description) == ["line 101: the row is not UTF-8; save the file as UTF-8"])
    #expect(names(sink).count { $0 == "é" } == good)
  }

  // MARK: Rejected rows

  @Test func `a file of rejected rows is UTF-8, whatever encoding is given`() async throws {
    let bench = try ImportBench()
    let path = try bench.file(Encoded.bytes("id,name\n,Müller\nc2,Jäger\n", .windows1252))
    let sink = RecordingSink()
    _ = try await importer(path, sink, .windows1252).run()
    #expect(names(sink) == ["Jäger"])
    let mended = try bench.text("file.rejected.csv").replacing("\"\",\"Müller", with: "\"c1\",\"Müller")
    // As it was written, and as a spreadsheet may have saved it.
    let forms = [
      Array(mended.utf8), [0xEF, 0xBB, 0xBF] + Array(mended.utf8), Encoded.bytes(mended, .windows1252),
    ]
    for bytes in forms {
      let again = RecordingSink()
      let summary = try await importer(try bench.file(bytes, "mended.csv"), again, .windows1252).run()
      #expect(summary.errors.isEmpty)
      #expect(names(again) == ["Müller"])
    }
  }

  @Test(arguments: ["GBK", "gb2312", "CP936", "GB-18030"])
  func `names of encodings are taken as people write them`(
    name: String
  ) {
    #expect(TextEncoding(name) == .gb18030)
    #expect(TextEncoding("klingon") == nil)
  }

  @Test func `a row that is not in the file's encoding is rejected, the others are read`() async throws {
    let bench = try ImportBench()
    let bytes =
      Encoded.bytes("会员编号,姓名\n1,王小明\n2,", .gb18030) + [0xFF, 0x80] + Encoded.bytes("\n3,李伟\n4,张", .gb18030)
      + [0xD5]
    let sink = RecordingSink()
    let path = try bench.file(bytes)
    let summary = try await importer(path, sink, .gb18030).run()
    #expect(
      summary.errors.map(\.description) == [
        "line 3: the row is not gb18030, as which the file is read",
        "line 5: the row is not gb18030, as which the file is read",
      ])
    #expect(names(sink) == ["王小明", "李伟"])
    let rejected = try bench.text("file.rejected.csv")
    #expect(rejected.contains("4,张"))
  }

  @Test(arguments: [0, 1, 2, 5, 9], [TextEncoding.gb18030, .utf16, .utf16BE])
  func `cut off after any batch, a converted file goes on where it was`(
    batches: Int, encoding: TextEncoding
  ) async throws {
    let bench = try ImportBench()
    let text = "会员编号,姓名\n" + (0..<100).map { "c\($0),王\($0)明\n" }.joined()
    let path = try bench.file(Encoded.bytes(text, encoding))
    let sink = RecordingSink(rows: 10, batchesBeforeCrash: batches)
    _ = try? await importer(path, sink).run()
    sink.recover()
    var begin: ImportBegin?
    let summary = try await importer(path, sink).run(begin: { begin = $0 })
    #expect(summary.progress.imported == 100)
    #expect(names(sink) == (0..<100).map { "王\($0)明" })
    #expect(begin?.isContinued == (batches > 0))
    #expect(begin?.size == summary.progress.byteOffset)
  }
}
