import Domain
import Testing

@Suite struct RecordTests {
  /// Look and compare alike as texts of Unicode, and are different bytes.
  private let composed = "caf\u{E9}"
  private let decomposed = "cafe\u{301}"

  @Test(arguments: [0, 30])
  func `names that differ in their bytes are different names, however many there are`(others: Int) {
    var record = Record()
    record[composed] = .integer(1)
    record[decomposed] = .integer(2)
    // Marks in another order: as many bytes, the same text.
    record["q\u{307}\u{323}"] = .integer(3)
    record["q\u{323}\u{307}"] = .integer(4)
    for number in 0..<others { record["n\(number)"] = .integer(Int64(number)) }
    #expect(record.count == 4 + others)
    #expect(
      [composed, decomposed, "q\u{307}\u{323}", "q\u{323}\u{307}"].map { record[$0] }
        == [.integer(1), .integer(2), .integer(3), .integer(4)])
    record[composed] = nil
    #expect(record[composed] == nil)
    #expect(record[decomposed] == .integer(2))
    #expect(record.count == 3 + others)
    #expect(Record(distinct: record.entries) == record)
  }

  @Test func `records whose names differ in their bytes are not equal`() {
    #expect(Record(dictionaryLiteral: (composed, .null)) != Record(dictionaryLiteral: (decomposed, .null)))
  }
}
