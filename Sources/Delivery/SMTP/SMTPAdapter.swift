import Configuration
package import Domain
package import Platform
import Synchronization

/// Sends mail over SMTP. The gate is the final dot: the server has everything else before it opens.
package final class SMTPAdapter: ChannelAdapter {
  private enum Flight {
    /// Waiting until the dot may be sent, or for the end of the mail.
    case beforeDot(CheckedContinuation<Stop, Never>)
    case afterDot(CheckedContinuation<Stop, Never>?)
    /// Ended while the gate was being opened.
    case ended(SMTPResult)
  }

  private enum Stop: Sendable {
    case atDot
    case ended(SMTPResult)
  }

  private let composer: MailComposer
  private let sender: EnvelopeAddress
  private let relay: SMTPRelay
  private let engine: TransferEngine
  private let flights: FlightTable
  private let text: ProviderText
  private let policy = Mutex(PolicyRefusals())

  package init(
    _ settings: SMTPSettings, channel: ChannelName, engine: TransferEngine
  ) throws(ChannelSetupError) {
    do throws(CompositionError) {
      composer = try MailComposer(settings.identity, channel: channel)
    } catch {
      throw ChannelSetupError(channel: channel, problem: error.description)
    }
    do throws(EnvelopeAddressError) {
      sender = try EnvelopeAddress(
        (settings.identity.returnPath ?? settings.identity.from.address).description)
    } catch {
      throw ChannelSetupError(channel: channel, problem: error.description)
    }
    let flights = FlightTable()
    self.flights = flights
    self.engine = engine
    relay = engine.relay(settings.relay) { flights.take($0) }
    text = ProviderText(secrets: [settings.password?.reveal()].compactMap { $0 })
  }

  package func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm {
    WireForm(format: "eml", bytes: try composer.compose(message, date: now))
  }

  package func deliver(
    _ message: ClaimedMessage, at now: Instant, through gate: HandoffGate
  ) async -> DeliveryReport {
    let mail: SMTPMail
    do {
      let recipient = try EmailAddress(message.content.to)
      mail = SMTPMail(
        sender: sender, recipients: [try EnvelopeAddress(recipient.description)],
        message: try composer.compose(message, to: recipient, date: now))
    } catch let error as CompositionError {
      return .refused(error)
    } catch let error as EmailAddressError {
      return .refused(.badAddress(error))
    } catch {
      return .refused(.badAddress(.badDomain))
    }
    guard !Task.isCancelled else { return .released }
    let id = engine.newID()
    return await withTaskCancellationHandler {
      let stop = await withCheckedContinuation { continuation in
        flights.begin(id, continuation)
        relay.submit([(id, mail)])
      }
      guard case .atDot = stop else { return report(flights.end(stop)) }
      // If the task was cancelled before the mail was submitted, there was nothing to abort.
      let isOpen = Task.isCancelled ? false : await gate.open()
      if isOpen { relay.releaseDot([id]) } else { relay.abort([id]) }
      let end = flights.end(await withCheckedContinuation { flights.waitForEnd(of: id, $0) })
      // A closed gate must be reported as such, however the server reacted to the abort.
      return isOpen ? report(end) : .released
    } onCancel: {
      relay.abort([id])
    }
  }

  package func close() async {}

  private func report(_ result: SMTPResult) -> DeliveryReport {
    // After a lost connection, the last reply was a positive one and explains nothing.
    let reply = result.end == .lost || result.end == .timedOut ? nil : result.reply
    let code = reply.map { reply in
      reply.enhancedCode.map { "\(reply.code) \($0)" } ?? "\(reply.code)"
    }
    let words = [reply?.text ?? "", result.end == .accepted ? "" : result.detail].filter {
      !$0.isEmpty
    }
    return DeliveryReport(
      outcome(of: result),
      reference: result.end == .accepted ? Self.queueID(result.reply?.text ?? "") : nil,
      code: code ?? (result.code == .ok ? result.end.rawValue : result.code.description),
      detail: result.end == .accepted ? nil : text.clean(words.joined(separator: "; ")))
  }

  private func outcome(of result: SMTPResult) -> OutcomeClass {
    let outcome = SMTPClassification.outcome(of: result)
    if SMTPClassification.mayConcernChannel(result) {
      return policy.withLock { $0.refused() } ? .configurationFault : outcome
    }
    if result.stage == .body || result.stage == .dotSent { policy.withLock { $0.recipientTaken() } }
    return outcome
  }

  /// The id in replies such as `Ok: queued as 4F1B2C` (Postfix) or `OK id=1rXyz-...` (Exim); `nil` in others.
  static func queueID(_ text: String) -> String? {
    for marker in ["queued as ", "id="] {
      guard let range = text.firstRange(of: marker) else { continue }
      let id = text[range.upperBound...].prefix(before: { !isQueueIDByte($0) })
      if (4...100).contains(id.utf8.count) { return String(id) }
    }
    return nil
  }

  private static func isQueueIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }

  /// Mails in flight and the tasks waiting for them. Thread-safe: the engine's thread writes, delivering
  /// tasks wait.
  private final class FlightTable: Sendable {
    private let flights = Mutex<[TransferID: Flight]>([:])

    func begin(_ id: TransferID, _ continuation: CheckedContinuation<Stop, Never>) {
      flights.withLock { $0[id] = .beforeDot(continuation) }
    }

    func waitForEnd(of id: TransferID, _ continuation: CheckedContinuation<Stop, Never>) {
      let ended = flights.withLock { flights -> SMTPResult? in
        if case .ended(let result)? = flights[id] {
          flights[id] = nil
          return result
        }
        flights[id] = .afterDot(continuation)
        return nil
      }
      if let ended { continuation.resume(returning: .ended(ended)) }
    }

    func end(_ stop: Stop) -> SMTPResult {
      switch stop {
      case .ended(let result): result
      // Cannot happen, because the engine reports the dot once; a second report would mean garbage.
      case .atDot: SMTPResult(id: TransferID(number: 0), end: .garbled, stage: .dotSent)
      }
    }

    func take(_ events: [SMTPRelay.Event]) {
      let woken = flights.withLock { flights in
        var woken: [(CheckedContinuation<Stop, Never>, Stop)] = []
        for event in events {
          switch event {
          case .readyForDot(let id):
            guard case .beforeDot(let continuation)? = flights[id] else { continue }
            flights[id] = .afterDot(nil)
            woken.append((continuation, .atDot))
          case .finished(let result):
            switch flights[result.id] {
            case .beforeDot(let continuation), .afterDot(let continuation?):
              flights[result.id] = nil
              woken.append((continuation, .ended(result)))
            case .afterDot(nil): flights[result.id] = .ended(result)
            case .ended, nil: continue
            }
          }
        }
        return woken
      }
      for (continuation, stop) in woken { continuation.resume(returning: stop) }
    }
  }
}
