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

  @Test func `no body costs more than there is, for reading ends with the 250,001st value`() {
    let values = [UInt8](repeating: 0x2C, count: 4 << 20)
    #expect(IngestCost.of(values) == 3 * (4 << 20) + 250_001 * 96)
    #expect(IngestCost.of(values) <= IngestCost.room)
    #expect(IngestCost.most(4 << 20) == IngestCost.of(values))
  }
}
