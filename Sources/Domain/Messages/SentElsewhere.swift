/// A message that another system sent to a customer. It counts for caps, and as a step of a trigger if it names one; it
/// is never delivered.
package struct SentElsewhere: Equatable, Sendable {
  package var channel: ChannelName
  package var sentAt: Instant
  /// `nil` if it belongs to none of the shop's triggers.
  package var trigger: TriggerID?
  /// What it was about: an order, a cart, a product, a year. `nil` if unknown.
  package var occurrence: String?
  /// `nil` for the trigger's first step.
  package var step: StepID?
  package var subject: String?
  /// The message's id in the other system.
  package var messageID: String?
  /// The other system's name, or that of the imported file.
  package var source: String

  package init(
    channel: ChannelName, sentAt: Instant, trigger: TriggerID? = nil, occurrence: String? = nil,
    step: StepID? = nil, subject: String? = nil, messageID: String? = nil, source: String
  ) {
    self.channel = channel
    self.sentAt = sentAt
    self.trigger = trigger
    self.occurrence = occurrence
    self.step = step
    self.subject = subject
    self.messageID = messageID
    self.source = source
  }
}

extension LedgerKey {
  /// The key of another system's message, so that importing a list twice counts once.
  package init(_ message: SentElsewhere, to customer: String) {
    var hash = SHA256()
    let parts = [
      "sent elsewhere", customer, message.channel.rawValue, String(message.sentAt.milliseconds),
      message.trigger?.rawValue ?? "", message.occurrence ?? "", message.step?.rawValue ?? "",
      message.messageID ?? "",
    ]
    for part in parts {
      hash.update(String(part.utf8.count))
      hash.update([0].span)
      hash.update(part)
    }
    self.init(bytes: hash.finalize().bytes)
  }
}
