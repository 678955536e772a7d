import Domain
import Testing
import Web

/// Calls that are wrong in one way or another, and take back consent.
struct WithdrawalDecodingTests {
  private static let word: JSONObject = [
    "type": "track", "userId": "ann", "messageId": "m1", "event": "Consent Withdrawn",
    "properties": ["channel": "email"],
  ]
  private static let flag: JSONObject = [
    "type": "identify", "userId": "ann", "messageId": "m1",
    "traits": ["consent": ["email": false, "sms": true]],
  ]
  private static let beside: JSONObject = [
    "type": "track", "userId": "ann", "messageId": "m1", "event": "Quiz Finished",
    "context": ["traits": ["consent": ["email": "withdrawn"]]],
  ]

  private static let many = JSON.object(
    JSONObject(members: (0..<300).map { JSONObject.Member(key: "a\($0)", value: 1) }))

  /// What is done to a good call, and what is said of it.
  static let faults: [(name: String, change: @Sendable (inout JSONObject) -> Void, problem: String)] = [
    (
      "a time next year", { $0["timestamp"] = "2027-03-01T10:00:00Z" },
      "timestamp: more than a day in the future; check the sender's clock"
    ),
    (
      "a time eleven years ago", { $0["timestamp"] = "2015-03-01T10:00:00Z" },
      "timestamp: more than ten years ago; import history from a file instead"
    ),
    (
      "a time that is none", { $0["timestamp"] = "yesterday" },
      "timestamp: not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"
    ),
    (
      "a time of another type", { $0["timestamp"] = 17 },
      "timestamp: not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"
    ),
    (
      "an id that is too long", { $0["messageId"] = .string(String(repeating: "m", count: 300)) },
      "messageId: 300 bytes long, at most 256 are taken"
    ),
    ("an id that is no text", { $0["messageId"] = [] }, "messageId: a JSON array; give a text"),
  ]

  @Test(arguments: [word, flag, beside].indices, faults.indices)
  func `a withdrawal counts whatever is wrong beside it`(_ call: Int, _ fault: Int) throws {
    var object = [Self.word, Self.flag, Self.beside][call]
    Self.faults[fault].change(&object)
    let decoded = try Decoding.decode(["batch": [.object(object), 7]], as: .batch)
    let event = try #require(decoded.events.first)
    #expect(event.customerID == "ann" && event.event.at == Decoding.received)
    #expect(!event.event.messageID.isEmpty && event.event.messageID.utf8.count <= 256)
    #expect(Self.withdrawn(event) == ["email"])
    #expect(
      decoded.problems.map(\.description) == [
        "batch[0].\(Self.faults[fault].problem); the withdrawal of consent in it was taken",
        "batch[1].event: a JSON number; send an object",
      ])
    #expect(decoded.problems.map(\.isEventKept) == [true, false])
    #expect(decoded.positions == [0])
  }

  private static func withdrawn(_ event: IncomingEvent) -> [ChannelName] {
    var channels = event.traits?.consent ?? [:]
    switch event.effect {
    case .consent(let names, let state): for name in names { channels[name] = state }
    case .identify(let traits): channels.merge(traits.consent) { $1 }
    default: break
    }
    #expect(channels.values.allSatisfy { $0 == .withdrawn })
    return channels.keys.sorted()
  }

  @Test func `a withdrawal counts beside more than is taken of one call`() throws {
    var word = Self.word
    word["properties"] = ["channel": "email", "text": .string(String(repeating: "x", count: 70_000))]
    var flag = Self.flag
    flag["traits"] = Self.many
    flag["context"] = ["traits": ["consent": ["email": false]]]
    var beside = Self.beside
    beside["context"] = [
      "traits": ["consent": ["email": false], "x": .string(String(repeating: "x", count: 70_000))]
    ]
    for (call, kept) in [(word, false), (flag, false), (beside, true)] {
      let decoded = try Decoding.decode(["batch": [.object(call)]], as: .batch)
      let event = try #require(decoded.events.first)
      #expect(Self.withdrawn(event) == ["email"])
      #expect(decoded.problems.count == 1 && decoded.problems[0].isEventKept)
      #expect(decoded.problems[0].reason.hasSuffix("; the withdrawal of consent in it was taken"))
      #expect((event.event.name == "quiz_finished") == kept)
    }
  }

  @Test func `of more channels than are taken, those withdrawn come first`() throws {
    var consent = JSONObject(
      members: (0..<400).map { JSONObject.Member(key: "c\($0)", value: true) })
    consent["Email"] = false
    let (traits, problems) = try Decoding.identify(["consent": .object(consent)])
    #expect(traits.consent["email"] == .withdrawn)
    #expect(traits.consent.count == 257)
    #expect(problems == ["traits.consent: 401 channels, at most 256 are taken"])
    let twice = try Decoding.identify(["consent": ["email": false, "EMAIL": true]])
    #expect(twice.traits.consent == ["email": .withdrawn])
  }

  @Test func `a withdrawal of nobody's consent is refused and not passed over`() throws {
    var word = Self.word
    word["userId"] = nil
    let decoded = try Decoding.decode(["batch": [.object(word)]], as: .batch)
    #expect(decoded.events == [])
    #expect(decoded.problems.map(\.description) == ["batch[0].userId: missing; give the customer's id"])
    word["anonymousId"] = "visitor"
    let visitors = try Decoding.decode(["batch": [.object(word)]], as: .batch)
    #expect(visitors.events.map(\.customerID) == ["anonymous:visitor"])
  }

  @Test func `what grants consent is refused with its event`() throws {
    var word = Self.word
    word["event"] = "Consent Granted"
    word["timestamp"] = "yesterday"
    let decoded = try Decoding.decode(["batch": [.object(word)]], as: .batch)
    #expect(decoded.events == [] && decoded.refused == 1)
  }
}
