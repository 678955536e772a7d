import Testing
import Text

struct NumberTextTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_772_359_200_123, "2026-03-01T10:00:00.123Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
      (.min, "0000-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func `a time is RFC 3339 text`(milliseconds: Int64, text: String) {
    #expect(Timestamp.text(milliseconds: milliseconds) == text)
  }

  @Test func `numbers are grouped and fixed`() {
    #expect(DecimalText.grouped(1_234_567) == "1,234,567")
    #expect(DecimalText.grouped(-123) == "-123")
    #expect(DecimalText.grouped(Int64.min) == "-9,223,372,036,854,775,808")
    #expect(DecimalText.fixed(2.5, 2) == "2.50")
    #expect(DecimalText.fixed(0.999, 2) == "1.00")
    #expect(DecimalText.fixed(-0.001, 2) == "0.00")
    #expect(DecimalText.fixed(-1.055, 1) == "-1.1")
    #expect(DecimalText.fixed(7, 0) == "7")
    #expect(DecimalText.fixed(.nan, 2) == "nan")
  }

  @Test func `hexadecimal digits read back in either case`() {
    #expect(Hex.text([0, 1, 0xAB, 0xFF]) == "0001abff")
    #expect(Hex.bytes("0001aBFf") == [0, 1, 0xAB, 0xFF])
    #expect(Hex.bytes("abc") == nil)
    #expect(Hex.bytes("0g") == nil)
  }
}
