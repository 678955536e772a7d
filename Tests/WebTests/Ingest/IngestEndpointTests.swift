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
        "/v1/\(call.rawValue)", #"{"userId":"ann","event":"X","messageId":"m"}"#)
      #expect(answer.body == "{\"success\":true}\n")
      #expect(site.state.events.count == (call == .alias ? 0 : 1))
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
