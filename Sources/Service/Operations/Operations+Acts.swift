internal import Decisioning
package import Domain
internal import Platform
internal import Store

extension Operations {
  func setPaused(_ paused: Bool, _ request: JSON) async throws -> JSON {
    let id = TriggerID(try text("trigger", of: request))
    let now = now()
    let known = try await store.write { tx in
      let known = try tx.setPaused(paused ? now : nil, trigger: id)
      // What the pause deferred is asked again at once, not at its next look.
      if known, !paused {
        try tx.setReplanAfter(CustomerKey(0), of: id)
        try tx.bringForward(waitingFor: id, until: now + Decider.pauseInterval, now: now)
      }
      return known
    }
    guard known else {
      throw OperationError.unknownTrigger(
        id.rawValue, known: shop.current.program.triggers.keys.map(\.rawValue))
    }
    try await shop.readTriggers(in: store)
    // Claims from now on know of the pause; those before it are asked again.
    if paused { try await store.write { try $0.takeBack(of: id) } }
    log.notice(paused ? "trigger_paused" : "trigger_resumed", ["trigger": id.rawValue])
    changed()
    return ["trigger": .string(id.rawValue), "paused": .bool(paused)]
  }

  func unsubscribe(_ request: JSON) async throws -> JSON {
    let id = try text("customer", of: request)
    let channel = try channel(of: request)
    guard let changed = try await unsubscribe(customerID: id, channel: channel, source: "operator") else {
      throw OperationError.unknownCustomer(id)
    }
    return ["customer": .string(id), "channel": .string(channel.rawValue), "changed": .bool(changed)]
  }

  func channel(of request: JSON) throws -> ChannelName {
    let name = ChannelName(try text("channel", of: request))
    let channels = shop.current.program.channels
    guard channels[name] != nil else { throw unknown(name) }
    return name
  }

  func unknown(_ channel: ChannelName) -> OperationError {
    .unknownChannel(channel.rawValue, known: shop.current.program.channels.keys.map(\.rawValue))
  }

  /// The address in the form in which intake stores it. In any other form it would hold no messages back.
  func usable(_ address: String, by channel: ChannelName) throws -> String {
    do {
      switch shop.current.program.channels[channel]?.address {
      case .email: return try EmailSyntax.normalized(address, mapped: DomainName.unicode)
      case .phone:
        return try PhoneSyntax.normalized(address, country: shop.current.program.brand.callingCode)
      case .customerID, nil: return address
      }
    } catch {
      throw OperationError.unusableAddress(reason: "\(error)")
    }
  }

  /// Stops everything to an address, or lets it get messages again.
  func setSuppressed(_ suppressed: Bool, _ request: JSON) async throws -> JSON {
    let channel = try channel(of: request)
    let given = try text("address", of: request)
    // A suppression can always be lifted, even of an address that would not be accepted now.
    let address = suppressed ? try usable(given, by: channel) : (try? usable(given, by: channel)) ?? given
    let now = now()
    let before = try await store.write(as: .urgent) { tx in
      let before = try tx.suppressions(of: [(channel, address)])[0]
      if suppressed {
        try tx.suppress([(channel, address, .operator)], at: now)
      } else {
        _ = try tx.unsuppress(channel: channel, address: address, at: now)
      }
      return before
    }
    // Even when nothing was suppressed any more: an earlier call may have been interrupted before this.
    if !suppressed { try await wake(address, of: channel, now) }
    log.notice(
      suppressed ? "address_suppressed" : "address_unsuppressed",
      ["channel": channel.rawValue, "address": Redaction.address(address)])
    return [
      "channel": .string(channel.rawValue), "address": .string(address),
      "before": before.map { .string($0.rawValue) } ?? .null,
    ]
  }

  /// Customers at this address may have steps that wait for one. They are searched for off the writing thread, because
  /// there may be many.
  private func wake(_ address: String, of channel: ChannelName, _ now: Instant) async throws {
    guard let kind = shop.current.program.channels[channel]?.address else { return }
    let found = try await store.read { try $0.customers(reachedAt: address, by: kind) }
    if found.isEmpty { return }
    // What is being decided about them now must not be written after this.
    try await store.write(as: .urgent) { tx in
      try tx.markChanged(found)
      _ = try tx.wakeWaitingForAddress(of: found, now: now)
    }
    changed()
  }

  /// Takes back consent; `nil` when there is no such customer, which takes as long: the answer to a link must not tell
  /// whether somebody is known.
  package func unsubscribe(customerID: String, channel: ChannelName, source: String) async throws -> Bool? {
    let now = now()
    let policy = shop.current.program.channels[channel]
    let changed = try await store.write(as: .urgent) { tx in
      let changed = try tx.withdrawConsent(
        customerID: customerID, channel: channel, address: { policy?.sharedAddress(of: $0) }, at: now,
        source: source)
      if changed == nil { try tx.touch() }
      return changed
    }
    if changed == true {
      log.info("consent_withdrawn", ["customer": customerID, "channel": channel.rawValue, "source": source])
    }
    return changed
  }

  func export(_ request: JSON) async throws -> JSON {
    let id = try text("customer", of: request)
    guard let data = try await store.read({ try $0.export(customerID: id) }) else {
      throw OperationError.unknownCustomer(id)
    }
    return data
  }

  func forget(_ request: JSON) async throws -> JSON {
    let id = try text("customer", of: request)
    let now = now()
    let known = try await store.write(as: .urgent) { try $0.forget(customerID: id, at: now) }
    guard known else { throw OperationError.unknownCustomer(id) }
    // What was set aside of the person is gone, and its numbers may be others' one day.
    quarantine.learn(try await store.read { try $0.quarantine() })
    log.notice("customer_forgotten", [:])
    return ["customer": .string(id), "forgotten": true]
  }
}
