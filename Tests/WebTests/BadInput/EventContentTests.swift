import Domain
import Platform
import Support
import Testing
import Web

/// Well-formed JSON with impossible ids, times and fields that are nobody's business.
struct EventContentTests {
  /// The answer to one track call with these members beside a name and a message id.
  private func track(_ site: TestSite, _ members: String) async throws -> RawAnswer {
    try await site.post("/v1/track", #"{"event":"X","messageId":"m1",\#(members)}"#)
  }

  // MARK: - Ids

  @Test(arguments: [
    (#""userId":["ann"]"#, "userId: a JSON array; give a text"),
    (#""userId":{"$ne":""}"#, "userId: a JSON object; give a text"),
    (#""userId":null"#, "userId: missing; give the customer's id"),
    (#""userId":"""#, "userId: missing; give the customer's id"),
    (#""userId":true"#, "userId: a JSON boolean; give a text"),
    (#""userId":1.5"#, "userId: a JSON number; give a text"),
    (#""userId":"a\nb""#, "userId: holds control characters; remove them"),
    (#""userId":"a\u001b[31m""#, "userId: holds control characters; remove them"),
    (#""userId":"a\u2028b""#, "userId: holds control characters; remove them"),
  ])
  func `an id that is no text is answered 422`(_ members: String, _ message: String) async throws {
    try await TestSite.run { site in
      let answer = try await track(site, members)
      #expect(answer.status == 422)
      #expect(answer.json?["message"] == .string(message))
      #expect(site.state.events == [])
    }
  }

  @Test func `an id of a megabyte is answered 422`() async throws {
    try await TestSite.run { site in
      let long = String(repeating: "a", count: 1 << 20)
      let answer = try await track(site, "\"userId\":\"\(long)\"")
      #expect(answer.status == 422)
      #expect(answer.json?["message"] == "userId: 1048576 bytes long, at most 256 are taken")
      #expect(answer.body.utf8.count < 1000, "the answer repeats the id")
      #expect(!site.log.lines.joined().contains("aaaa"))
    }
  }

  @Test(arguments: ["'; DROP TABLE customers; --", "🍵👨‍👩‍👧", "安娜", "../../etc/passwd", "$(id)", "{{ 7*7 }}", "0"])
  func `any printable text is an id, whatever it looks like`(_ id: String) async throws {
    try await TestSite.run { site in
      let answer = try await track(site, "\"userId\":\(JSON.string(id).text())")
      #expect(answer.status == 200)
      #expect(site.state.events.map(\.customerID) == [id])
    }
  }

  // MARK: - Times

  @Test(arguments: [
    (#""1970-01-01T00:00:00Z""#, "more than ten years ago; import history from a file instead"),
    (#""0000-01-01T00:00:00Z""#, "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    (#""2026-02-30T10:00:00Z""#, "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    (#""2026-02-28T24:30:00Z""#, "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    (#""2026-02-28T10:00:00""#, "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    (#""99999-01-01T00:00:00Z""#, "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    ("1772359200", "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
    ("1e308", "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"),
  ])
  func `an impossible time is answered 422`(_ time: String, _ reason: String) async throws {
    try await TestSite.run { site in
      let answer = try await track(site, "\"userId\":\"ann\",\"timestamp\":\(time)")
      #expect(answer.status == 422)
      #expect(answer.json?["message"] == .string("timestamp: \(reason)"))
      #expect(site.state.events == [])
    }
  }

  private func now(plus duration: Duration) -> Instant {
    Instant(milliseconds: SystemTime.wallMilliseconds()) + duration
  }

  @Test func `a time in ten years is answered 422, one of the next hours counts as now`() async throws {
    try await TestSite.run { site in
      let far = now(plus: .days(3653)).iso8601
      let refused = try await track(site, "\"userId\":\"ann\",\"timestamp\":\"\(far)\"")
      #expect(refused.status == 422)
      #expect(
        refused.json?["message"] == "timestamp: more than a day in the future; check the sender's clock")
      let soon = now(plus: .hours(5)).iso8601
      let before = now(plus: .zero)
      let answer = try await track(site, "\"userId\":\"ann\",\"timestamp\":\"\(soon)\"")
      #expect(answer.status == 200)
      let taken = try #require(site.state.events.first)
      #expect(taken.event.at >= before && taken.event.at <= now(plus: .zero))
    }
  }

  @Test func `a leap second is the last moment of its minute`() async throws {
    try await TestSite.run { site in
      let leap = "2016-12-31T23:59:60Z"
      let answer = try await track(site, "\"userId\":\"ann\",\"timestamp\":\"\(leap)\"")
      #expect(answer.status == 200)
      #expect(site.state.events.map(\.event.at.iso8601) == ["2016-12-31T23:59:59.999Z"])
    }
  }

  // MARK: - Fields that are not the sender's to set

  @Test func `fields of the program are data like any other`() async throws {
    try await TestSite.run { site in
      let members =
        #""userId":"ann","key":7,"workspace":2,"unsubscribed":false,"suppressed":false,"state":"sent","admin":true"#
      let answer = try await track(site, members)
      #expect(answer.status == 200)
      let incoming = try #require(site.state.events.first)
      #expect(incoming.event.properties == [:])
      #expect(incoming.effect == .none)

      let identify =
        #"{"userId":"ann","messageId":"m2","traits":{"id":"bob","key":7,"unsubscribed":false,"workspace":2,"fieldTimes":{}}}"#
      #expect(try await site.post("/v1/identify", identify).status == 200)
      let second = try #require(site.state.events.last)
      #expect(second.customerID == "ann")
      guard case .identify(let traits) = second.effect else {
        Issue.record("\(second.effect)")
        return
      }
      // Kept as attributes of these names; consent and everything else is left alone.
      #expect(traits.consent == [:] && traits.email == nil && traits.tags == nil)
      #expect(
        traits.attributes.entries.map(\.name) == ["id", "key", "unsubscribed", "workspace", "fieldTimes"])
    }
  }

  @Test func `nobody can be read, whatever id is guessed`() async throws {
    try await TestSite.run { site in
      let nothing = try await site.get("/v1/customers/ann")
      #expect(nothing.status == 404)
      for path in [
        "/v1/identify/ann", "/v1/customers/1", "/v1/users/bob/traits", "/v1/events/m1", "/v1/messages/1",
        "/customers/ann", "/api/v1/customers", "/export/ann", "/admin", "/control", "/receipts/email",
      ] {
        for method in ["GET", "POST", "DELETE"] {
          let answer = try await site.get(path, headers: TestSite.authorization, method: method)
          #expect(answer.status == 404, "\(method) \(path)")
          #expect(answer.body == nothing.body, "\(method) \(path)")
        }
      }
    }
  }

  // MARK: - What the store objects to

  @Test func `what is refused in view of the store is named by its place in the batch`() async throws {
    try await TestSite.run { site in
      // The second event that was handed over, which is the third of the batch.
      site.change {
        $0.takeProblems = [EventProblem(index: 1, field: "messageId", reason: "stands for another event")]
      }
      let answer = try await site.post(
        "/v1/batch",
        #"{"batch":[{"type":"track","userId":"ann","event":"A","messageId":"1"},"#
          + #"{"type":"alias","previousId":"v","userId":"ann"},"#
          + #"{"type":"track","userId":"ann","event":"B","messageId":"2"}]}"#)
      #expect(answer.status == 422)
      #expect(answer.json?["message"] == "batch[2].messageId: stands for another event")
      #expect(answer.json?["problems"]?[0]?["index"] == 2)
      #expect(answer.json?["refused"] == 1)
      #expect(try await site.get("/metrics").body.contains("reprise_events_total{outcome=\"refused\"} 1\n"))
    }
  }
}
