import Platform
import Testing

@testable import Web

struct DecodingCareTests {
  private static let cases: [(JSON, String?)] = [
    (.string("m-1"), "m-1"), (.integer(0), "0"), (.string(""), nil), (.bool(true), nil),
    (.string(String(repeating: "x", count: 257)), nil),
  ]

  @Test(arguments: cases)
  func `an event is marked by an id that can be read back as the same`(value: JSON, mark: String?) {
    #expect(DecodingCare.mark(value) == mark)
  }
}
