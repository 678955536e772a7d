import Configuration
package import Domain
import Platform
import Templates

/// Sends messages as HTTP requests. The gate opens before the first byte of the request.
package final class HTTPAdapter: ChannelAdapter {
  private let settings: HTTPChannelSettings
  private let environment: AdapterEnvironment
  private let classification: HTTPClassification
  private let text: ProviderText
  /// Identifies this channel among those that share the engine.
  private let sender: TransferID

  package init(_ settings: HTTPChannelSettings, _ environment: AdapterEnvironment) {
    self.settings = settings
    self.environment = environment
    sender = environment.engine.newID()
    classification = HTTPClassification(
      rule: settings.success, isIdempotent: settings.isIdempotent, isMetered: settings.address == .phone)
    text = ProviderText(
      secrets: settings.request.secrets.map { $0.value.reveal() } + (settings.authentication?.secrets ?? []))
  }

  package func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm {
    let request = try settings.request.render(message, environment: rendering(now), showingSecrets: false)
    var out = Array("\(settings.request.method.rawValue) \(request.url)\n".utf8)
    for field in headers(request, message) { out += Array("\(field.name): \(field.value)\n".utf8) }
    if settings.authentication != nil { out += Array("Authorization: <secret>\n".utf8) }
    out.append(0x0A)
    out += request.body
    out.append(0x0A)
    return WireForm(format: "http", bytes: out)
  }

  package func deliver(
    _ message: ClaimedMessage, at now: Instant, through gate: HandoffGate
  ) async -> DeliveryReport {
    let transfer: HTTPTransfer
    do throws(CompositionError) {
      var request = try settings.request.render(message, environment: rendering(now), showingSecrets: true)
      request.headers = headers(request, message)
      try settings.authentication?.sign(
        &request, messageID: message.uid, now: now, environment: rendering(now))
      for field in request.headers {
        try MailHeaders.check(field.value, field: field.name, limit: HTTPRequestTemplate.headerLimit)
      }
      transfer = self.transfer(request)
    } catch {
      return .refused(error)
    }
    guard !Task.isCancelled, await gate.open() else { return .released }
    let result = await environment.engine.send(transfer)
    return report(result, now)
  }

  package func close() async {}

  private func headers(_ request: HTTPRequestTemplate.Rendered, _ message: ClaimedMessage) -> HTTPHeaders {
    var headers = request.headers
    if let name = settings.idempotencyHeader, headers[name] == nil { headers.append(name, message.uid) }
    return headers
  }

  private func transfer(_ request: HTTPRequestTemplate.Rendered) -> HTTPTransfer {
    var transfer = HTTPTransfer(
      method: settings.request.method.rawValue, url: request.url, headers: request.headers,
      body: request.body,
      allowPrivateAddresses: settings.allowPrivate)
    transfer.sender = sender
    transfer.totalTimeout = settings.timeout
    transfer.connectTimeout = min(.seconds(10), settings.timeout)
    transfer.certificateAuthorityFile = settings.authorities
    return transfer
  }

  private func rendering(_ now: Instant) -> RenderEnvironment {
    RenderEnvironment(now: now, locale: environment.locale, currency: environment.currency)
  }

  private func report(_ result: HTTPTransferResult, _ now: Instant) -> DeliveryReport {
    let answer = try? JSON.parse(result.body)
    let outcome = classification.outcome(of: result, answer: answer)
    let own = settings.success.code.flatMap { path in answer.flatMap { path.text(in: $0) } }
    let status = result.status > 0 ? "\(result.status)" : result.code.description
    let reference = settings.reference.flatMap { path in answer.flatMap { path.text(in: $0) } }
    let words = result.body.isEmpty ? Array(result.detail.utf8) : result.body
    return DeliveryReport(
      outcome, reference: outcome == .accepted ? reference.flatMap { text.clean($0) } : nil,
      code: text.clean([status, own].compactMap { $0 }.joined(separator: " ")),
      detail: outcome == .accepted ? nil : text.clean(words),
      retryAfter: retryAfter(result.headers, now))
  }

  /// Zero or two values give no pause.
  private func retryAfter(_ headers: HTTPHeaders, _ now: Instant) -> Duration? {
    let values = headers.values(of: "Retry-After")
    guard values.count == 1, let value = values.first else { return nil }
    return RetryAfter.parse(value, responseDate: headers["Date"], now: now)
  }
}
