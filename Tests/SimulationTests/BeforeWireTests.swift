import Decisioning
import Domain
import Simulation
import Support
import Testing

/// What is asked again about a message that has waited in the outbox.
struct BeforeWireTests {
  private static let cart = Trigger.make(
    "cart", .cartIdle(.hours(1)), [.make("cart", channels: ["email", "sms"])], expiresAfter: .hours(24))

  /// Ann's reminder is decided at 11:00 and stays in the outbox, because nothing is sent.
  private func waiting(
    _ policy: DeliveryPolicy = .acceptsAll, _ change: (inout Program) -> Void = { _ in }
  ) -> TestShop {
    var shop = TestShop([Self.cart], policy, change)
    shop.simulation.change { $0.isSending = false }
    shop.tell("09:00", .identified("ann", email: "ann@mail.example"))
    shop.tell("10:00", .added("ann", "tea"))
    shop.run(until: "12:00")
    return shop
  }

  private func send(_ shop: inout TestShop, until time: String = "13:00") {
    shop.simulation.change { $0.isSending = true }
    shop.run(until: time)
  }

  @Test func `a message waits while nothing is sent, and goes when it is`() {
    var shop = waiting()
    #expect(shop.decisions == ["11:00 ann cart send"])
    #expect(shop.ended == [])
    send(&shop)
    #expect(shop.ended == ["12:00 ann email sent"])
  }

  @Test func `an order takes it back, and the record says so`() {
    var shop = waiting()
    shop.tell("12:00", .ordered("ann", "o1"))
    send(&shop)
    #expect(shop.ended == ["12:00 ann email cancelled"])
    #expect(shop.decisions == ["11:00 ann cart send", "12:00 ann cart skip exit_condition"])
  }

  @Test func `withdrawn consent ends it at once`() {
    var shop = waiting()
    shop.tell("12:30", .withdrew("ann", from: "email"))
    shop.run(until: "13:00")
    #expect(shop.ended == ["12:30 ann email suppressed"])
  }

  @Test func `quiet hours that have begun hold it until the morning`() {
    var shop = waiting { $0.limits.quietHours = QuietHours(from: .at("11:30"), to: .at("15:00")) }
    send(&shop, until: "14:59")
    #expect(shop.ended == [])
    shop.run(until: "15:00")
    #expect(shop.ended == ["15:00 ann email sent"])
  }

  @Test func `what would be too late after the quiet hours is expired`() {
    var shop = waiting { $0.limits.quietHours = QuietHours(from: .at("11:30"), to: .at("11:00")) }
    shop.simulation.change { $0.program.triggers["cart"] = Self.cart }
    send(&shop, until: "2026-03-02 12:00")
    #expect(shop.ended == ["2026-03-02 11:00 ann email expired"])
  }

  @Test func `a pause holds it, and resuming lets it go at once`() {
    var shop = waiting()
    shop.simulation.pause("cart")
    send(&shop, until: "12:20")
    #expect(shop.ended == [])
    shop.simulation.resume("cart")
    shop.run(until: "12:21")
    #expect(shop.ended == ["12:20 ann email sent"])
  }

  @Test func `a pause outlives its trigger, which nobody can resume while it is gone`() {
    var shop = waiting()
    let program = shop.simulation.shop.program
    var without = program
    without.triggers["cart"] = nil
    shop.simulation.pause("cart")
    shop.simulation.reload(without)
    shop.simulation.resume("cart")
    shop.simulation.reload(program)
    #expect(shop.simulation.shop.paused == ["cart"])
    shop.simulation.resume("cart")
    #expect(shop.simulation.shop.paused == [])
  }

