import Platform
import Testing

struct YAMLDocumentTests {
  private func document(_ text: String) -> YAMLDocument { YAMLDocument(parsing: Array(text.utf8)) }

  @Test func `scalars keep their text, their style and their place`() throws {
    let text = "a: no\nb: '1.20'\nc: [0777, \"x\\ty\"]\n客: 值\n"
    let parsed = document(text)
    #expect(parsed.problems == [])
    let root = try #require(parsed.root)
    #expect(root.entries?.map(\.key) == ["a", "b", "c", "客"])
    #expect(root["a"]?.scalar == YAMLScalar("no", style: .plain))
    #expect(root["b"]?.scalar == YAMLScalar("1.20", style: .single_quoted))
    #expect(root["b"]?.span.start == YAMLMark(line: 2, column: 4, offset: 9))
    guard case .sequence(let items)? = root["c"]?.content else { throw Unexpected() }
    #expect(items.map(\.scalar?.text) == ["0777", "x\ty"])
    #expect(items[0].span.start == YAMLMark(line: 3, column: 5, offset: 20))
    #expect(root["客"]?.span.start == YAMLMark(line: 4, column: 4, offset: 39))
    #expect(root["客"]?.span.end == YAMLMark(line: 4, column: 5, offset: 42))
  }

  private struct Unexpected: Error {}

  @Test func `offsets are true behind a byte order mark, other line ends and many wide characters`() throws {
    let wide = String(repeating: "茶", count: 1000)
    let bytes = [0xEF, 0xBB, 0xBF] + Array("a: \(wide)\r\nb: x\rc: [y, 😀, z]\n".utf8)
    let root = try #require(YAMLDocument(parsing: bytes).root)
    let b = try #require(root["b"]?.span)
    #expect(b.start == YAMLMark(line: 2, column: 4, offset: 3 + 3 + 3000 + 2 + 3))
    #expect(Array(bytes[b.start.offset..<b.end.offset]) == Array("x".utf8))
    guard case .sequence(let items)? = root["c"]?.content else { throw Unexpected() }
    let z = items[2].span
    #expect(Array(bytes[z.start.offset..<z.end.offset]) == Array("z".utf8))
    #expect(z.start.line == 3 && z.start.column == 11)
  }

