import Testing

@testable import Web

/// What a body costs is known before it is read.
struct IngestCostTests {
  @Test func `many small values cost more than one long text`() {
    let text = Array(#"{"a":"\#(String(repeating: "x", count: 100_000))"}"#.utf8)
    let values = Array(("[" + String(repeating: "[],", count: 30_000) + "[]]").utf8)
    #expect(IngestCost.of(text) < 4 * text.count)
    #expect(IngestCost.of(values) > 30_000 * 96)
    #expect(IngestCost.of(values) <= IngestCost.most(values.count))
  }

  @Test func `two bodies of thousands of orders are not worked on at once`() {
    let product = #"{"sku":"s"},"#
    let order =
      #"{"type":"track","userId":"u","event":"Order Completed","properties":{"order_id":"1","total":1,"products":["#
      + String(repeating: product, count: 12) + "]}},"
    let body = Array((#"{"batch":["# + String(repeating: order, count: 3800) + "]}").utf8)
    #expect(IngestCost.of(body) * 2 > IngestCost.room)
    #expect(IngestCost.of(body) <= IngestCost.room)
  }

  @Test(arguments: 0..<20)
  func `every place of a body counts alike`(offset: Int) {
    let text = [UInt8](repeating: 0x78, count: offset)
    func values(_ body: [UInt8]) -> Int { (IngestCost.of(body) - 3 * body.count) / 96 - 1 }
    #expect(values(text + Array("{".utf8)) == 3)
    #expect(values(text + Array("[".utf8) + text) == 3)
    #expect(values(text + Array(",".utf8) + text) == 1)
    #expect(values(text + Array(repeating: 0x7B, count: 3000)) == 9000)
  }

  @Test func `no body costs more than there is, for reading ends with the 250,001st value`() {
    let values = [UInt8](repeating: 0x2C, count: 4 << 20)
    #expect(IngestCost.of(values) == 3 * (4 << 20) + 250_001 * 96)
    #expect(IngestCost.of(values) <= IngestCost.room)
    #expect(IngestCost.most(4 << 20) == IngestCost.of(values))
  }
}
