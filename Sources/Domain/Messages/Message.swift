/// Whether a message sells or serves.
package enum Purpose: String, Sendable, CaseIterable {
  /// Needs consent, counts against caps, carries a way to unsubscribe.
  case marketing
  /// About something the customer started; skips caps and marketing consent, nothing else.
  case service
}

/// A composed message: what the customer will read, before any channel has converted it.
package struct MessageContent: Equatable, Sendable {
  /// The recipient: an email address, a phone number, a customer id.
  package var to: String
  /// The customer's name for the address line; empty if unknown.
  package var toName: String
  package var subject: String?
  package var preheader: String?
  package var html: String?
  /// The text part of an email, or the whole text message. Empty in an email with HTML only; the text is then
  /// derived from that when the mail is written.
  package var text: String
  package var purpose: Purpose
  /// The one-click link of this customer and channel; `nil` on service messages.
  package var unsubscribeURL: String?
  /// Data for request templates and programs besides the texts: customer and trigger facts.
  package var data: Record

  package init(
    to: String, toName: String = "", subject: String? = nil, preheader: String? = nil, html: String? = nil,
    text: String, purpose: Purpose, unsubscribeURL: String? = nil, data: Record = Record()
  ) {
    self.to = to
    self.toName = toName
    self.subject = subject
    self.preheader = preheader
    self.html = html
    self.text = text
    self.purpose = purpose
    self.unsubscribeURL = unsubscribeURL
    self.data = data
  }
}

/// Identifies a message forever: trigger, occurrence, customer and step.
package struct LedgerKey: Hashable, Sendable {
  /// 32 bytes, SHA-256 over the length-prefixed parts.
  package let bytes: [UInt8]
  package init(bytes: [UInt8]) { self.bytes = bytes }
}

/// A message to add to the outbox.
package struct NewMessage: Equatable, Sendable {
  package var ledgerKey: LedgerKey
  /// The keys that the same message would have under the customer's other ids.
  package var otherKeys: [LedgerKey]
  package var enrollment: Int64
  package var trigger: TriggerID
  package var occurrence: String
  package var customer: CustomerKey
  package var step: StepID
  package var channel: ChannelName
  /// The lowest goes first.
  package var priority: Int
  package var dueAt: Instant
  package var expiresAt: Instant
  package var content: MessageContent

  package init(
    ledgerKey: LedgerKey, otherKeys: [LedgerKey] = [], enrollment: Int64, trigger: TriggerID,
    occurrence: String, customer: CustomerKey, step: StepID, channel: ChannelName, priority: Int,
    dueAt: Instant, expiresAt: Instant, content: MessageContent
  ) {
    self.ledgerKey = ledgerKey
    self.otherKeys = otherKeys
    self.enrollment = enrollment
    self.trigger = trigger
    self.occurrence = occurrence
    self.customer = customer
    self.step = step
    self.channel = channel
    self.priority = priority
    self.dueAt = dueAt
    self.expiresAt = expiresAt
    self.content = content
  }
}

/// A message claimed for delivery.
package struct ClaimedMessage: Equatable, Sendable {
  package var key: Int64
  /// Stable across retries: 32 hexadecimal digits derived from the ledger key.
  package var uid: String
  /// The enrollment it came from; 0 if none, as for a test message.
  package var enrollment: Int64
  /// When it was decided and entered the outbox.
  package var decidedAt: Instant
  /// Proof of this claim; every later write includes it, so that a lost claim can change nothing.
  package var token: ClaimToken
  /// 1 for the first attempt.
  package var attempt: Int
  package var trigger: TriggerID
  package var customer: CustomerKey
  package var channel: ChannelName
  package var step: StepID
  package var dueAt: Instant
  package var expiresAt: Instant
  /// What its earlier attempts say about it.
  package var standing: Standing
  /// When it was claimed and last checked; `nil` if it need not be checked again.
  package var claimedAt: Instant?
  /// When an earlier attempt was first handed over; `nil` if none was. Limits the use of a provider's
  /// idempotency window.
  package var firstHandoffAt: Instant?
  /// From when on it may not be sent for a while, because the customer's quiet hours begin; `nil` if unknown.
  package var closesAt: Instant?
  package var content: MessageContent

  /// - Parameter decidedAt: `nil` for `dueAt`.
  package init(
    key: Int64, uid: String, enrollment: Int64 = 0, decidedAt: Instant? = nil, token: ClaimToken,
    attempt: Int, trigger: TriggerID, customer: CustomerKey, channel: ChannelName, step: StepID,
    dueAt: Instant, expiresAt: Instant, standing: Standing = .clean, claimedAt: Instant? = nil,
    firstHandoffAt: Instant? = nil, closesAt: Instant? = nil, content: MessageContent
  ) {
    self.standing = standing
    self.claimedAt = claimedAt
    self.key = key
    self.uid = uid
    self.enrollment = enrollment
    self.decidedAt = decidedAt ?? dueAt
    self.token = token
    self.attempt = attempt
    self.trigger = trigger
    self.customer = customer
    self.channel = channel
    self.step = step
    self.dueAt = dueAt
    self.expiresAt = expiresAt
    self.firstHandoffAt = firstHandoffAt
    self.closesAt = closesAt
    self.content = content
  }
}

extension ClaimedMessage {
  /// Whether a failure of a message is blamed on the message or on its channel.
  package enum Standing: String, Sendable, CaseIterable {
    /// No attempt has failed for a reason that may be the channel's.
    case clean
    /// One has, and nothing was accepted on the channel since.
    case failed
    /// One has, and others that were started later were accepted.
    case accused
  }
}

/// Sixteen random bytes that identify one claim of one message, as a fencing token.
package struct ClaimToken: Hashable, Sendable {
  package let bytes: [UInt8]
  package init(bytes: [UInt8]) { self.bytes = bytes }
}

extension LedgerKey {
  /// The message's uid: the first 16 bytes as 32 lower-case hexadecimal digits.
  package var messageUID: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 32) { buffer in
      let half = bytes.prefix(16)
      for (index, byte) in half.enumerated() {
        buffer[index * 2] = digits[Int(byte >> 4)]
        buffer[index * 2 + 1] = digits[Int(byte & 15)]
      }
      return half.count * 2
    }
  }
}
