import Platform
import Testing

struct FailureSpellTests {
  @Test func `only the first failure is told, and the end with their number and how long they went on`() {
    let spell = FailureSpell()
    #expect(spell.worked(at: .seconds(1)) == nil)
    #expect(spell.failed(at: .seconds(2)))
    for second in 3..<60 { #expect(!spell.failed(at: .seconds(second))) }
    let end = spell.worked(at: .seconds(62))
    #expect(end?.failures == 58)
    #expect(end?.lasted == .seconds(60))
    #expect(spell.worked(at: .seconds(63)) == nil)
    #expect(spell.failed(at: .seconds(64)))
  }
}
