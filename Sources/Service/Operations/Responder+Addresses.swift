internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  /// The address in the form that intake stores. In any other form it would hold no messages back.
  ///
  /// - Throws: `OperationError.unusableAddress` if it is not an address.
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

  /// Likewise, but also accepts an invalid number that an earlier version has stored, since it can be
  /// suppressed.
  private func holdable(_ address: String, by channel: ChannelName) throws -> String {
    guard shop.current.program.channels[channel]?.address == .phone else {
      return try usable(address, by: channel)
    }
    do {
      return try PhoneSyntax.held(address, country: shop.current.program.brand.callingCode)
    } catch {
      throw OperationError.unusableAddress(reason: "\(error)")
    }
  }

  /// - Throws: `OperationError` if there is no such channel, or the two words are swapped.
  private func known(_ name: ChannelName, before address: String, of command: String) throws -> ChannelName {
    if isChannel(address), !isChannel(name.rawValue) {
      throw OperationError.misplaced(name: address, kind: "channel", order: "\(command) \(address) ADDRESS")
    }
    return try known(name)
  }

  func suppress(_ request: SuppressRequest) async throws -> SuppressAnswer {
    let channel = try known(request.channel, before: request.address, of: SuppressRequest.name)
    let address = try holdable(request.address, by: channel)
    let now = now()
    let before = try await store.write(as: .urgent) { tx in
      let before = try tx.suppressions(of: [(channel, address)])[0]
      try tx.suppress([(channel, address, .operator)], at: now)
      return before
    }
    log.notice(
      "address_suppressed", ["channel": channel.rawValue, "address": Redaction.address(address)])
    return SuppressAnswer(channel: channel, address: address, before: before)
  }

  func unsuppress(_ request: UnsuppressRequest) async throws -> SuppressAnswer {
    let channel = try known(request.channel, before: request.address, of: UnsuppressRequest.name)
    // A suppression can always be lifted, even of an address that would not be accepted now.
    let address = (try? usable(request.address, by: channel)) ?? request.address
    let now = now()
    let before = try await store.write(as: .urgent) { tx in
      let before = try tx.suppressions(of: [(channel, address)])[0]
      _ = try tx.unsuppress(channel: channel, address: address, at: now)
      return before
    }
    // Even when nothing was suppressed any more: an earlier call may have been interrupted before this.
    try await wake(address, of: channel, now)
    log.notice(
      "address_unsuppressed", ["channel": channel.rawValue, "address": Redaction.address(address)])
    return SuppressAnswer(channel: channel, address: address, before: before)
  }

  /// Customers at this address may have steps that wait for one. They are searched for off the writing
  /// thread, because there may be many.
  private func wake(_ address: String, of channel: ChannelName, _ now: Instant) async throws {
    guard let kind = shop.current.program.channels[channel]?.address else { return }
    let found = try await store.read { try $0.customers(reachedAt: address, by: kind) }
    if found.isEmpty { return }
    // Decisions in progress about them must not be written after this.
    try await store.write(as: .urgent) { tx in
      try tx.markChanged(found)
      _ = try tx.wakeWaitingForAddress(of: found, now: now)
    }
    changed()
  }
}
