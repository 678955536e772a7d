import Domain
import Testing

struct StatePartsTests {
  private static let sets: [StateParts] = [
    [], [.orders], [.carts, .customer], StateParts(eventNames: ["quiz"]),
    StateParts(.orders, eventNames: ["quiz", "visit"]), StateParts(.products, eventNames: ["visit"]),
    .everything(eventNames: ["quiz"]),
  ]

  /// What a set holds, by other means than its own comparisons.
  private static func names(_ parts: StateParts) -> Set<ExactText> {
    Set(
      texts: StateParts.Part.allCases.filter { parts.contains($0) }.map { "part \($0)" }
        + parts.eventNames.map { "event \($0)" })
  }

  @Test func `they are sets of parts and of event names`() {
    for a in Self.sets {
      #expect(a.isEmpty == Self.names(a).isEmpty)
      for b in Self.sets {
        var union = a
        union.formUnion(b)
        #expect(Self.names(union) == Self.names(a).union(Self.names(b)))
        #expect(a.isDisjoint(with: b) == Self.names(a).isDisjoint(with: Self.names(b)))
        #expect((a == b) == (Self.names(a) == Self.names(b)))
      }
    }
  }

  @Test func `an event touches what it changes, and itself where its name is read`() {
    func event(_ effect: EventEffect, traits: CustomerTraits? = nil) -> IncomingEvent {
      IncomingEvent(
        customerID: "ann",
        event: Event(messageID: "m", name: "quiz", at: .distantPast, receivedAt: .distantPast),
        effect: effect, traits: traits)
    }
    #expect(event(.none).touches(reading: []).isEmpty)
    #expect(event(.none).touches(reading: ["visit"]).isEmpty)
    #expect(event(.none).touches(reading: ["quiz"]) == StateParts(eventNames: ["quiz"]))
    #expect(event(.none, traits: CustomerTraits()).touches(reading: []) == [.customer])
    #expect(event(.orderCancelled(orderID: "o")).touches(reading: []) == [.orders])
    let change = EventEffect.cartChanged(cartID: "c", url: nil, change: .touch)
    #expect(event(change).touches(reading: ["quiz"]) == StateParts(.carts, eventNames: ["quiz"]))
    #expect(change.reads == [.orders, .carts])
  }
}
