extension LedgerKey {
  /// The key of the message that replaces one which provably reached nobody: SHA-256 over this key, the new
  /// message's channel and its number among those of the step, 1 for the second.
  package func replacement(on channel: ChannelName, number: Int) -> LedgerKey {
    var hash = SHA256()
    hash.update(bytes.span)
    hash.update(channel.rawValue.utf8.span)
    hash.update([0, UInt8(truncatingIfNeeded: number)].span)
    return LedgerKey(bytes: hash.finalize().bytes)
  }

  /// Maximum replacements in a row for one step.
  private static let mostReplacements = 8

  /// Whether the messages sent for a step may be replaced: all of them reached nobody.
  package static func isReplaceable(sent: Int, unreached: Int) -> Bool {
    sent > 0 && sent == unreached && sent <= mostReplacements
  }
}
