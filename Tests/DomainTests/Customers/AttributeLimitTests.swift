import Domain
import Testing

/// What is kept of one customer's attributes is bounded in bytes, whatever they are.
struct AttributeLimitTests {
  private static let start = Instant(seconds: 1_800_000_000)

  private static func give(_ customer: inout Customer, _ attributes: Record, at: Int = 0) -> Int {
    var traits = CustomerTraits()
    traits.attributes = attributes
    traits.consent = ["email": .withdrawn]
    let taken = customer.limit(&traits, isOwn: { _ in true })
    customer.apply(traits, at: start + .seconds(Int64(at)), zone: { _ in .utc })
    return taken
  }

  @Test(arguments: [
    Value.string(String(repeating: "x", count: 20_000)), .array(Array(repeating: .null, count: 1500)),
    .array(Array(repeating: .array([]), count: 1500)), .array(Array(repeating: .bool(true), count: 1500)),
    .object(Record(distinct: (0..<1000).map { Record.Entry("n\($0)", .null) })),
  ])
  func `attributes of one customer take 64 KB, of texts as of nulls`(_ value: Value) {
    var customer = Customer(key: CustomerKey(1), id: "ann")
    var taken = 0
    for number in 0..<100 { taken += Self.give(&customer, ["a\(number)": value], at: number) }
    #expect(taken >= 96)
    #expect(customer.attributes.count == 100 - taken)
    #expect(customer.attributes.cost <= Customer.maximumAttributeBytes)
    #expect(customer.attributes.cost > Customer.maximumAttributeBytes / 2)
    // Consent in the same call counts.
    #expect(customer.consent["email"] == .withdrawn)
    // A small one still goes, and one that shrinks.
    #expect(Self.give(&customer, ["small": .integer(1), "a0": .null], at: 200) == 0)
    #expect(customer.attributes["small"] == .integer(1) && customer.attributes["a0"] == nil)
  }

  @Test func `names of attributes that were removed count, until there is no room`() {
    var customer = Customer(key: CustomerKey(1), id: "ann")
    for number in 0..<100 {
      let name = String(repeating: "n", count: 10_000) + "\(number)"
      #expect(Self.give(&customer, [name: .integer(1)], at: 2 * number) == 0)
      #expect(Self.give(&customer, [name: .null], at: 2 * number + 1) == 0)
    }
    #expect(customer.fieldTimes.keys.reduce(0) { $0 + $1.text.utf8.count } <= Customer.maximumAttributeBytes)
  }

  @Test func `a customer from before the limit keeps what there is, and may only shrink`() {
    var customer = Customer(key: CustomerKey(1), id: "ann")
    customer.attributes = ["a": .string(String(repeating: "x", count: 100_000)), "b": .integer(1)]
    customer.fieldTimes = ["attributes.a": Self.start, "attributes.b": Self.start]
    #expect(Self.give(&customer, ["b": .string("more than before"), "c": .integer(1)], at: 1) == 2)
    #expect(customer.attributes["b"] == .integer(1))
    #expect(Self.give(&customer, ["a": .string("short"), "c": .integer(1)], at: 2) == 0)
    #expect(customer.attributes == ["a": .string("short"), "b": .integer(1), "c": .integer(1)])
  }
}
