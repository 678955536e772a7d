import Analytics
import Domain
import Testing

@Suite struct BuyingRhythmTests {
  @Test func `the customer's median weighs as many gaps as there are, the shop's weighs three`() {
    #expect(BuyingRhythm.cycle(days: [0], shop: .days(60)) == .days(60))
    #expect(BuyingRhythm.cycle(days: [], shop: .days(60)) == .days(60))
    #expect(BuyingRhythm.cycle(days: [0, 20], shop: .days(60)) == .days(50))
    #expect(BuyingRhythm.cycle(days: [0, 20, 50, 70], shop: .days(60)) == .days(40))
    #expect(BuyingRhythm.cycle(days: [0, 10, 31], shop: .days(60)) == .milliseconds(3_646_080_000))
  }
}
