/// A message that another system has sent to a customer. It counts against caps, and for a step of a trigger if
/// it names one; it is never handed to a channel.
package struct SentElsewhere: Equatable, Sendable {
  package var channel: ChannelName
  package var sentAt: Instant
  /// `nil` if the message belongs to none of the shop's triggers.
  package var trigger: TriggerID?
  /// What it was about: an order, a cart, a product, a year. `nil` if nobody said.
  package var occurrence: String?
  /// `nil` for the first.
  package var step: StepID?
  package var subject: String?
  /// The name of the message in the other system.
  package var messageID: String?
  /// The other system, or the name of a file.
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
  /// The key of a message of another system, so that a list that is told twice counts once.
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
