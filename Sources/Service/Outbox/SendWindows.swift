internal import Decisioning
internal import Domain
internal import Store

/// When messages of the outbox may go, by a snapshot of the shop.
struct SendWindows {
  /// Why messages were held, as they are told in the log.
  struct Hold: Hashable, Comparable {
    var trigger: TriggerID
    var gate: Gate
    var until: Instant

    static func < (a: Hold, b: Hold) -> Bool {
      (a.trigger.rawValue, a.until, a.gate.rawValue) < (b.trigger.rawValue, b.until, b.gate.rawValue)
    }
  }

  /// How long a paused trigger's messages wait before they are looked at again; `resume` does not wait for it.
  static let pauseInterval: Duration = .minutes(15)

  private let shop: Shop?
  private let now: Instant
  private var byZone: [ExactText?: SendWindow] = [:]
  private(set) var held: [Hold: Int] = [:]

  /// - Parameter shop: `nil` leaves every window open.
  init(_ shop: Shop?, now: Instant) {
    self.shop = shop
    self.now = now
  }

  /// The window of a message of this trigger to a customer in this zone; what is closed is counted as held.
  mutating func window(of trigger: TriggerID, inZone zone: String?) -> SendWindow {
    guard let shop else { return .open(until: nil) }
    if shop.triggers[trigger]?.pausedAt != nil {
      return hold(trigger, .triggerPaused, until: now + Self.pauseInterval)
    }
    let key = zone.map { ExactText($0) }
    let window = byZone[key] ?? shop.program.window(inZone: zone, at: now)
    byZone[key] = window
    guard case .closed(let until) = window else { return window }
    return hold(trigger, .quietHours, until: until)
  }

  private mutating func hold(_ trigger: TriggerID, _ gate: Gate, until: Instant) -> SendWindow {
    held[Hold(trigger: trigger, gate: gate, until: until), default: 0] += 1
    return .closed(until: until)
  }
}
