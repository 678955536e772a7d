import Platform
import Testing

@Suite struct NumberTextTests {
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

  @Test(
    arguments: [
      (.seconds(5400), "1h 30m"), (.seconds(3600), "1h"), (.seconds(90), "1m 30s"),
      (.seconds(266_400), "3d 2h"), (.zero, "0s"),
      (.milliseconds(250), "0.25s"), (.milliseconds(59_900), "59s"), (.seconds(86_401), "1d"),
      (.seconds(-90), "-1m 30s"),
      (.seconds(7), "7s"),
    ] as [(Duration, String)])
  func `a duration has its two largest units`(duration: Duration, text: String) {
    #expect(DurationText.text(duration) == text)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (10_240, "10 KiB"),
      (157_286_400, "150 MiB"),
      (1_048_575, "1.0 MiB"), (-2048, "-2.0 KiB"), (.max, "8.0 EiB"),
    ] as [(Int64, String)])
  func `a size has three digits at most`(bytes: Int64, text: String) {
    #expect(ByteSizeText.text(bytes) == text)
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
