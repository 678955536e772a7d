import Domain
import Testing
import Web

struct EnvelopeDecodingTests {
  /// The time of a call sent with these clocks, or why it has none.
  private func time(_ fields: JSON) throws -> String {
    var object: JSONObject = ["userId": "ann", "event": "X", "messageId": "m"]
    for member in try #require(fields.objectValue) { object[member.key] = member.value }
    let decoded = try Decoding.decode(.object(object), as: .single(.track))
    return decoded.events.first?.event.at.iso8601 ?? decoded.problems.map(\.description).joined()
  }

  @Test(
    arguments: [
      ([:], "2026-03-01T10:00:00Z"),
      (["timestamp": "2026-03-01T09:59:00+00:00"], "2026-03-01T09:59:00Z"),
      (["timestamp": "2026-03-01T17:59:00.123456+08:00"], "2026-03-01T09:59:00.123Z"),
      // A clock an hour ahead: timestamp = receivedAt - (sentAt - originalTimestamp).
      (
        ["timestamp": "2026-03-01T10:30:00Z", "sentAt": "2026-03-01T11:00:00Z"], "2026-03-01T09:30:00Z"
      ),
      (
        ["originalTimestamp": "2026-03-01T08:30:00Z", "sentAt": "2026-03-01T09:00:00Z"],
        "2026-03-01T09:30:00Z"
      ),
      // The way of the request is no wrong clock.
      (["timestamp": "2026-03-01T09:00:00Z", "sentAt": "2026-03-01T09:59:55Z"], "2026-03-01T09:00:00Z"),
      // Ahead of the receipt by less than a day.
      (["timestamp": "2026-03-01T12:00:00Z"], "2026-03-01T10:00:00Z"),
      (["timestamp": "2016-03-02T00:00:00Z"], "2016-03-02T00:00:00Z"),
      (["timestamp": "2026-02-28T23:59:60Z"], "2026-02-28T23:59:59.999Z"),
      (["timestamp": nil, "sentAt": "nonsense"], "2026-03-01T10:00:00Z"),
    ] as [(JSON, String)])
  func `the time of an event is when it happened by our clock`(_ fields: JSON, _ expected: String) throws {
    #expect(try time(fields) == expected)
  }

