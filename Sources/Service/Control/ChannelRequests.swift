internal import Decisioning
internal import Delivery
internal import Domain
internal import Glibc
internal import Platform

/// What operators ask that needs a channel: the form in which a message would leave, and a message that really leaves
/// to see whether the way is open. Neither touches the ledger or the outbox.
struct ChannelRequests: Sendable {
  let operations: Operations
  /// A channel as the configuration has it, for showing; `nil` when there is none of that name.
  let configured: @Sendable (ChannelName) throws -> Channel?
  /// The same as it runs, perhaps captured, for sending.
  let running: @Sendable (ChannelName) throws -> Channel?

  /// `preview`: as the operation of that name; with `"wire": true` also `wire` `{format, text}`, what the channel
  /// would hand to the provider, secrets as `<secret>`.
  func preview(_ request: JSON) async -> JSON {
    await Operations.answering {
      let preview = try await operations.composed(request)
      guard request["wire"]?.boolValue == true, case .object(var object) = preview.json else {
        return preview.json
      }
      let channel = try found(preview.channel, try configured(preview.channel))
      let now = operations.now()
      let message = Self.message(
        preview.content, channel: channel, trigger: preview.trigger, step: preview.step, now: now)
      let form: WireForm
      do {
        form = try channel.adapter.preview(message, at: now)
      } catch {
        throw ServiceError("the message cannot leave by '\(channel.name)': \(error)", exitCode: EX_DATAERR)
      }
      object["wire"] = [
        "format": .string(form.format), "text": .string(String(decoding: form.bytes, as: UTF8.self)),
      ]
      return .object(object)
    }
  }

  /// `send-test`: `channel`, `to`, and perhaps `template` with `customer`. The answer tells how the provider took it:
  /// `outcome` is a word of `OutcomeClass`.
  func sendTest(_ request: JSON) async -> JSON {
    await Operations.answering {
      let name = ChannelName(try operations.text("channel", of: request))
      let channel = try found(name, try running(name))
      let to = try operations.usable(try operations.text("to", of: request), by: name)
      let now = operations.now()
      var content = Self.greeting(from: operations.shop.current.program.brand.name, channel: channel.name)
      var (trigger, step) = (TriggerID("test"), StepID("1"))
      if request["template"] != nil {
        let preview = try await operations.composed(request, to: to)
        (content, trigger, step) = (preview.content, preview.trigger, preview.step)
      }
      content.to = to
      if let subject = content.subject {
        content.subject = "[test] \(subject)"
      } else {
        content.text = "[test] \(content.text)"
      }
      let message = Self.message(content, channel: channel, trigger: trigger, step: step, now: now)
      let held = operations.quarantine.box.hold(.command, 0)
      let report = await channel.adapter.deliver(message, at: now, through: HandoffGate { true })
      operations.quarantine.box.letGo(held)
      operations.log.notice(
        "test_message",
        ["channel": channel.name.rawValue, "to": Redaction.address(to), "outcome": report.outcome.rawValue])
      var answer: JSONObject = [
        "channel": .string(channel.name.rawValue), "to": .string(to),
        "outcome": .string(report.outcome.rawValue),
      ]
      if let code = report.code { answer["code"] = .string(code) }
      if let detail = report.detail { answer["detail"] = .string(detail) }
      if let reference = report.reference { answer["reference"] = .string(reference) }
      return .object(answer)
    }
  }

  private func found(_ name: ChannelName, _ channel: Channel?) throws -> Channel {
    guard let channel else { throw operations.unknown(name) }
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
