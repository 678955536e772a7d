import Platform
import Support
import Testing

/// What a reader makes of a text: each record's fields joined by `|`, each error as its text.
private func read(_ bytes: [UInt8], _ options: CSVOptions = .init(), chunk: Int = .max) throws -> [String] {
  var next = 0
  var reader = CSVReader(options) { space in
    let count = min(space.count, bytes.count - next, chunk)
    space.copyBytes(from: bytes[next..<next + count])
    next += count
    return count
  }
  var result: [String] = []
  while true {
    switch try reader.next() {
    case .record: result.append(reader.fields.joined(separator: "|"))
    case .malformed(let error): result.append(error.description)
    case .end: return result
    }
  }
}

private func read(_ text: String, _ options: CSVOptions = .init(), chunk: Int = .max) throws -> [String] {
  try read(Array(text.utf8), options, chunk: chunk)
}

@Suite struct CSVReaderTests {
  @Test(arguments: [
    ("", []), ("\n\n", []), ("a", ["a"]), ("a,b\n1,2\n", ["a|b", "1|2"]),
    ("a,b\r\n1,2\r3,4\n5,6", ["a|b", "1|2", "3|4", "5|6"]),
    ("a,b\n,\n\n1,", ["a|b", "|", "1|"]), ("\u{FEFF}id,x\n1,2", ["id|x", "1|2"]),
    ("a;b,c;d\n1;2;3", ["a|b,c|d", "1|2|3"]),
    ("a\tb\n1\t2\n", ["a|b", "1|2"]), ("x,y\n\"a,\"\"b\"\"\nc\",2\r\n", ["x|y", "a,\"b\"\nc|2"]),
    ("x\n\"\"\n", ["x", ""]),
    ("\"a;b\",c\n1,2", ["a;b|c", "1|2"]), ("a,b\n5\" pipe,x\"y", ["a|b", "5\" pipe|x\"y"]),
    ("a,b\n\"\",\"\"\"\"", ["a|b", "|\""]),
    ("姓名,b\n中文,é", ["姓名|b", "中文|é"]), ("a,b\n\"x\r\ny\",\"\r\"", ["a|b", "x\r\ny|\r"]),
  ])
  func `a well-formed file gives its records`(text: String, records: [String]) throws {
    #expect(try read(text) == records)
    for chunk in 1...3 { #expect(try read(text, chunk: chunk) == records) }
  }

  @Test(arguments: [
    (
      "a,b\n\"x,1\ny,2\nz,3",
      [
        "a|b", "line 2: a quote is opened and never closed; close it, or double it inside a quoted field",
        "y|2", "z|3",
      ]
    ),
    (
      "a,b\n\"x\"y,1\nz,3",
      [
        "a|b",
        "line 2: text follows a closing quote; put the whole field in quotes and double those inside it",
        "z|3",
      ]
    ),
    (
      "a,b\n\"x\n1\"y,1\nz,3\n\"",
      [
        "a|b",
        "line 2: text follows a closing quote; put the whole field in quotes and double those inside it",
        "z|3", "line 5: a quote is opened and never closed; close it, or double it inside a quoted field",
      ]
    ),
    ("a,b\n1,\0\n2,x", ["a|b", "line 2: the row holds the character NUL; remove it", "2|x"]),
  ])
  func `a malformed row is reported and reading goes on`(text: String, steps: [String]) throws {
    #expect(try read(text) == steps)
    for chunk in 1...3 { #expect(try read(text, chunk: chunk) == steps) }
  }

  @Test func `invalid UTF-8 is reported with its line`() throws {
    let latin = Array("a,b\n\"q\"\"\n\",1\nJos".utf8) + [0xE9] + Array(",2\nx,3\n".utf8)
    #expect(
      try read(latin) == ["a|b", "q\"\n|1", "line 4: the row is not UTF-8; save the file as UTF-8", "x|3"])
    for bytes: [UInt8] in [
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE4, 0xB8], [0x80],
    ] {
      #expect(
        try read([0x61, 0x0A] + bytes + [0x0A, 0x62]) == [
          "a", "line 2: the row is not UTF-8; save the file as UTF-8", "b",
        ])
    }
  }

  @Test func `UTF-16 is called by its name`() throws {
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in "a,b\n1,2\n".utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(try read(bytes).first == "line 1: the file is UTF-16; save it as UTF-8")
  }

  @Test func `sizes are bounded and reading goes on`() throws {
    let long = String(repeating: "x", count: 3_000_000)
    let wide = String(repeating: ",", count: 100_000)
    #expect(
      try read("a,b\n\(long),1\n2,3") == [
        "a|b", "line 2: a field is longer than 1048576 bytes; shorten it", "2|3",
      ])
    #expect(try read("a,b\n\"\(long)\",1\n2,3").first == "a|b")
    #expect(try read("a,b\n\"\(long)\",1\n2,3").last == "2|3")
    #expect(
      try read("a,b\n\(wide)\n2,3") == [
        "a|b", "line 2: the row has more than 4096 columns; remove some", "2|3",
      ])
    let records = String(repeating: String(repeating: "y", count: 900) + ",", count: 100)
    #expect(
      try read("a,b\n\(records)\n2,3", .init(recordLimit: 10_000))
        .filter { $0.hasPrefix("line") }.isEmpty,
      "a record that is in the buffer already is read whatever its length")
    #expect(
      try read("a,b\n" + String(repeating: records, count: 20) + "\n2,3", .init(recordLimit: 1_000_000))
        == ["a|b", "line 2: the row is longer than 1000000 bytes; shorten it", "2|3"])
  }

  @Test func `a separator that cannot be told is asked for`() throws {
    let error = #expect(throws: CSVError.self) { try read("a;b,c\n1;2,3") }
    #expect(
      error?.description
        == "line 1: cannot tell whether ',', ';' or TAB separates the columns; give the separator")
    #expect(try read("a;b,c\n1;2,3", .init(separator: UInt8(ascii: ";"))) == ["a|b,c", "1|2,3"])
  }

  @Test func `reading goes on from any record`() throws {
    let bytes = Array("\u{FEFF}id,note\r\n1,\"two\nlines\"\r\n2,x\n3,\0\n4,\"y\"\"z\"".utf8)
    var reader = CSVReader(bytes: bytes)
    var positions: [CSVPosition] = []
    while try reader.next() != .end { positions.append(reader.position) }
    #expect(positions.map(\.line) == [2, 4, 5, 6, 6])
    #expect(positions.last?.offset == Int64(bytes.count))
    for (index, position) in positions.enumerated() {
      var rest = CSVReader(bytes: bytes, .init(separator: UInt8(ascii: ",")), from: position)
      var steps: [String] = []
      loop: while true {
        switch try rest.next() {
        case .record: steps.append("\(rest.recordStart.line):" + rest.text(0))
        case .malformed(let error): steps.append(error.description)
        case .end: break loop
        }
      }
      let all = ["2:1", "4:2", "line 5: the row holds the character NUL; remove it", "6:4"]
      #expect(steps == Array(all.dropFirst(index)))
    }
  }

  @Test func `a file is read and fields that are not there are empty`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "a.csv")
    try Files.write(Array("id;name\n7;\n".utf8), to: path)
    let file = try Files.open(path)
    var reader = try CSVReader(descriptor: file.raw)
    let header = try reader.next()
    let separator = reader.separator
    #expect(header == .record && separator == UInt8(ascii: ";"))
    let row = try reader.next()
    let fields = [reader.text(0), reader.text(1), reader.text(9), reader.text(-1)]
    let (count, isEmpty) = (reader.count, [reader.isEmpty(0), reader.isEmpty(1), reader.isEmpty(9)])
    #expect(row == .record && count == 2)
    #expect(fields == ["7", "", "", ""])
    #expect(isEmpty == [false, true, true])
    let (end, again) = (try reader.next(), try reader.next())
    #expect(end == .end && again == .end)
  }

  @Test func `what the writer writes the reader reads`() throws {
    var random = SeededGenerator()
    let pieces = ["a", "\"", ",", ";", "\n", "\r", "\r\n", "中", " ", "=", ""]
    for round in 0..<rounds(300) {
      let rows = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        (0..<3).map { _ in
          (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            .joined()
        }
      }
      var writer = CSVWriter(defendsFormulas: false)
      for row in rows { writer.row(row) }
      let read = try read(
        writer.take(), .init(separator: UInt8(ascii: ",")), chunk: Int.random(in: 1...9, using: &random))
      #expect(read == rows.map { $0.joined(separator: "|") }, "\(random), round \(round)")
    }
  }

  @Test func `random bytes never crash the reader, and it ends`() throws {
    var random = SeededGenerator()
    let letters: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x00, 0xE4, 0xB8, 0xAD, 0x61, 0x09, 0xFF]
    for _ in 0..<rounds(3000) {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        letters.randomElement(using: &random)!
      }
      let whole = try? read(bytes)
      for chunk in [1, 2, 7] { #expect((try? read(bytes, chunk: chunk)) == whole, "\(random), \(bytes)") }
    }
  }
}

@Suite struct CSVWriterTests {
  @Test func `fields are quoted where they must be`() {
    var writer = CSVWriter(defendsFormulas: false)
    writer.row(["a", "b,c", "d\"e", "f\ng", "=1", ""])
    writer.row([""])
    #expect(String(decoding: writer.take(), as: UTF8.self) == "a,\"b,c\",\"d\"\"e\",\"f\ng\",=1,\r\n\"\"\r\n")
    #expect(writer.take() == [])
  }

  @Test(arguments: ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@x", "\tx", "\rx"])
  func `a formula is disarmed`(cell: String) {
    var writer = CSVWriter()
    writer.row(["ok", cell])
    #expect(
      String(decoding: writer.take(), as: UTF8.self)
        == "\"ok\",\"'\(cell.replacing("\"", with: "\"\""))\"\r\n")
  }
}
