import Domain
import Support
import Testing
import Web

/// What a sender spells in two ways stays two; see `HostileText`.
struct HostileTextTests {
  @Test func `two spellings of a letter are two names of an attribute and two events`() async throws {
    try await TestSite.run { site in
      let (a, b) = (HostileText.composed, HostileText.decomposed)
      let answer = try await site.post(
        "/v1/batch",
        #"""
        {"batch":[{"type":"identify","userId":"ann","messageId":"\#(a)","traits":{"\#(a)":1,"\#(b)":2,"tags":["\#(a)","\#(b)"]}},
        {"type":"track","event":"x","userId":"ann","messageId":"\#(b)","properties":{"\#(a)":1,"\#(b)":2}}]}
        """#)
      #expect(answer.status == 200)
      try #require(site.state.events.count == 2)
      guard case .identify(let traits) = site.state.events[0].effect else {
        Issue.record("no traits")
        return
      }
      #expect(traits.attributes[a] == .integer(1) && traits.attributes[b] == .integer(2))
      #expect(traits.tags == [a, b])
      #expect(site.state.events[1].event.properties[b] == .integer(2))
    }
  }
}
