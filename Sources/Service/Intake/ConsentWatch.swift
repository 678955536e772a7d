internal import Decisioning
internal import Domain
internal import Platform
internal import Synchronization

/// Logs when consent arrives for a channel that is not configured.
///
/// Such consent is stored and has no effect: a shop whose form says `newsletter` for the channel `email`
/// would keep writing to people who unsubscribed, without any error. Each name is logged once. Thread-safe.
final class ConsentWatch: Sendable {
  private static let limit = 100
  private let told = Mutex<Set<ChannelName>>([])
  private let log: Logger

  init(log: Logger) { self.log = log }

  func look(at events: [IncomingEvent], channels: [ChannelName: ChannelPolicy]) {
    for event in events {
      if let traits = event.traits { check(traits, channels) }
      switch event.effect {
      case .consent(let names, _): for name in names { check(name, channels) }
      case .identify(let traits): check(traits, channels)
      default: break
      }
    }
  }

  private func check(_ traits: CustomerTraits, _ channels: [ChannelName: ChannelPolicy]) {
    for name in traits.consent.keys { check(name, channels) }
  }

  private func check(_ name: ChannelName, _ channels: [ChannelName: ChannelPolicy]) {
    guard channels[name] == nil else { return }
    let isNew = told.withLock { $0.count < Self.limit && $0.insert(name).inserted }
    guard isNew else { return }
    log.warning(
      "consent_for_unknown_channel",
      [
        "channel": name.rawValue, "known": channels.keys.map(\.rawValue).sorted().joined(separator: ","),
        "advice": "it holds nothing back; send the channel's name as in reprise.yaml",
      ])
  }
}
