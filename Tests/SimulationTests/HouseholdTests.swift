import Decisioning
import Domain
import Simulation
import Support
import Testing

/// Customers who share an inbox, and what one of them means for the others.
struct HouseholdTests {
  private static let onOrder = Trigger.make(
    "thanks", EventRule(name: .orderCompleted, only: .every),
    [.make("thanks", channels: ["email", "sms"])])

  private func shop(_ policy: DeliveryPolicy = .acceptsAll) -> TestShop { TestShop([Self.onOrder], policy) }

  @Test func `who unsubscribes takes the address with them, under every other id`() {
    var shop = shop()
    shop.tell("10:00", .identified("ann", email: "Home@mail.example"))
    shop.tell("10:00", .identified("bob", email: "home@MAIL.example"))
    shop.tell("10:01", .withdrew("ann", from: "email"))
    shop.tell("10:02", .ordered("bob", "o1"))
    shop.run(until: "11:00")
    #expect(shop.decisions == ["10:02 bob thanks defer no_address"])
    #expect(shop.ended == [])
    // At the same address somebody who has nothing to do with them would be reached.
    shop.tell("12:00", .identified("cat", email: "other@mail.example"))
    shop.tell("12:00", .ordered("cat", "o2"))
    shop.run(until: "13:00")
    #expect(shop.ended == ["12:00 cat email sent"])
  }

  @Test func `an address that turns out to be shared brings along what is known of it`() {
    var shop = shop()
    shop.tell("10:00", .identified("ann", email: "ann@mail.example"))
    shop.tell("10:00", .identified("bob", email: "bob@mail.example"))
    shop.tell("10:01", .withdrew("ann", from: "email"))
    shop.run(until: "11:00")
    shop.tell("11:01", .identified("bob", email: "ann@mail.example"))
    shop.tell("11:02", .ordered("bob", "o1"))
    shop.run(until: "12:00")
    #expect(shop.ended == [])
    #expect(shop.decisions == ["11:02 bob thanks defer no_address"])
  }

  @Test func `an address can be suppressed before anybody has it`() {
    var shop = shop()
    shop.simulation.take([
      Arrival(at: shop.time("09:00"), .suppressed("email", address: "ANN@mail.example", .complaint))
    ])
    shop.tell("10:00", .identified("ann", email: "ann@mail.example"))
    shop.tell("10:01", .ordered("ann", "o1"))
    shop.run(until: "11:00")
    #expect(shop.decisions == ["10:01 ann thanks defer no_address"])
  }

  @Test func `an address that bounces is suppressed for all who have it, and the next channel takes over`() {
    var shop = shop(
      DeliveryPolicy { handover in
        .init(handover.message.message.channel == "email" ? .badAddress : .accepted)
      })
    shop.tell("10:00", .identified("ann", email: "home@mail.example", phone: "+8613812345678"))
    shop.tell("10:00", .identified("bob", email: "home@mail.example"))
    shop.tell("10:00", .granted("ann", "sms"))
    shop.tell("10:01", .ordered("ann", "o1"))
    shop.tell("10:02", .ordered("bob", "o2"))
    shop.run(until: "11:00")
    #expect(shop.ended == ["10:01 ann email dead", "10:01 ann sms sent"])
    #expect(
      shop.decisions == [
        "10:01 ann thanks send", "10:01 ann thanks send", "10:02 bob thanks defer no_address",
      ])
  }

  @Test func `domains are compared as the caller says`() {
    var options = Simulation.Options()
    options.asciiDomain = { $0.hasSameBytes(as: "münchen.example") ? "xn--mnchen-3ya.example" : nil }
    var shop = TestShop([Self.onOrder], options: options)
    shop.tell("10:00", .identified("ann", email: "ann@münchen.example"))
    shop.tell("10:00", .identified("bob", email: "ann@xn--mnchen-3ya.example"))
    shop.tell("10:01", .withdrew("ann", from: "email"))
    shop.tell("10:02", .ordered("bob", "o1"))
    shop.run(until: "11:00")
    #expect(shop.ended == [])
  }
}
