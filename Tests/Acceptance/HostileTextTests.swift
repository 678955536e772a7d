import Glibc
import Platform
import Support
import Testing

/// Accents in every place of a request, of a command and of a file where a stranger's text can stand, as many as go in;
/// see `HostileText`. What is compared is the processor time of the program with that of ASCII of the same length.
struct HostileTextTests {
  /// Beyond ASCII of that length. A build without optimization takes its bytes one by one, and non-ASCII the longer way.
  private static let limit: Duration = Program.isWhole ? .milliseconds(500) : .seconds(1)
  /// How long a text is, and how many calls of one request hold it. The longest that go in are often refused for their
  /// length alone; those that are read are short, but come in numbers.
  private static let shapes: [(bytes: Int, calls: Int)] =
    Program.isWhole ? [(1_000_000, 1), (32_000, 40), (2_000, 500)] : [(400_000, 1), (32_000, 8)]

  private static let fields: [String] = {
    let known = ##""userId":"ann","messageId":"m""##
    let track = ##"{"type":"track","event":"Order Completed",\##(known),"properties":"##
    let cart = ##"{"type":"track","event":"Product Added",\##(known),"properties":"##
    let identify = ##"{"type":"identify",\##(known),"traits":"##
    let filler = (0..<20).map { ##""key\##($0)":\##($0)"## }.joined(separator: ",")
    return [
      ##"{"type":"#",\##(known)}"##,
      ##"{"type":"track","event":"#",\##(known)}"##,
      ##"{"type":"track","event":"X","userId":"#"}"##,
      ##"{"type":"track","event":"X","anonymousId":"#"}"##,
      ##"{"type":"track","event":"X","userId":"ann","messageId":"#"}"##,
      ##"{"type":"track","event":"X","timestamp":"#",\##(known)}"##,
      ##"{"type":"track","event":"X","originalTimestamp":"#",\##(known)}"##,
      ##"{"type":"track","event":"X","sentAt":"#",\##(known)}"##,
      ##"{"type":"track","event":"X","#":1,\##(known)}"##,
      ##"{"type":"track","event":"X",\##(known),"properties":"#"}"##,
      ##"{"type":"track","event":"X",\##(known),"context":{"#":{"#":1}}}"##,
      ##"{"type":"track","event":"X",\##(known),"context":{"traits":{"#":1}}}"##,
      ##"{"type":"track","event":"X",\##(known),"context":{"timezone":"#","locale":"#"}}"##,
      ##"{"type":"page","name":"#",\##(known)}"##,
      ##"{"type":"screen","category":"#",\##(known)}"##,
      ##"{"type":"group","groupId":"#","traits":{"#":"#"},\##(known)}"##,
      ##"{"type":"alias","previousId":"#",\##(known)}"##,
      ##"\##(track){"#":1,"order_id":"o","total":1}}"##,
      ##"\##(track){\##(filler),"#":1,"~":2,"order_id":"o","total":1}}"##,
      ##"\##(track){"deep":[{"#":{"#":"#"}}],"order_id":"o","total":1}}"##,
      ##"\##(track){"order_id":"#","total":1}}"##,
      ##"\##(track){"order_id":"o","total":"#"}}"##,
      ##"\##(track){"order_id":"o","total":1,"currency":"#"}}"##,
      ##"\##(track){"order_id":"o","total":1,"cart_id":"#"}}"##,
      ##"\##(track){"order_id":"o","total":1,"coupon":"#"}}"##,
      ##"\##(track){"order_id":"o","products":[{"sku":"#","price":1}]}}"##,
      ##"\##(track){"order_id":"o","products":[{"product_id":"#","price":1}]}}"##,
      ##"\##(track){"order_id":"o","products":[{"sku":"a","price":"#"}]}}"##,
      ##"\##(track){"order_id":"o","products":[{"sku":"a","quantity":"#"}]}}"##,
      ##"\##(track){"order_id":"o","products":[{"sku":"a","name":"#","price":1}]}}"##,
      ##"\##(track){"order_id":"o","products":[{"sku":"a","#":1,"price":1}]}}"##,
      ##"\##(cart){"sku":"#","cart_id":"#"}}"##,
      ##"\##(cart){"sku":"a","cart_url":"#"}}"##,
      ##"{"type":"track","event":"Consent Granted",\##(known),"properties":{"channel":"#"}}"##,
      ##"\##(identify){"#":1,"~":2}}"##,
      ##"\##(identify){"email":"#","phone":"#"}}"##,
      ##"\##(identify){"firstName":"#","lastName":"#","name":"#"}}"##,
      ##"\##(identify){"birthday":"#","calendar":"#"}}"##,
      ##"\##(identify){"timezone":"#","locale":"#","createdAt":"#"}}"##,
      ##"\##(identify){"tags":["#","~"]}}"##,
      ##"\##(identify){"tags":"#,~"}}"##,
      ##"\##(identify){"consent":{"#":true}}}"##,
      ##"\##(identify){"consent":{"email":"#"}}}"##,
      ##"\##(identify){"a":1},"context":{"traits":{"#":1,"~":1}}}"##,
      ##"\##(identify){"tags":",#,# , #"}}"##,
      ##"{"type":"track","event":"Consent Withdrawn",\##(known),"properties":{"channel":"#","reason":"#"}}"##,
    ]
  }()

  private static let heads: [String] = {
    let key = "Authorization: Basic \(Base64.text(Array((TestShop.key + ":").utf8)))\r\n"
    let token = "AAAA"
    return [
      "GET /# HTTP/1.1\r\nHost: localhost\r\n",
      "GET /v1/# HTTP/1.1\r\nHost: localhost\r\n",
      "GET /u/# HTTP/1.1\r\nHost: localhost\r\n",
      "GET /healthz?# HTTP/1.1\r\nHost: localhost\r\n",
      "GET http://#/healthz HTTP/1.1\r\nHost: localhost\r\n",
      "# /healthz HTTP/1.1\r\nHost: localhost\r\n",
      "GET /healthz HTTP/#\r\nHost: localhost\r\n",
      "GET /metrics HTTP/1.1\r\nHost: #\r\n",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n#: 1\r\n",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: #\r\n",
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nOrigin: http://#\r\n",
      "GET /u/\(token) HTTP/1.1\r\nHost: localhost\r\nAccept-Language: #\r\n",
      "POST /u/\(token) HTTP/1.1\r\nHost: localhost\r\nContent-Type: #\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\nAuthorization: #\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic #\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Content-Type: #\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Content-Type: application/json; #\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Content-Encoding: #\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Content-Length: #\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Transfer-Encoding: #\r\n",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: #\r\n",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: #, close, #\r\n",
      "GET /healthz HTTP/1.1\r\nHost: [#]\r\n",
      "GET /healthz HTTP/1.1\r\nHost: localhost:#\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Content-Type: application/json; charset=#\r\nContent-Length: 0\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(key)Content-Encoding: gzip\r\nContent-Encoding: #\r\nContent-Length: 0\r\n",
      "GET /u/x HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en;q=#\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: localhost\r\nExpect: #\r\nConnection: #\r\nContent-Length: 0\r\n",
    ]
  }()

  /// A text and what Unicode takes for the same.
  private typealias Texts = (text: String, twin: String)

  private static func accents(_ bytes: Int) -> Texts {
    (HostileText.accents(bytes: bytes), String(repeating: "\u{323}\u{301}", count: bytes / 4))
  }

  private static func plain(_ bytes: Int) -> Texts {
    (String(repeating: "x", count: bytes), String(repeating: "y", count: bytes))
  }

  /// `#` stands for the text, `~` for its twin.
  private static func filled(_ pattern: String, _ texts: Texts) -> [UInt8] {
    pattern.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "#"): Array(texts.text.utf8)
      case UInt8(ascii: "~"): Array(texts.twin.utf8)
      default: [byte]
      }
    }
  }

  /// A running shop, and what its daemon computes.
  private struct Bench {
    let shop: TestShop
    let daemon: Child

    func send(_ bytes: [UInt8]) async throws -> PlainHTTP.Reply {
      let port = shop.port
      return try await WorkerThread.run("request") {
        let socket = try LoopbackSocket(connectingTo: port)
        socket.write(bytes)
        return PlainHTTP.reply(String(decoding: socket.readToEnd(), as: UTF8.self))
      }
    }

    func time(_ body: () async throws -> Void) async throws -> Duration {
      let began = try ProcessorTime.ofProcess(daemon.pid)
      try await body()
      return try ProcessorTime.ofProcess(daemon.pid) - began
    }
  }

  private static func run(_ body: (Bench) async throws -> Void) async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let daemon = try await shop.start()
      try await body(Bench(shop: shop, daemon: daemon))
      #expect(try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200)
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test func `accents in any place of a head cost no more than letters`() async throws {
    try await Self.run { bench in
      for head in Self.heads {
        let places = head.utf8.count { $0 == UInt8(ascii: "#") }
        let bytes = 28_000 / places
        func time(_ texts: Texts) async throws -> Duration {
          let request = Self.filled(head + "Connection: close\r\n\r\n", texts)
          return try await bench.time { for _ in 0..<5 { _ = try await bench.send(request) } }
        }
        let plain = try await time(Self.plain(bytes))
        let hostile = try await time(Self.accents(bytes))
        #expect(hostile - plain <= Self.limit, "\(head): \(plain), \(hostile)")
      }
    }
  }

  @Test func `accents in any place of a call cost no more than letters`() async throws {
    try await Self.run { bench in
      let key = Base64.text(Array((TestShop.key + ":").utf8))
      for field in Self.fields {
        let places = field.utf8.count { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "~") }
        for (longest, most) in Self.shapes {
          let bytes = min(longest, 3_800_000 / places)
          let calls = max(1, min(most, 3_800_000 / (places * bytes + 500)))
          func time(_ texts: Texts) async throws -> Duration {
            let call = Self.filled(field, texts) + [UInt8(ascii: ",")]
            var body = Array(##"{"batch":["##.utf8)
            for _ in 0..<calls { body.append(contentsOf: call) }
            body.removeLast()
            body.append(contentsOf: Array("]}".utf8))
            let head =
              "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic \(key)\r\n"
              + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
            return try await bench.time {
              let answer = try await bench.send(Array(head.utf8) + body)
              #expect([200, 400, 422].contains(answer.status), "\(field): \(answer)")
            }
          }
          let plain = try await time(Self.plain(bytes))
          let hostile = try await time(Self.accents(bytes))
          #expect(hostile - plain <= Self.limit, "\(field), \(calls) of \(bytes) bytes: \(plain), \(hostile)")
        }
      }
    }
  }

  @Test func `accents in any place of an operator's request cost no more than letters`() async throws {
    try await Self.run { bench in
      let requests = [
        ##"{"command":"#"}"##, ##"{"#":"#"}"##, ##"{"command":"explain","customer":"#"}"##,
        ##"{"command":"explain","customer":"ann","trigger":"#"}"##,
        ##"{"command":"explain","customer":"ann","at":"#"}"##,
        ##"{"command":"preview","template":"#","customer":"ann"}"##,
        ##"{"command":"preview","template":"welcome/thanks","customer":"#"}"##,
        ##"{"command":"pause","trigger":"#"}"##, ##"{"command":"resume","trigger":"#"}"##,
        ##"{"command":"messages","state":"#"}"##,
        ##"{"command":"resolve","message":"#","as":"#","resolution":"#"}"##,
        ##"{"command":"export","customer":"#"}"##, ##"{"command":"forget","customer":"#"}"##,
        ##"{"command":"unsubscribe","customer":"#","channel":"#"}"##,
        ##"{"command":"suppress","channel":"#","address":"x"}"##,
        ##"{"command":"suppress","channel":"email","address":"#"}"##,
        ##"{"command":"unsuppress","channel":"email","address":"#"}"##,
        ##"{"command":"send-test","channel":"#","to":"#"}"##, ##"{"operation":"#"}"##,
      ]
      for request in requests {
        func time(_ texts: Texts) async throws -> Duration {
          let json = try JSON.parse(Self.filled(request, texts))
          return try await bench.time { _ = try? await bench.shop.ask(json) }
        }
        let plain = try await time(Self.plain(300_000))
        let hostile = try await time(Self.accents(300_000))
        #expect(hostile - plain <= Self.limit, "\(request): \(plain), \(hostile)")
      }
    }
  }

  @Test(arguments: [
    "customers:id,email,phone,first_name,last_name,birthday,time_zone,locale,tags,consent.email,#",
    "customers:id,email,phone,first_name,last_name,birthday,time_zone,locale,tags,consent.email",
    "products:sku,name,price,currency,url,image,cycle_days",
    "orders:order_id,customer_id,placed_at,total,currency,status",
  ])
  func `accents as a header and in any cell of a file cost no more than letters`(_ file: String) async throws
  {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let kind = String(file.prefix { $0 != ":" })
      let header = String(file.drop { $0 != ":" }.dropFirst())
      let columns = header.split(separator: ",").map(String.init)
      let good: [String: String] = [
        "placed_at": "2026-11-01", "total": "1", "price": "1", "email": "a@b.example", "currency": "CNY",
        "url": "https://a.example", "image": "https://a.example/a.png", "cycle_days": "3",
      ]
      var pattern = header + "\n"
      for hostile in columns.indices {
        pattern +=
          columns.indices.map { $0 == hostile ? "#" : good[columns[$0]] ?? "a" }.joined(separator: ",") + "\n"
      }
      func time(_ texts: Texts) async throws -> Duration {
        let path = shop.directory + "/file.csv"
        try Files.write(Self.filled(pattern, texts), to: path)
        let answer = try await Answer.of(
          [
            "/bin/bash", "-c", #"TIMEFORMAT="%3U %3S"; time "$@" > /dev/null 2>&1"#, "bash",
            try Program.path(),
            "import", kind, path, "--config", shop.configuration,
          ], environment: shop.environment)
        let seconds = answer.errorOutput.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
        #expect(seconds.count == 2, "\(answer)")
        return .seconds(seconds.reduce(0, +))
      }
      let plain = try await time(Self.plain(60_000))
      let hostile = try await time(Self.accents(60_000))
      #expect(hostile - plain <= Self.limit, "\(plain), \(hostile)")
    }
  }
}