  @Test(
    arguments: [
      ("1970-01-21T08:00:00Z", "more than ten years ago; import history from a file instead"),
      ("2036-03-01T10:00:00Z", "more than a day in the future; check the sender's clock"),
      ("2026-03-02T10:00:01Z", "more than a day in the future; check the sender's clock"),
      ("2026-02-30T10:00:00Z", "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
      ("2026-03-01T10:00:00", "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
      (1_772_359_200, "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    ] as [(JSON, String)])
  func `an impossible time is refused`(_ value: JSON, _ expected: String) throws {
    #expect(try time(["timestamp": value]) == "timestamp: \(expected)")
  }

  @Test(
    arguments: [
      (["event": "X"], "userId: missing; give the customer's id"),
      (["userId": "", "event": "X"], "userId: missing; give the customer's id"),
      (["userId": ["ann"], "event": "X"], "userId: a JSON array; give a text"),
      (["userId": 1.5, "event": "X"], "userId: a JSON number; give a text"),
      (["userId": "ann\n", "event": "X"], "userId: holds control characters; remove them"),
      (["userId": "ann\u{85}", "event": "X"], "userId: holds control characters; remove them"),
      (
        ["userId": .string(String(repeating: "a", count: 1 << 20)), "event": "X"],
        "userId: 1048576 bytes long, at most 256 are taken"
      ),
      (["userId": "ann", "event": "X", "messageId": [:]], "messageId: a JSON object; give a text"),
      (["userId": "ann"], "event: missing or no text; give the event's name"),
      (["userId": "ann", "event": "X", "properties": [1]], "properties: a JSON array; send an object"),
    ] as [(JSON, String)])
  func `a call without its envelope is refused`(_ body: JSON, _ expected: String) throws {
    let decoded = try Decoding.decode(body, as: .single(.track))
    #expect(decoded.problems.map(\.description) == [expected])
    #expect(decoded.events == [])
  }

  @Test(arguments: ["'; DROP TABLE customers; --", "🍵", "安娜", "507"])
  func `any printable id is taken as it is`(_ id: String) throws {
    let decoded = try Decoding.decode(["userId": .string(id), "event": "X"], as: .single(.track))
    #expect(decoded.events.map(\.customerID) == [id])
    #expect(
      try Decoding.decode(["userId": 507, "event": "X"], as: .single(.track)).events.map(\.customerID) == [
        "507"
      ])
  }

  @Test func `a visitor has an id of a kind of its own, and what is said of two ids is told apart`() throws {
    let decoded = try Decoding.decode(
      [
        "batch": [
          ["type": "track", "event": "X", "anonymousId": "v1"],
          ["type": "track", "event": "X", "anonymousId": "v1", "userId": nil],
          ["type": "alias", "previousId": "v1", "userId": "ann"],
          ["type": "track", "event": "X", "anonymousId": "v1", "userId": "ann"],
          ["type": "page", "anonymousId": 7, "userId": "ann"],
          ["type": "track", "event": "X", "anonymousId": "", "userId": "ann"],
          ["type": "track", "event": "X", "anonymousId": ["v"], "userId": "ann"],
        ]
      ], as: .batch)
    #expect(decoded.events.map(\.customerID) == ["anonymous:v1", "anonymous:v1", "ann", "ann", "ann", "ann"])
    #expect(
      decoded.names.map { "\($0.kind) \($0.name) \($0.customerID)" } == [
        "alias v1 ann", "visitor v1 ann", "visitor 7 ann",
      ])
    #expect(decoded.namePositions == [2, 3, 4])
    #expect(decoded.problems == [])
  }

  @Test func `what cannot be an id or an alias is refused`() throws {
    let long = String(repeating: "x", count: 10_240)
    let decoded = try Decoding.decode(
      [
        "batch": [
          ["type": "track", "event": "X", "userId": "anonymous:v1"],
          ["type": "track", "event": "X", "anonymousId": .string(long)],
          ["type": "track", "event": "X"],
          ["type": "alias", "previousId": "ann", "userId": "ann"],
          ["type": "alias", "previousId": "v1", "anonymousId": "v1"],
          ["type": "alias", "previousId": "", "userId": "ann"],
          ["type": "alias", "previousId": .string(long), "userId": "ann"],
          ["type": "alias", "previousId": "anonymous:v1", "userId": "ann"],
        ]
      ], as: .batch)
    #expect(decoded.events == [] && decoded.names == [])
    #expect(
      decoded.problems.map(\.description) == [
        "batch[0].userId: begins with anonymous:, as only visitors' ids do; send an anonymousId",
        "batch[1].anonymousId: 10240 bytes long, at most 256 are taken",
        "batch[2].userId: missing; give the customer's id",
        "batch[3].previousId: the same as the userId; an id needs no alias to itself",
        "batch[4].userId: missing; give the id that the customer has from now on",
        "batch[5].previousId: missing; give the id that the customer had before",
        "batch[6].previousId: 10240 bytes long, at most 256 are taken",
        "batch[7].previousId: begins with anonymous:, as only visitors' ids do; send an anonymousId",
      ])
    #expect(decoded.refused == 8)
  }

  @Test func `one bad event of a batch costs no other`() throws {
    let decoded = try Decoding.decode(
      [
        "batch": [
          ["type": "track", "event": "A", "userId": "ann"], "text", ["type": "purchase", "userId": "ann"],
          ["type": "track", "event": "Order Completed", "userId": "ann", "properties": ["order_id": "o"]],
          ["type": "identify", "userId": "ann", "traits": ["email": "x"]],
          ["type": "page", "userId": "ann", "name": "Home", "category": "Shop"],
          ["type": "screen", "userId": "ann", "name": "Start"],
          ["type": "group", "userId": "ann", "groupId": "g", "traits": ["size": 3]],
        ]
      ], as: .batch)
    #expect(
      decoded.events.map(\.event.name) == [
        "a", .customerIdentified, "page_viewed", "screen_viewed", "group_joined",
      ])
    #expect(decoded.events[2].event.properties == ["name": .string("Home"), "category": .string("Shop")])
    #expect(
      decoded.problems.map(\.description) == [
        "batch[1].event: a JSON string; send an object",
        "batch[2].type: missing or unknown; give one of identify, track, page, screen, group, alias",
        "batch[3].properties.total: missing; give total, revenue or products with prices",
        "batch[4].traits.email: not an email address: it has no @; give one such as ann@example.com",
      ])
    #expect(decoded.problems.map(\.isEventKept) == [false, false, false, true])
    #expect(decoded.refused == 3)
  }

  @Test(
    arguments: [
      ([], "the body is a JSON array; send an object"),
      ([:], "batch: missing or no array; send {\"batch\": [...]}"),
      (["batch": [:]], "batch: missing or no array; send {\"batch\": [...]}"),
      (
        ["batch": .array(Array(repeating: .null, count: 5001))],
        "batch: 5001 events, at most 5000 are taken; send smaller batches"
      ),
    ] as [(JSON, String)])
  func `a body of another shape is refused whole`(_ body: JSON, _ expected: String) {
    #expect(throws: TrackingShapeError(description: expected)) { try Decoding.decode(body, as: .batch) }
  }

  @Test func `an event without an id gets the same one whenever it is sent again`() throws {
    func ids(_ bodies: JSON..., received: Instant = Decoding.received) throws -> [String] {
      try Decoding.decode(["batch": .array(bodies)], as: .batch, received: received).events.map(
        \.event.messageID)
    }
    let timed: JSON = ["type": "track", "event": "X", "userId": "ann", "timestamp": "2026-03-01T09:00:00Z"]
    let untimed: JSON = ["type": "track", "event": "X", "userId": "ann"]
    let first = try ids(timed, timed, untimed, untimed)
    #expect(first[0] == first[1])
    #expect(Set(first).count == 3)
    #expect(first[0].hasPrefix("sha256:"))
    #expect(try ids(timed, received: Decoding.received + .hours(1))[0] == first[0])
    #expect(try ids(untimed, received: Decoding.received + .hours(1))[0] != first[2])
  }
}
