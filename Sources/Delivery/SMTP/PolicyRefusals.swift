/// Tells a server that takes nothing from us from one that has a rule against single recipients, when both answer alike.
///
/// A refusal is held against the channel until a recipient was taken, and again from the third in a row. What is held
/// against the channel costs no message: as with any refusal of settings the next message decides, the channel is tried
/// again by one at a time, and goes on by itself once the server takes one. So neither a missing login nor one strange
/// address can end messages that would have arrived.
struct PolicyRefusals: Equatable {
  /// Once the server has accepted a recipient, up to this many refusals in a row are blamed on the recipients.
  static let tolerated = 2

  /// Nothing was taken yet: the first counts already.
  private var inARow = tolerated

  /// The server would have the message for its recipient.
  mutating func recipientTaken() { inARow = 0 }

  /// A recipient was refused by policy. - Returns: whether it is held against the channel.
  mutating func refused() -> Bool {
    if inARow <= Self.tolerated { inARow += 1 }
    return inARow > Self.tolerated
  }
}
