/// Distinguishes a server that refuses us altogether from one with a rule against single recipients, when both send
/// the same reply.
///
/// A refusal counts against the channel until a recipient is accepted, and again from the third in a row. Such a
/// refusal does not end the message: as for other refusals of settings, the next message decides, the channel is
/// probed one message at a time, and it recovers once the server accepts one. So neither a missing login nor one odd
/// address can end messages that would have arrived.
struct PolicyRefusals: Equatable {
  /// Once the server has accepted a recipient, up to this many refusals in a row are blamed on the
  /// recipients.
  static let tolerated = 2

  /// Nothing has been accepted yet, so the first refusal counts.
  private var inARow = tolerated

  /// The server accepted a recipient.
  mutating func recipientTaken() { inARow = 0 }

  /// A recipient was refused by policy. - Returns: whether it counts against the channel.
  mutating func refused() -> Bool {
    if inARow <= Self.tolerated { inARow += 1 }
    return inARow > Self.tolerated
  }
}
