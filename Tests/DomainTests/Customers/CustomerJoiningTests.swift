import Domain
import Support
import Testing

/// Two customers' fields as those of one person.
struct CustomerJoiningTests {
  private static func at(_ seconds: Int64) -> Instant {
    Instant(milliseconds: 1_772_000_000_000 + seconds * 1000)
  }

  private static func customer(_ id: String, _ steps: (Int64, (inout CustomerTraits) -> Void)...) -> Customer
  {
    var customer = Customer(key: CustomerKey(Int64(id.utf8.count)), id: id)
    for (seconds, change) in steps {
      var traits = CustomerTraits()
      change(&traits)
      customer.apply(traits, at: at(seconds)) { _ in .utc }
    }
    return customer
  }

  private static func joined(_ one: Customer, _ other: Customer) -> Customer {
    var joined = one
    _ = joined.join(other, at: at(100)) { _ in true }
    return joined
  }

  @Test func `of each field the latest counts, also where it was removed`() {
    let ann = Self.customer(
      "ann",
      (
        1,
        {
          $0.email = .some("old@tea.example")
          $0.firstName = .some("Ann")
          $0.attributes = ["plan": .string("a"), "size": .integer(1)]
        }
      ),
      (5, { $0.phone = .some("+8613812345678") }))
    let visitor = Self.customer(
      "anonymous:v",
      (
        3,
        {
          $0.email = .some("new@tea.example")
          $0.phone = .some("+8613899999999")
          $0.attributes = ["plan": .null, "color": .string("red")]
          $0.tags = ["guest"]
        }
      ))
    for joined in [Self.joined(ann, visitor), Self.joined(visitor, ann)] {
      #expect(joined.email == "new@tea.example")
      #expect(joined.phone == "+8613812345678")
      #expect(joined.firstName == "Ann")
      #expect(joined.tags == ["guest"])
      #expect(Set(joined.attributes.entries.map(\.name)) == ["size", "color"])
      #expect(joined.fieldTimes["attributes.plan"] == Self.at(3))
    }
  }

  /// What each of two said on a channel, in seconds, and what holds then.
  struct Words: Sendable, CustomTestStringConvertible {
    var one: [(ConsentState, Int64, Bool)]
    var other: [(ConsentState, Int64, Bool)]
    var holds: ConsentState
    var testDescription: String { "\(one) and \(other): \(holds)" }
  }

  /// Word or flag (`true`).
  private static let words: [Words] = [
    Words(one: [(.granted, 5, false)], other: [(.withdrawn, 3, false)], holds: .granted),
    Words(one: [(.granted, 3, false)], other: [(.withdrawn, 5, false)], holds: .withdrawn),
    Words(one: [(.granted, 5, false)], other: [(.withdrawn, 5, false)], holds: .withdrawn),
    // A flag is nobody's own word.
    Words(one: [(.granted, 9, true)], other: [(.withdrawn, 3, false)], holds: .withdrawn),
    Words(one: [(.granted, 3, false)], other: [(.withdrawn, 9, true)], holds: .withdrawn),
    Words(one: [(.granted, 3, true)], other: [], holds: .granted),
  ]

  @Test(arguments: words) func `the latest word on a channel counts, and at one time the withdrawal`(
    _ row: Words
  ) {
    func customer(_ id: String, _ said: [(ConsentState, Int64, Bool)]) -> Customer {
      var customer = Customer(key: CustomerKey(1), id: id)
      for (state, seconds, isFlag) in said {
        if isFlag {
          var traits = CustomerTraits()
          traits.consent = ["email": state]
          customer.apply(traits, at: Self.at(seconds)) { _ in .utc }
        } else {
          customer.express(state, for: "email", at: Self.at(seconds))
        }
      }
      return customer
    }
    let (one, other) = (customer("a", row.one), customer("b", row.other))
    #expect(Self.joined(one, other).consent == ["email": row.holds])
    #expect(Self.joined(other, one).consent == ["email": row.holds])
  }

  @Test func `a grant of unknown time never beats a withdrawal, not even one of unknown time`() {
    var granted = Customer(key: CustomerKey(1), id: "a")
    granted.express(.granted, for: "email", at: Customer.undatedGrant)
    // As stored by the first versions.
    var withdrawn = Customer(key: CustomerKey(2), id: "b")
    withdrawn.consent = ["email": .withdrawn]
    #expect(Self.joined(granted, withdrawn).consent == ["email": .withdrawn])
    #expect(Self.joined(withdrawn, granted).consent == ["email": .withdrawn])
  }

  @Test func `together they have no more attributes than one may have, and lose no withdrawal`() {
    func full(_ id: String, _ prefix: String) -> Customer {
      Self.customer(
        id,
        (
          1,
          { traits in
            for number in 0..<400 { traits.attributes["\(prefix)\(number)"] = .integer(1) }
          }
        ))
    }
    var other = full("b", "b")
    other.express(.withdrawn, for: "email", at: Self.at(7))
    var joined = full("a", "a")
    let dropped = joined.join(other, at: Self.at(9)) { $0 == "email" }
    #expect(joined.attributes.count == Customer.maximumAttributes)
    #expect(dropped == 300)
    #expect(joined.consent == ["email": .withdrawn])
  }
}