  @Test func `what waits for a paused trigger ends at the next look once the trigger is removed`() {
    var shop = waiting()
    shop.simulation.pause("cart")
    send(&shop, until: "12:10")
    var program = shop.simulation.shop.program
    program.triggers["cart"] = nil
    shop.simulation.reload(program)
    shop.run(until: "12:20")
    #expect(shop.ended == ["12:15 ann email cancelled"])
    #expect(
      shop.decisions == [
        "11:00 ann cart send", "12:00 ann cart defer trigger_paused", "12:15 ann cart skip exit_condition",
      ])
  }

  @Test func `it goes to the address of now`() {
    var shop = waiting()
    shop.tell("12:00", .identified("ann", email: "new@mail.example"))
    send(&shop)
    #expect(shop.texts == ["new@mail.example"])
  }

  @Test func `without an address the step is decided again for its next channel`() {
    var shop = waiting()
    shop.tell("12:00", .identified("ann", email: "", phone: "+8613812345678"))
    shop.tell("12:00", .granted("ann", "sms"))
    send(&shop)
    #expect(shop.ended == ["12:00 ann email suppressed", "12:00 ann sms sent"])
    #expect(
      shop.decisions == [
        "11:00 ann cart send", "12:00 ann cart defer no_address", "12:00 ann cart send",
      ])
  }

  @Test func `without any address it waits, and one record says so`() {
    var shop = waiting()
    shop.tell("12:00", .identified("ann", email: ""))
    shop.tell("14:05", .identified("ann", email: "ann@mail.example"))
    send(&shop, until: "15:00")
    #expect(shop.ended == ["14:05 ann email sent"])
    #expect(shop.decisions == ["11:00 ann cart send", "12:00 ann cart defer no_address"])
  }

  @Test func `a reload that takes its channel away has the step decided again`() {
    var shop = waiting()
    shop.tell("12:00", .identified("ann", phone: "+8613812345678"))
    shop.tell("12:00", .granted("ann", "sms"))
    shop.run(until: "12:00")
    var program = shop.simulation.shop.program
    program.triggers["cart"]?.steps[0].channels = ["sms"]
    shop.simulation.reload(program)
    send(&shop)
    #expect(shop.ended == ["12:00 ann email suppressed", "12:00 ann sms sent"])
  }

  @Test func `a reload without its trigger takes it back`() {
    var shop = waiting()
    var program = shop.simulation.shop.program
    program.triggers["cart"] = nil
    shop.simulation.reload(program)
    send(&shop)
    #expect(shop.ended == ["12:00 ann email cancelled"])
    #expect(shop.simulation.customer("ann")?.state.enrollments.map(\.endReason) == [nil])
  }

  @Test func `a reload without its channel has the step decided again, though it is not due`() {
    var shop = waiting(
      DeliveryPolicy { handover in
        .init(handover.message.message.channel == "email" ? .retry(at: handover.at + .hours(5)) : .accepted)
      })
    shop.tell("12:00", .identified("ann", phone: "+8613812345678"))
    shop.tell("12:00", .granted("ann", "sms"))
    send(&shop)
    #expect(shop.ended == [])
    var program = shop.simulation.shop.program
    program.channels["email"] = nil
    shop.simulation.reload(program)
    shop.run(until: "13:01")
    #expect(shop.ended == ["13:00 ann email suppressed", "13:00 ann sms sent"])
    #expect(
      shop.decisions == ["11:00 ann cart send", "13:00 ann cart defer no_address", "13:00 ann cart send"])
  }

  @Test func `what the provider wants again too late ends at once`() {
    var shop = waiting(DeliveryPolicy { .init(.retry(at: $0.at + .hours(23))) })
    send(&shop)
    #expect(shop.ended == ["12:00 ann email expired"])
  }

  @Test func `the provider may want it later`() {
    var shop = waiting(
      DeliveryPolicy { handover in
        .init(handover.message.attempts < 2 ? .retry(at: handover.at + .minutes(20)) : .accepted)
      })
    send(&shop)
    #expect(shop.ended == ["12:40 ann email sent"])
  }

  @Test(
    arguments: [
      (DeliveryPolicy.Outcome.accepted, "sent"), (.refused, "dead"), (.unanswered, "ambiguous"),
      (.badAddress, "dead"),
    ])
  func `each outcome ends it in its own state`(outcome: DeliveryPolicy.Outcome, state: String) {
    var shop = waiting(DeliveryPolicy { _ in .init(outcome) })
    send(&shop)
    #expect(shop.ended == ["12:00 ann email \(state)"])
  }

  @Test func `the first step of the file waits for no other, even one that the file times before it`() {
    var shop = TestShop([
      .make(
        "thanks", EventRule(name: .orderCompleted, only: .every),
        [.make("late", after: .hours(30)), .make("soon", after: .hours(23))], expiresAfter: .days(3))
    ])
    shop.tell("10:00", .ordered("ann", "o1"))
    shop.tell("2026-03-03 10:00", .identified("ann", email: "ann@mail.example"))
    shop.run(until: "2026-03-04 00:00")
    #expect(shop.ended == ["2026-03-03 10:00 ann email sent", "2026-03-03 10:00 ann email sent"])
  }
}
