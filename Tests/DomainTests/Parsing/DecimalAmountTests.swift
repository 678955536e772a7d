import Domain
import Testing

struct DecimalAmountTests {
  @Test(arguments: [
    ("12", 1200), ("12.5", 1250), ("12.50", 1250), ("0.01", 1), (".5", 50), ("5.", 500), ("+1.00", 100),
    ("1e3", 100_000), ("1.5E-1", 15), ("0.005", 1), ("0.0049999999999999999", 0), ("1.005", 101),
    ("1.004999", 100), ("0", 0), ("-0.00", 0), ("000012.340", 1234), ("0.00000000000000000001", 0),
    ("9999999999999.99", 999_999_999_999_999), ("10000000000000", 1_000_000_000_000_000), ("1e-99", 0),
  ])
  func `an amount in digits becomes minor units, rounded half up`(_ text: String, _ expected: Int64) throws {
    #expect(try DecimalAmount.minorUnits(text, fractionDigits: 2) == expected)
  }

  @Test(arguments: [("12.5", 0, 13), ("12.4", 0, 12), ("1.2345", 3, 1235), ("7", 3, 7000)])
  func `the currency decides on the digits`(_ text: String, _ digits: Int, _ expected: Int64) throws {
    #expect(try DecimalAmount.minorUnits(text, fractionDigits: digits) == expected)
  }

  @Test(arguments: [
    "", "-", "+", ".", "1,5", "1 000", "¥5", "5 CNY", "1.2.3", "0x10", "NaN", "inf", "1e", "1e+", "1e1000",
    "--1", "-abc", "e5", "１２",
  ])
  func `what is no amount is refused`(_ text: String) {
    #expect(throws: DecimalAmountError.notANumber) {
      try DecimalAmount.minorUnits(text, fractionDigits: 2)
    }
  }

  @Test func `an amount below zero or beyond the maximum is refused`() {
    #expect(throws: DecimalAmountError.negative) { try DecimalAmount.minorUnits("-0.01", fractionDigits: 2) }
    #expect(throws: DecimalAmountError.negative) { try DecimalAmount.minorUnits(-0.01, fractionDigits: 2) }
    #expect(throws: DecimalAmountError.negative) {
      try DecimalAmount.minorUnits(whole: -1, fractionDigits: 0)
    }
    for text in ["10000000000000.01", "1e999", "99999999999999999999999999999999"] {
      #expect(throws: DecimalAmountError.tooLarge) { try DecimalAmount.minorUnits(text, fractionDigits: 2) }
    }
    #expect(throws: DecimalAmountError.tooLarge) { try DecimalAmount.minorUnits(1e300, fractionDigits: 2) }
    #expect(throws: DecimalAmountError.notANumber) {
      try DecimalAmount.minorUnits(.infinity, fractionDigits: 2)
    }
    #expect(throws: DecimalAmountError.tooLarge) {
      try DecimalAmount.minorUnits(whole: .max, fractionDigits: 2)
    }
  }

  @Test func `a double means the decimal it was written as`() throws {
    for (number, expected) in [
      (19.99, 1999), (0.1 + 0.2, 30), (1.005, 101), (4.35, 435), (0.285, 29), (1e-7, 0),
      (1_234_567.891, 123_456_789),
    ] as [(Double, Int64)] {
      #expect(try DecimalAmount.minorUnits(number, fractionDigits: 2) == expected)
    }
  }

  @Test func `every amount of two digits survives the way through a double`() throws {
    for cents in stride(from: 0, through: 100_000_000, by: 997) as StrideThrough<Int64> {
      let text = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
      let number = try #require(Double(text))
      #expect(try DecimalAmount.minorUnits(number, fractionDigits: 2) == cents, "\(text)")
      #expect(try DecimalAmount.minorUnits(text, fractionDigits: 2) == cents, "\(text)")
    }
  }
}
