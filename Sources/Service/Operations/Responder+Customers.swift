internal import Decisioning
package import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  func unsubscribe(_ request: UnsubscribeRequest) async throws -> UnsubscribeAnswer {
    if isChannel(request.customer), !isChannel(request.channel.rawValue) {
      throw OperationError.misplaced(
        name: request.customer, kind: "channel", order: "unsubscribe CUSTOMER \(request.customer)")
    }
    let channel = try known(request.channel)
    guard
      let isChanged = try await unsubscribe(
        customerID: request.customer, channel: channel, source: "operator")
    else { throw OperationError.unknownCustomer(request.customer) }
    return UnsubscribeAnswer(customer: request.customer, channel: channel, isChanged: isChanged)
  }

  /// Withdraws consent.
  ///
  /// - Returns: whether anything changed; `nil` when there is no such customer. Both take the same time,
  ///   because the answer to an unsubscribe link must not reveal whether a customer exists.
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

  func forget(_ request: ForgetRequest) async throws -> ForgetAnswer {
    let id = request.customer
    let now = now()
    let (person, imported) = try await store.read { tx in
      let (ids, addresses, references) = try tx.traces(ofCustomer: id)
      return (
        PersonalFiles.Person(ids: ids, addresses: addresses, references: references), try tx.importedPaths()
      )
    }
    let known = try await store.write(as: .urgent) { try $0.forget(customerID: id, at: now) }
    guard known else { throw OperationError.unknownCustomer(id) }
    // The person's quarantined work is gone, and its numbers may be reused.
    quarantine.learn(try await store.read { try $0.quarantine() })
    // Only now is it certain that no more messages to the person are captured.
    let found = try await WorkerThread.run("forget") { [files] in files.clear(person, imported: imported) }
    log.notice("customer_forgotten", ["removed": found.removed.count, "left": found.left.count])
    return ForgetAnswer(customer: id, removed: found.removed, left: found.left)
  }
}
