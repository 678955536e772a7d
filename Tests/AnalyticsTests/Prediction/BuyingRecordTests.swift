import Analytics
import Testing

@Suite struct BuyingRecordTests {
  @Test func `several orders on a day are one, and days after the end do not count`() {
    #expect(
      BuyingRecord(days: [3, 3, 10, 10, 24, 40], end: 30) == BuyingRecord(repeats: 2, lastRepeat: 21, age: 27)
    )
  }

  @Test func `a customer without an order before the end has no record`() {
    #expect(BuyingRecord(days: [], end: 30) == nil)
    #expect(BuyingRecord(days: [31], end: 30) == nil)
    #expect(BuyingRecord(days: [30], end: 30) == BuyingRecord(repeats: 0, lastRepeat: 0, age: 0))
  }
}
