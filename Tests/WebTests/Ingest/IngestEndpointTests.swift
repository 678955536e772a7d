import Domain
import Platform
import Support
import Testing
import Web

struct IngestEndpointTests {
  private static let order =
    #"{"userId":"ann","event":"Order Completed","messageId":"m1","properties":{"order_id":"o1","total":19.99}}"#

  @Test func `an event is answered with success after it was taken`() async throws {
    try await TestSite.run { site in
      let answer = try await site.post("/v1/track", Self.order)
      #expect(answer.status == 200)
      #expect(answer.body == "{\"success\":true}\n")
      #expect(answer["Content-Type"] == "application/json")
      #expect(answer["Cache-Control"] == "no-store")
      #expect(answer["X-Content-Type-Options"] == "nosniff")
      #expect(site.state.events.map(\.event.messageID) == ["m1"])
      #expect(try await site.post("/v1/track", Self.order).status == 200)
      #expect(site.state.events.count == 1)
    }
  }

  @Test(arguments: TrackingCall.allCases)
  func `every call has its path`(_ call: TrackingCall) async throws {
    try await TestSite.run { site in
      let answer = try await site.post(
        "/v1/\(call.rawValue)", #"{"userId":"ann","previousId":"v","event":"X","messageId":"m"}"#)
      #expect(answer.body == "{\"success\":true}\n")
      #expect(site.state.events.count == (call == .alias ? 0 : 1))
    }
  }

  @Test func `a refused alias is told, and an event is kept though its visitor gets no user`() async throws {
    try await TestSite.run { site in
      site.change { $0.nameRefusals = [0: .cycle, 1: .tooMany, 2: .ofAnother] }
      let answer = try await site.post(
        "/v1/batch",
        #"{"batch":[{"type":"alias","userId":"ann","previousId":"b"},"#
          + #"{"type":"track","userId":"ann","anonymousId":"v","event":"B","messageId":"2"},"#
          + #"{"type":"alias","userId":"ann","previousId":"c"}]}"#)
      #expect(answer.status == 422)
      #expect(answer.json?["stored"] == 1 && answer.json?["refused"] == 2)
      let problems = answer.json?["problems"]?.arrayValue ?? []
      #expect(
        problems.map {
          "\($0["index"]?.integerValue ?? -1) \($0["field"]?.stringValue ?? ""): \($0["reason"]?.stringValue ?? "")"
        }
          == [
            "0 previousId: the customer goes by this id, and the userId is an earlier one; alias names the earlier id first",
            "1 anonymousId: the customer has 100 ids already and gets no more; does one id stand for many people?",
            "2 previousId: a visitor who is another user already; to join two users, give the id of one as previousId",
          ])
      #expect(problems.map { $0["event_stored"] } == [false, true, false])
    }
  }

  @Test func `good events of a batch are stored and bad ones named`() async throws {
    try await TestSite.run { site in
      let answer = try await site.post(
        "/v1/batch",
        #"{"batch":[{"type":"track","userId":"ann","event":"A","messageId":"1"},{"type":"track","event":"B"}]}"#
      )
      #expect(answer.status == 422)
      #expect(
        answer.body
          == #"{"success":false,"code":"invalid_event","message":"batch[1].userId: missing; give the customer's id","#
          + #""stored":1,"duplicates":0,"refused":1,"problems":[{"field":"userId","#
          + #""reason":"missing; give the customer's id","index":1,"event_stored":false}]}"# + "\n")
      #expect(site.state.events.map(\.event.messageID) == ["1"])
      #expect(site.log.names == ["events_refused"])
    }
  }

  @Test func `a store that fails is answered 503 and the event is not lost by repeating`() async throws {
    try await TestSite.run { site in
      site.change { $0.failures = 1 }
      let answer = try await site.post("/v1/track", Self.order)
      #expect(answer.status == 503)
      #expect(answer["Retry-After"] == "1")
      #expect(
        answer.body
          == #"{"success":false,"code":"unavailable","message":"the events could not be stored; send them again"}"#
          + "\n")
      #expect(try await site.post("/v1/track", Self.order).status == 200)
      #expect(site.state.events.count == 1)
    }
  }
}
