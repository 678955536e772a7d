internal import Decisioning
internal import Delivery
internal import Domain
internal import Glibc
internal import Operations
internal import Platform

/// Operators' requests that need a channel: the wire form of a message, and a test message that is really
/// sent. Neither touches the ledger or the outbox.
struct ChannelRequests: Sendable {
  let responder: Responder
  /// A channel as configured, for display; `nil` if there is none of that name.
  let configured: @Sendable (ChannelName) throws -> Channel?
  /// A channel as it runs, perhaps captured, for sending.
  let running: @Sendable (ChannelName) throws -> Channel?

  func preview(_ request: PreviewRequest) async throws -> PreviewAnswer {
    let preview = try await responder.composed(
      request.template, for: request.customer, by: request.channel)
    guard request.wantsWire else { return PreviewAnswer(preview) }
    let channel = try found(preview.channel, try configured(preview.channel))
    let now = responder.now()
    let message = Self.message(
      preview.content, channel: channel, trigger: preview.trigger, step: preview.step, now: now)
    let form: WireForm
    do {
      form = try channel.adapter.preview(message, at: now)
    } catch {
      throw ServiceError("the message cannot leave by '\(channel.name)': \(error)", exitCode: EX_DATAERR)
    }
    let wire = PreviewAnswer.Wire(format: form.format, text: String(decoding: form.bytes, as: UTF8.self))
    return PreviewAnswer(preview, wire: wire)
  }

  func sendTest(_ request: SendTestRequest) async throws -> SendTestAnswer {
    let name = request.channel
    let channel = try found(name, try running(name))
    let to = try responder.usable(request.to, by: name)
    let now = responder.now()
    var content = Self.greeting(from: responder.shop.current.program.brand.name, channel: channel.name)
    var (trigger, step) = (TriggerID("test"), StepID("1"))
    var sample: Sample.Extent?
    if let template = request.template {
      guard let customer = request.customer else { throw OperationError.missing("customer") }
      let preview = try await responder.composed(template, for: customer, by: name, to: to)
      (content, trigger, step) = (preview.content, preview.trigger, preview.step)
      sample = preview.sample
    }
    content.to = to
    if let subject = content.subject {
      content.subject = "[test] \(subject)"
    } else {
      content.text = "[test] \(content.text)"
    }
    let message = Self.message(content, channel: channel, trigger: trigger, step: step, now: now)
    let held = responder.quarantine.box.hold(.command, 0)
    let report = await channel.adapter.deliver(message, at: now, through: HandoffGate { true })
    responder.quarantine.box.letGo(held)
    responder.log.notice(
      "test_message",
      ["channel": channel.name.rawValue, "to": Redaction.address(to), "outcome": report.outcome.rawValue])
    return SendTestAnswer(
      channel: channel.name, to: to, outcome: report.outcome, code: report.code, detail: report.detail,
      reference: report.reference, file: file(of: report, by: channel), sample: sample.map { MadeUp($0) })
  }

  private func file(of report: DeliveryReport, by channel: Channel) -> String? {
    guard report.outcome == .accepted, let name = report.reference else { return nil }
    return (channel.adapter as? CaptureAdapter)?.path(of: name)
  }

  private func found(_ name: ChannelName, _ channel: Channel?) throws -> Channel {
    guard let channel else { throw responder.unknown(name) }
    return channel
  }

  private static func greeting(from brand: String, channel: ChannelName) -> MessageContent {
    MessageContent(
      to: "", subject: "\(brand) by \(channel)",
      text: "This is a test of the channel '\(channel)' of \(brand). It works, since you read this.\n",
      purpose: .service)
  }

  private static func message(
    _ content: MessageContent, channel: Channel, trigger: TriggerID, step: StepID, now: Instant
  ) -> ClaimedMessage {
    ClaimedMessage(
      key: 0, uid: Hex.text(RandomBytes.make(16)), token: ClaimToken(bytes: RandomBytes.make(16)), attempt: 1,
      trigger: trigger, customer: CustomerKey(0), channel: channel.name, step: step, dueAt: now,
      expiresAt: now + .hours(1), content: content)
  }
}
