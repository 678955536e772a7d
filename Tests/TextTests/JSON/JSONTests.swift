import Support
import Testing
import Text

@Suite struct JSONTests {
  @Test(
    arguments: [
      ("null", .null), ("true", true), ("false", false), (" \t\r\n 7 \n", 7), ("-0", .number(-0.0)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)),
      ("-1.5e3", .number(-1500)),
      ("1E+2", .number(100)), ("123456789012345678901234567890", .number(0x1.8ee90ff6c373ep+96)),
      ("0.1", .number(0.1)), ("2.2250738585072011e-308", .number(Double(bitPattern: 0x000F_FFFF_FFFF_FFFF))),
      ("5e-324", .number(.leastNonzeroMagnitude)),
      ("1e-400", .number(0)), (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"),
      (#""\u4e2d文\ud83d\ude00""#, "中文😀"),
      ("[]", []), ("{}", [:]), ("[1,[2,{}],\"x\"]", [1, [2, [:]], "x"]),
      (#"{"b":1,"a":{"c":null}}"#, ["b": 1, "a": ["c": nil]]),
    ] as [(String, JSON)])
  func `a valid text has its value`(text: String, value: JSON) throws {
    #expect(try JSON.parse(text) == value)
  }

  @Test(arguments: [
    ("", "invalid JSON at line 1, column 1 (byte 0): there is no value; send one, such as {}"),
    ("  \n ", "invalid JSON at line 2, column 2 (byte 4): there is no value; send one, such as {}"),
    ("{\n  \"é\": tru }", "invalid JSON at line 2, column 8 (byte 10): found 't' where a value should stand"),
    ("[1,]", "invalid JSON at line 1, column 4 (byte 3): found ']' where a value should stand"),
    ("[1 2]", "invalid JSON at line 1, column 4 (byte 3): found '2' where ',' or ']' should stand"),
    ("{a:1}", "invalid JSON at line 1, column 2 (byte 1): found 'a' where a key in quotes should stand"),
    ("{\"a\" 1}", "invalid JSON at line 1, column 6 (byte 5): found '1' where ':' should stand"),
    (
      "{\"a\":1",
      "invalid JSON at line 1, column 7 (byte 6): the text ends where ',' or '}' should stand; was it cut off?"
    ),
    ("{\"a\":1,}", "invalid JSON at line 1, column 8 (byte 7): found '}' where a key in quotes should stand"),
    (
      "{\"a\":1,\"b\":2,\"a\":3}",
      "invalid JSON at line 1, column 14 (byte 13): the key \"a\" stands twice in one object; remove one of them"
    ),
    (
      "\"abc",
      "invalid JSON at line 1, column 5 (byte 4): the text ends where a closing quote should stand; was it cut off?"
    ),
    ("\"a\nb\"", "invalid JSON at line 1, column 3 (byte 2): a string holds byte 0x0a; write it as \\n"),
    ("\"\u{1}\"", "invalid JSON at line 1, column 2 (byte 1): a string holds byte 0x01; write it as \\u0001"),
    (
      #""\x""#,
      "invalid JSON at line 1, column 2 (byte 1): 'x' cannot follow a backslash; write two backslashes for a literal one"
    ),
    (
      #""\ud800""#,
      "invalid JSON at line 1, column 2 (byte 1): half of a surrogate pair stands alone; write the character itself in UTF-8"
    ),
    (
      #""\udc00\ud800""#,
      "invalid JSON at line 1, column 2 (byte 1): half of a surrogate pair stands alone; write the character itself in UTF-8"
    ),
    (
      #""\ud800\u0041""#,
      "invalid JSON at line 1, column 2 (byte 1): half of a surrogate pair stands alone; write the character itself in UTF-8"
    ),
    (
      #""\u00g0""#,
      "invalid JSON at line 1, column 6 (byte 5): found 'g' where a hexadecimal digit should stand"
    ),
    (
      #""a\u0000""#,
      "invalid JSON at line 1, column 3 (byte 2): a string holds the character NUL, which cannot be stored; remove it"
    ),
    (
      "01",
      "invalid JSON at line 1, column 1 (byte 0): this is not a number as JSON writes it, such as 0, -1.5 or 2e3"
    ),
    ("[.5]", "invalid JSON at line 1, column 2 (byte 1): found '.' where a value should stand"),
    (
      "[1.]",
      "invalid JSON at line 1, column 2 (byte 1): this is not a number as JSON writes it, such as 0, -1.5 or 2e3"
    ),
    (
      "-",
      "invalid JSON at line 1, column 2 (byte 1): the text ends where a digit should stand; was it cut off?"
    ),
    (
      "1e400",
      "invalid JSON at line 1, column 1 (byte 0): the number is too large for a double; send it as a string"
    ),
    ("NaN", "invalid JSON at line 1, column 1 (byte 0): found 'N' where a value should stand"),
    (
      "{} x",
      "invalid JSON at line 1, column 4 (byte 3): something follows the value; remove it, or send one value at a time"
    ),
    ("\u{FEFF}{}", "invalid JSON at line 1, column 1 (byte 0): found byte 0xef where a value should stand"),
  ])
  func `an invalid text says where, what and what to do`(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.description == message)
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    for bytes: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xB8],
    ] {
      let error = #expect(throws: JSONError.self) { try JSON.parse([0x22] + bytes + [0x22]) }
      #expect(
        error?.description
          == "invalid JSON at line 1, column 2 (byte 1): the bytes are not UTF-8; convert the text to UTF-8")
      #expect(throws: JSONError.self) { try JSON.parse(Array(#""\n"#.utf8) + bytes + [0x22]) }
    }
  }

  @Test func `depth, size and number of values are bounded`() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError(problem: .tooDeep(limit: 64), offset: 64, line: 1, column: 65)) {
      try JSON.parse(deep)
    }
    let nested = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try JSON.parse(nested).text() == nested)
    #expect(throws: JSONError(problem: .tooDeep(limit: 512), offset: 512, line: 1, column: 513)) {
      try JSON.parse(deep, limits: .init(depth: .max))
    }
    let wide = "[" + String(repeating: "0,", count: 9) + "0]"
    #expect(throws: JSONError(problem: .tooManyValues(limit: 10), offset: 19, line: 1, column: 20)) {
      try JSON.parse(wide, limits: .init(values: 10))
    }
    #expect(throws: JSONError(problem: .tooLarge(limit: 5), offset: 5, line: 1, column: 6)) {
      try JSON.parse(wide, limits: .init(bytes: 5))
    }
  }

  @Test func `a large object finds its duplicate key in linear time`() throws {
    var text = "{"
    for i in 0..<100_000 { text += "\"key\(i)\":\(i)," }
    #expect(try JSON.parse(text + "\"last\":1}").objectValue?.count == 100_001)
    let error = #expect(throws: JSONError.self) { try JSON.parse(text + "\"key77\":1}") }
    #expect(error?.problem == .duplicateKey("key77"))
  }

  @Test func `options let duplicate keys and NUL through`() throws {
    let value = try JSON.parse(
      #"{"a":1,"b":"\u0000","a":2}"#, limits: .init(allowsDuplicateKeys: true, allowsNUL: true))
    #expect(value == ["a": 2, "b": "\0"])
  }

  @Test func `writing escapes what must not stand bare`() throws {
    let value: JSON = [
      "k\"": "a\u{0}\u{1F}\u{7F}\n\r\t\\\u{2028}\u{2029}é😀/", "n": [nil, true, -5, 1.5, .number(.infinity)],
      "e": [:], "f": [],
    ]
    let text =
      #"{"k\"":"a\u0000\u001f\u007f\n\r\t\\\u2028\u2029é😀/","n":[null,true,-5,1.5,null],"e":{},"f":[]}"#
    #expect(value.text() == text)
    #expect(JSON.integer(.min).text() == "-9223372036854775808")
  }

  @Test func `pretty text is indented by two`() {
    let value: JSON = ["a": [1, ["b": nil]], "c": [:]]
    #expect(
      value.text(pretty: true) == """
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "c": {}
        }
        """)
  }

  @Test func `random values survive writing and parsing`() throws {
    var random = SeededGenerator()
    for round in 0..<rounds(500) {
      let value = JSON.random(depth: 4, using: &random)
      for pretty in [false, true] {
        let parsed = try JSON.parse(value.text(pretty: pretty), limits: .init(allowsNUL: true))
        #expect(parsed == value, "\(random), round \(round)")
      }
    }
  }

  @Test func `damaged text never crashes and errors lie inside it`() {
    var random = SeededGenerator()
    let sample = Array(#"{"event":"Order Completed","n":[1,-2.5e10,null,true],"t":"\u4e2d\n文"}"#.utf8)
    for round in 0..<rounds(5000) {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = bytes.indices.randomElement(using: &random)!
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { break }
      }
      do {
        let value = try JSON.parse(bytes)
        #expect(try JSON.parse(value.text()) == value, "\(random), round \(round)")
      } catch {
        #expect((0...bytes.count).contains(error.offset), "\(random), round \(round)")
      }
    }
  }

  @Test func `access by key, index and type answers nil instead of failing`() {
    let value: JSON = ["a": [1, "x", 2.0, true], "o": ["k": nil]]
    #expect(value["a"]?[0]?.integerValue == 1)
    #expect(value["a"]?[1]?.stringValue == "x")
    #expect(value["a"]?[2]?.integerValue == 2)
    #expect(value["a"]?[3]?.boolValue == true)
    #expect(value["a"]?[4] == nil)
    #expect(value["o"]?["k"]?.isNull == true)
    #expect(value["o"]?["z"] == nil)
    #expect(value[0] == nil)
    #expect(JSON.number(1e300).integerValue == nil)
    #expect(JSON.integer(3).numberValue == 3)
  }

  @Test func `an object sets, replaces and removes in place`() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = 4
    object["b"] = nil
    object["missing"] = nil
    #expect(object == ["a": 3, "c": 4])
    #expect(object.map(\.key) == ["a", "c"])
  }

  @Test func `the streaming writer puts commas and colons`() throws {
    var writer = JSONWriter()
    writer.object {
      $0.field("id", "ann")
      $0.field("count", 3)
      $0.field("rate", 0.5)
      $0.field("none", String?.none)
      $0.key("list")
      $0.array {
        $0.value("a")
        $0.object { _ in }
        $0.array { _ in }
        $0.null()
        $0.raw("{\"x\":1}".utf8)
      }
      $0.field("tree", ["y": [true]])
    }
    #expect(
      writer.text
        == #"{"id":"ann","count":3,"rate":0.5,"none":null,"list":["a",{},[],null,{"x":1}],"tree":{"y":[true]}}"#
    )
    #expect(try JSON.parse(writer.bytes)["list"]?[4]?["x"] == 1)
  }
}

extension JSON {
  fileprivate static func random(depth: Int, using random: inout SeededGenerator) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(Int64.random(in: .min ... .max, using: &random))
    case 3: .number(randomDouble(using: &random))
    case 4: .string(randomText(using: &random))
    case 5:
      .array(
        (0..<Int.random(in: 0..<5, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
    default:
      .object(
        JSONObject(
          members: (0..<Int.random(in: 0..<25, using: &random)).map {
            .init(
              key: "\($0)-\(randomText(using: &random))", value: .random(depth: depth - 1, using: &random))
          }))
    }
  }

  private static func randomDouble(using random: inout SeededGenerator) -> Double {
    while true {
      let value = Double(bitPattern: UInt64.random(in: 0...(.max), using: &random))
      if value.isFinite { return value }
    }
  }

  private static func randomText(using random: inout SeededGenerator) -> String {
    var view = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<20, using: &random) {
      let limit: UInt32 = Bool.random(using: &random) ? 0x7F : 0x10FFFF
      if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) { view.append(scalar) }
    }
    return String(view)
  }
}
