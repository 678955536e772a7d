import Decisioning
import Domain
import Support
import Testing

struct LedgerKeyTests {
  @Test func `the same message has the same key for ever`() {
    let key = LedgerKey(trigger: "welcome", occurrence: "first", customer: "ann", step: "thanks")
    // From Python's hashlib. A change of these digits would send every message of a running shop a second
    // time.
    #expect(key.messageUID == "2173eeffd8b44cdefa9d55622d3408a9")
    #expect(key.bytes.count == 32)
  }

  @Test func `no two different messages share a key`() {
    let parts = [
      ("a", "b", "c", "d"), ("ab", "", "c", "d"), ("a", "bc", "", "d"), ("", "a", "bc", "d"),
      ("a", "b", "cd", ""),
    ]
    let keys = parts.map {
      LedgerKey(trigger: TriggerID($0.0), occurrence: $0.1, customer: $0.2, step: StepID($0.3))
    }
    #expect(Set(keys).count == keys.count)
  }
}
