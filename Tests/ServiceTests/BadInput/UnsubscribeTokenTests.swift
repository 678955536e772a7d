import Domain
import Platform
import Support
import Testing

@testable import Decisioning
@testable import Service

/// Real links against the running daemon: changed, forged, guessed, old, and of people who are gone.
struct UnsubscribeTokenTests {
  private static let customers = [
    RunningShop.identify("ann", ["email": "ann@customers.example"], message: "m-1"),
    RunningShop.identify("bob", ["email": "bob@customers.example"], message: "m-2"),
  ]

  /// Sends each token by GET and POST and expects the one answer to links that cannot be used.
  private func refuse(_ tokens: [String], _ shop: RunningShop) async throws {
    let unknown = await shop.send("GET", "/u/unknown").visible
    #expect(unknown.contains("404\n"))
    for token in tokens {
      for method in ["GET", "POST"] {
        let answer = await shop.send(method, "/u/\(token)")
        #expect(answer.visible == unknown, "\(method) \(token.prefix(200))")
      }
    }
    #expect(try await shop.count("SELECT count(*) FROM consents") == 0)
  }

  @Test func `a token with any bit changed, cut off or added to opens nothing`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post(Self.customers).status == 200)
      let token = try shop.token("ann")
      let bytes = try #require(Base64.bytes(token, .urlSafe))
      var tokens: [String] = []
      for index in bytes.indices {
        for bit in 0..<8 {
          var changed = bytes
          changed[index] ^= 1 << UInt8(bit)
          tokens.append(Base64.text(changed, .urlSafe))
        }
      }
      for length in 1..<bytes.count { tokens.append(Base64.text(Array(bytes.prefix(length)), .urlSafe)) }
      tokens += [Base64.text(bytes + [0], .urlSafe), Base64.text([0] + bytes, .urlSafe)]
      // 128 bits of proof at least.
      #expect(bytes.count - LinkToken.tagLength > 0 && LinkToken.tagLength >= 16)
      try await refuse(tokens, shop)
      #expect(await shop.send("GET", "/u/\(token)").status == 200)
    }
  }

  @Test func `other spellings of a token open nothing`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post(Self.customers).status == 200)
      let token = try shop.token("ann")
      let swapped = token.replacing("-", with: "%2B").replacing("_", with: "%2F")
      var tokens = [
        token + "=", token + "==", token + "%3D", token + "%20", "%20" + token, token + ".", token + "/",
        token + "%2F", token.uppercased(), token.lowercased(), String(token.reversed()), token + token, "=",
        String(repeating: "A", count: 10_240), token + String(repeating: "A", count: 10_240),
        "eyJhbGciOiJub25lIn0.e30.",
      ]
      if swapped != token { tokens.append(swapped) }
      try await refuse(tokens, shop)
    }
  }

  @Test func `a tag belongs to its customer, channel, purpose, key and version`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post(Self.customers).status == 200)
      let key = shop.daemon.shop.current.program.links.key
      let ann = try #require(Base64.bytes(try shop.token("ann"), .urlSafe))
      let bob = try #require(Base64.bytes(try shop.token("bob"), .urlSafe))
      let sms = try #require(Base64.bytes(try shop.token("ann", channel: "sms"), .urlSafe))
      let tag = ann.suffix(16)
      let body = Array(bob.dropLast(16))
      /// With the tag that the real key gives to these bytes: only their meaning is wrong.
      func code(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        HMACSHA256(key: key).authenticate(message).bytes
      }
      func signed(_ change: (inout [UInt8]) -> Void, secret: [UInt8] = key.secret) -> [UInt8] {
        var changed = body
        change(&changed)
        return changed + code(secret, changed).prefix(16)
      }
      let forged: [[UInt8]] = [
        body + tag, Array(sms.dropLast(16)) + tag, body, body + [UInt8](repeating: 0, count: 16),
        body + code([], body).prefix(16), body + code(body, body).prefix(16),
        body + Digest.sha256.hash(body).prefix(16),
        // A whole digest, as another version might write it, and half of one.
        body + code(key.secret, body), body + code(key.secret, body).prefix(8),
        // A purpose that there is not, such as counting clicks; another version; a key that is no more.
        signed { $0[2] = 9 }, signed { $0[2] = 0 }, signed { $0[0] = 2 },
        signed { $0[1] = UInt8(ascii: "0") },
        // Bytes behind the claim, a length that is too long.
        signed { $0.append(0) }, signed { $0[4] &+= 1 },
        signed({ _ in }, secret: [UInt8](repeating: 0, count: 32)),
      ]
      // The forger's own way of signing is right.
      let own = signed({ _ in })
      #expect(own == bob)
      try await refuse(forged.map { Base64.text($0, .urlSafe) }, shop)
    }
  }

  @Test func `guessing the id of a customer leads nowhere`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post(Self.customers).status == 200)
      var tokens = [
        "ann", "bob", "1", "2", "ann@customers.example", Base64.text(Array("ann".utf8), .urlSafe),
      ]
      // The form of a real token, of a known and an unknown customer, without the proof.
      for id in ["ann", "nobody"] + (0..<20).map({ "c\($0)" }) {
        let real = try #require(Base64.bytes(try shop.token(id), .urlSafe))
        tokens.append(Base64.text(Array(real.dropLast(16)) + RandomBytes.make(16), .urlSafe))
      }
      try await refuse(tokens, shop)
    }
  }

  @Test func `fetching a link changes nothing, posting it a thousand times changes one thing`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post(Self.customers).status == 200)
      let path = "/u/\(try shop.token("ann"))"
      let before = try await shop.customer("ann")
      for method in ["GET", "HEAD"] { #expect(await shop.send(method, path).status == 200) }
      #expect(try await shop.customer("ann") == before)
      let first = await shop.send("POST", path)
      #expect(first.status == 200)
      // Sixteen at a time, as one address may.
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<16 {
          group.addTask {
            for _ in 0..<62 {
              let answer = await shop.send("POST", path)
              #expect(answer.visible == first.visible)
            }
          }
        }
      }
      for _ in 0..<7 { _ = await shop.send("POST", path) }
      #expect(try await shop.customer("ann")?.consent == ["email": .withdrawn])
      #expect(try await shop.customer("bob")?.consent == [:])
      // The evidence is written once.
      #expect(try await shop.count("SELECT count(*) FROM consents") == 1)
    }
  }

  @Test func `a link works for as long as the store is kept, whatever is configured since`() async throws {
    let directory = try ShopDirectory()
    var old = ""
    try await RunningShop.run(directory) { shop in
      #expect(await shop.post(Self.customers).status == 200)
      old = try shop.token("ann")
    }
    // Another address, no trigger, no channel of that name.
    let file = directory.path + "/config/reprise.yaml"
    let text = try Files.readText(file, limit: 1 << 20)
    try Files.write(
      Array(
        text.replacing("hello.tea.example", with: "new.tea.example").replacing(
          "  email: {", with: "  mail: {"
        ).utf8),
      to: file)
    try Files.remove(directory.path + "/config/triggers/welcome.yaml")
    let token = old
    try await RunningShop.run(directory) { shop in
      #expect(await shop.send("POST", "/u/\(token)").status == 200)
      let ann = try await shop.customer("ann")
      #expect(ann?.consent == ["email": .withdrawn])
    }
  }

  @Test func `somebody who was forgotten gets the same answer after the same work`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post(Self.customers).status == 200)
      let (known, gone) = ("/u/\(try shop.token("ann"))", "/u/\(try shop.token("bob"))")
      let forgotten = await shop.daemon.responder.handlers.answer(["command": "forget", "customer": "bob"])
      #expect(forgotten["forgotten"] == true)
      /// How many times the disk was synced for a request, by the number of the last commit.
      func commits(_ method: String, _ path: String) async throws -> (answer: String, count: Int64) {
        func last() throws -> Int64 {
          Int64(String(try Files.readText(shop.directory.path + "/reprise.db-generation").prefix(19))) ?? 0
        }
        let before = try last()
        let answer = await shop.send(method, path)
        return (answer.visible, try last() - before)
      }
      #expect(await shop.send("GET", known).visible == (await shop.send("GET", gone)).visible)
      var counts: (known: [Int64], gone: [Int64]) = ([], [])
      for _ in 0..<10 {
        let (one, other) = (try await commits("POST", known), try await commits("POST", gone))
        #expect(one.answer.contains("200\n"))
        #expect(one.answer == other.answer)
        counts.known.append(one.count)
        counts.gone.append(other.count)
      }
      // The daemon commits now and then on its own account.
      #expect(counts.known.min() == 1 && counts.gone.min() == 1, "\(counts)")
      #expect(try await shop.customer("bob") == nil)
      #expect(!shop.log.lines.joined().contains("customer=bob"))
    }
  }
}
