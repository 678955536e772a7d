package import Decisioning
internal import Delivery
package import Domain
package import Import
internal import Platform
internal import Store

/// What all sources share.
struct SourceSite: Sendable {
  let store: Store
  let intake: Intake
  let shop: LiveShop
  let clock: LoopClock
  let log: Logger
  /// The directory for rejected rows.
  let rejects: String
  /// The path prefix for files being fetched, to which the source's name is appended.
  var downloads = ""
  /// Whether remote sources are fetched: not while every channel is captured, since no secrets are read then.
  var fetches = true
  /// How long a transfer may stand still.
  var silence: Duration = .seconds(60)
  /// The maximum size of a fetched file, in bytes.
  var largest: Int64 = 1 << 30
  let transfers = SourceTransfers()

  /// What reading a file needs to know about the shop.
  var context: ImportContext {
    let program = shop.current.program
    return ImportContext(
      brand: program.brand, channels: program.channels, zones: program.zones, triggers: program.triggers,
      now: clock.now())
  }
}

extension ImportContext {
  /// The context of a configured shop.
  package init(
    brand: Brand, channels: [ChannelName: ChannelPolicy], zones: ZoneCatalog,
    triggers: [TriggerID: Trigger], now: Instant
  ) {
    self.init(
      zone: brand.zone, currency: brand.currency, channels: channels.mapValues(\.address),
      isTimeZone: { zones[$0] != nil }, now: now, callingCode: brand.callingCode)
    self.triggers = triggers.mapValues { $0.steps.map(\.id) }
  }
}
