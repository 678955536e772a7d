import Analytics
import Testing

@Suite struct ValueLayerTests {
  @Test func `a fifth is low, a fifth is high, and equal values stay together`() {
    let values = (1...10).map(Int64.init)
    let cuts = ValueLayerCuts(of: values)
    #expect(
      values.map(cuts.layer) == [
        .low, .low, .middle, .middle, .middle, .middle, .middle, .middle, .high, .high,
      ])
    let same = ValueLayerCuts(of: [Int64](repeating: 7, count: 40))
    #expect(same.layer(of: 7) == .middle)
  }
}