  @Test func `a text inside a file counts from its origin`() throws {
    let origin = YAMLMark(line: 12, column: 1, offset: 200)
    let parsed = YAMLDocument(parsing: Array("x: 1\ny: *z\n".utf8), origin: origin)
    #expect(parsed.root?["y"]?.span.start == YAMLMark(line: 13, column: 4, offset: 208))
    #expect(
      parsed.problems.map(\.description) == [
        "13:4: aliases such as '*z' are not used here; repeat the text"
      ])
  }

  @Test(arguments: [
    (
      "a: &a [*a]",
      [
        "1:4: anchors such as '&a' are not used here; remove it",
        "1:8: aliases such as '*a' are not used here; repeat the text",
      ]
    ),
    ("to: x\ncc: y\nto: z\n", ["3:1: key 'to' stands here twice; the first is on line 1; remove one"]),
    (
      "a: 1\n---\nb: 2\n",
      ["2:1: a second document begins here; a file holds one; put this into a file of its own"]
    ),
    (
      "a: 1\n---\n---\n",
      ["2:1: a second document begins here; a file holds one; put this into a file of its own"]
    ),
    (
      "a: 1\n...\n\n  b: 2\n",
      ["4:1: a second document begins here; a file holds one; put this into a file of its own"]
    ),
    (
      "a: !!python/object/apply:os.system [ls]",
      ["1:4: the tag '!!python/object/apply:os.system' is not used here; remove it"]
    ),
    ("a: !local x", ["1:4: the tag '!local' is not used here; remove it"]),
    ("a: !!map [x]", ["1:4: the tag '!!map' is not used here; remove it"]),
    (
      "%TAG !a! x:\n%YAML 1.1\n---\na: 1\n",
      ["1:1: YAML directives are not used here; remove the lines that begin with '%'"]
    ),
    (
      "{a: 1}: 2\nb: &x 3\n",
      [
        "1:1: a key must be plain text; if this is a value that begins with '{' or '[', put it in quotes",
        "2:4: anchors such as '&x' are not used here; remove it",
      ]
    ),
    (
      "a: \"\\u202e\"\nb: \"\\0\"\nc: \"\\x9b\"\n",
      [
        "1:4: the text direction override U+202E cannot stand in a value; remove its escape",
        "2:4: a NUL character cannot stand in a value; remove its escape",
        "3:4: the control character U+009B cannot stand in a value; remove its escape",
      ]
    ),
    (
      "a: x\u{0}y\nb: \u{202E}z\nc: \u{85}\nd: *e\n",
      [
        "1:5: a NUL character cannot stand in a file; remove it",
        "2:4: the text direction override U+202E cannot stand in a file; remove it",
        "3:4: the control character U+0085 cannot stand in a file; remove it",
        "4:4: aliases such as '*e' are not used here; repeat the text",
      ]
    ),
    ("a: 1\n\tb: 2\n", ["2:1: a tab cannot stand here; indent with spaces"]),
    (
      "a: b: c\n",
      ["1:5: a ':' is not expected here; put text that contains ': ' in quotes, or check the indentation"]
    ),
    ("a: @x\n", ["1:4: text cannot begin with '@'; put the text in quotes"]),
    (
      "a: [x, y\nb: z\n",
      ["1:4: this '[' is not closed properly; separate the items with ',' and end the list with ']'"]
    ),
    ("a: \"x\nb: y\n", ["1:4: this quote is not closed; end the text with the same quote"]),
    (
      "a:\n  - x\n y: z\n",
      ["3:2: a key is expected here; check the indentation and the quotes of this line and the one above"]
    ),
    ("a: 1\nb\n", ["3:1: a ':' is missing after this key; write 'key: value', and check the indentation"]),
  ])
  func `what is refused says where, what and the way out`(text: String, problems: [String]) {
    #expect(document(text).problems.map(\.description) == problems)
  }

  @Test func `encodings other than UTF-8 are refused`() {
    let utf16: [UInt8] = [0xFF, 0xFE, 0x61, 0, 0x3A, 0, 0x20, 0, 0x31, 0]
    #expect(
      YAMLDocument(parsing: utf16).problems.map(\.description) == [
        "1:1: the file is UTF-16; save it as UTF-8"
      ])
    #expect(
      YAMLDocument(parsing: Array("a: b\nc: \u{e9}".utf8).dropLast(1) + [10]).problems.map(\.description)
        == ["2:4: byte 0xc3 is not UTF-8; save it as UTF-8"])
    for bad: [UInt8] in [
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xF0, 0x9F, 0x98],
    ] {
      #expect(YAMLDocument(parsing: bad).problems.first?.kind == .wrong_encoding)
    }
  }

  @Test func `one document may be marked, and core tags are let through`() {
    let parsed = document("---\na: !!str 12\nb: !!seq [!!int 1]\n...\n# the end\n...\n")
    #expect(parsed.problems == [])
    #expect(parsed.root?["a"]?.scalar == YAMLScalar("12", style: .single_quoted))
    #expect(document("").root == nil)
    #expect(document("# nothing\n").problems == [])
    #expect(document("%\u{0}").root == nil)
  }

  @Test func `depth 64 is accepted, 65 is refused`() {
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(document(nested(64)).problems == [])
    #expect(
      document(nested(65)).problems.map(\.description) == ["1:65: more than 64 levels inside each other"])
  }

  /// Each of these would cost libyaml seconds to hours, or a parser without limits its memory.
  @Test(arguments: [
    "[", "[\n", "{", "{a: ", "- ", "-\n ", "? ", "[[],", "{[", "&a [", "!x [", "\"a\": [", "%TAG !a! b:\n",
    "...\n",
    "---\n", "a: *b\n", "- *b\n", "\u{202E}", "!", "'", "\"", "|\n", ">", "# [\n", "a:\n", "x ", "[a,", "{a,",
    "\t", "\r",
  ])
  func `hostile repetition costs little`(piece: String) {
    let count = min(200_000, (1 << 20) / piece.utf8.count)
    let text = Array(String(repeating: piece, count: count).utf8)
    let clock = ContinuousClock()
    let first = clock.measure { _ = YAMLDocument(parsing: text) }
    let second = clock.measure { _ = YAMLDocument(parsing: text) }
    let spent = min(first, second)
    // A debug build on a busy machine; the quadratic cases take minutes.
    #expect(spent < .seconds(2), "\(piece) x \(count): \(spent)")
  }

  @Test func `a text over one megabyte is refused unread`() {
    let text = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20 + 1)
    #expect(
      YAMLDocument(parsing: text + [10]).problems.map(\.description)
        == ["1:1: the file has \(text.count + 1) bytes, more than 1048576; split it"])
  }
}
