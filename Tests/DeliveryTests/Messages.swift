import Delivery
import Domain
import Support

/// A message as the outbox gives it out, ready to be changed by a test.
func message(
  key: Int64 = 1, to: String = "ann@tea.example", toName: String = "Ann Lee", subject: String? = "Your tea",
  preheader: String? = nil, html: String? = nil, text: String = "Hello Ann\n", purpose: Purpose = .marketing,
  unsubscribeURL: String? = "https://hello.tea.example/u/abc", data: Record = Record(), attempt: Int = 1,
  channel: ChannelName = "email", dueAt: Instant = noon, expiresAt: Instant = noon + .hours(24),
  standing: ClaimedMessage.Standing = .clean, claimedAt: Instant? = nil, firstHandoffAt: Instant? = nil,
  closesAt: Instant? = nil
) -> ClaimedMessage {
  ClaimedMessage(
    key: key, uid: uid(key),
    token: ClaimToken(bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: key), count: 16)),
    attempt: attempt, trigger: "win_back", customer: CustomerKey(7), channel: channel, step: "first",
    dueAt: dueAt, expiresAt: expiresAt, standing: standing, claimedAt: claimedAt,
    firstHandoffAt: firstHandoffAt, closesAt: closesAt,
    content: MessageContent(
      to: to, toName: toName, subject: subject, preheader: preheader, html: html, text: text,
      purpose: purpose,
      unsubscribeURL: unsubscribeURL, data: data))
}

/// 2026-03-01T12:00:00Z, a Sunday.
let noon = VirtualClock.noon

func uid(_ key: Int64) -> String {
  let digits = String(key, radix: 16)
  return String(repeating: "0", count: 32 - digits.utf8.count) + digits
}
