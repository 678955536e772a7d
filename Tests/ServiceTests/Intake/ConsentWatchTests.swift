import Decisioning
import Domain
import Platform
import Support
import Synchronization
import Testing

@testable import Service

struct ConsentWatchTests {
  private final class Lines: LogSink {
    let channels = Mutex<[LogValue?]>([])
    func write(_ event: LogEvent) { channels.withLock { $0.append(event["channel"]) } }
  }

  @Test func `consent for a channel that does not exist is told once for each name`() {
    let lines = Lines()
    let watch = ConsentWatch(log: Logger(to: lines))
    let channels = Shop.plain.program.channels
    let event = Event(
      messageID: "1", name: .consentWithdrawn, at: Instant(seconds: 0), receivedAt: Instant(seconds: 0))
    func tell(_ effect: EventEffect, traits: CustomerTraits? = nil) {
      var incoming = IncomingEvent(customerID: "ann", event: event, effect: effect)
      incoming.traits = traits
      watch.look(at: [incoming], channels: channels)
    }
    var traits = CustomerTraits()
    traits.consent = ["newsletter": .withdrawn, "email": .granted]
    tell(.consent("email", .withdrawn))
    tell(.consent("mail", .withdrawn))
    tell(.consent("mail", .granted))
    tell(.identify(traits))
    tell(.none)
    #expect(lines.channels.withLock { $0 } == [.string("mail"), .string("newsletter")])
    // Told on the way, with an event about something else.
    traits.consent["letters"] = .withdrawn
    tell(.none, traits: traits)
    #expect(
      lines.channels.withLock { $0 } == [.string("mail"), .string("newsletter"), .string("letters")])
  }
}
