internal import Decisioning
package import Domain
internal import Operations
package import Platform
package import Store

/// Answers operators' requests to the store, with or without a daemon.
///
/// The daemon serves it over the control socket, and the command line uses it directly if no daemon runs, so
/// both give the same answers.
package struct Responder: Sendable {
  let store: Store
  let shop: LiveShop
  let quarantine: Quarantine
  let log: Logger
  /// Files beside the store.
  let files: PersonalFiles
  /// `nil` if the clock is always trusted.
  let clock: TrustedClock?
  let now: @Sendable () -> Instant
  /// Called when something may have become due.
  let changed: @Sendable () -> Void

  package init(
    store: Store, shop: LiveShop, quarantine: Quarantine = .off,
    log: Logger, files: PersonalFiles = PersonalFiles(), clock: TrustedClock? = nil,
    now: @escaping @Sendable () -> Instant,
    changed: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.shop = shop
    self.quarantine = quarantine
    self.log = log
    self.files = files
    self.clock = clock
    self.now = now
    self.changed = changed
  }

  /// The requests that need only the store.
  package var handlers: RequestHandlers {
    var handlers = RequestHandlers()
    handlers.on(status)
    handlers.on(messages)
    handlers.on(explain)
    handlers.on(names)
    handlers.on(segments)
    handlers.on(segmentMembers)
    handlers.on(pause)
    handlers.on(resume)
    handlers.on(ambiguous)
    handlers.on(resolve)
    handlers.on(resolveMany)
    handlers.on(quarantineList)
    handlers.on(quarantineRetry)
    handlers.on(quarantineDrop)
    handlers.on(unsubscribe)
    handlers.on(suppress)
    handlers.on(unsuppress)
    handlers.on(export)
    handlers.on(exportList)
    handlers.on(forget)
    return handlers
  }

  func customer(_ id: String) async throws -> Customer {
    guard let customer = try await store.read({ try $0.customer(id: id) }) else {
      throw OperationError.unknownCustomer(id)
    }
    return customer
  }

  func isChannel(_ name: String) -> Bool { shop.current.program.channels[ChannelName(name)] != nil }

  /// The channel of this name, or the only one that a word such as `邮件` can mean.
  ///
  /// - Throws: `OperationError` if there is none, or if several are meant.
  func known(_ name: ChannelName) throws -> ChannelName {
    guard shop.current.program.channels[name] == nil else { return name }
    let meant = meant(by: name)
    guard meant.count == 1 else { throw unknown(name) }
    return meant[0]
  }

  private func meant(by name: ChannelName) -> [ChannelName] {
    ChannelName.named(name.rawValue, among: shop.current.program.channels.mapValues(\.address))
  }

  func unknown(_ channel: ChannelName) -> OperationError {
    let meant = meant(by: channel)
    return .unknownChannel(
      channel.rawValue,
      known: (meant.isEmpty ? Array(shop.current.program.channels.keys) : meant).map(\.rawValue))
  }

  func unknown(_ trigger: TriggerID) -> OperationError {
    .unknownTrigger(trigger.rawValue, known: shop.current.program.triggers.keys.map(\.rawValue))
  }
}
