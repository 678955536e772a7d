extension LedgerKey {
  /// The key of the message that takes the place of one which provably reached nobody: SHA-256 over this key, the
  /// channel of the new message and its number among those of the step, 1 for the second.
  package func replacement(on channel: ChannelName, number: Int) -> LedgerKey {
    var hash = SHA256()
    hash.update(bytes.span)
    hash.update(channel.rawValue.utf8.span)
    hash.update([0, UInt8(truncatingIfNeeded: number)].span)
    return LedgerKey(bytes: hash.finalize().bytes)
  }
}
