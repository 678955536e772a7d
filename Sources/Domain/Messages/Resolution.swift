/// An operator's decision about an ambiguous message.
package enum Resolution: String, Sendable, CaseIterable {
  /// It arrived.
  case sent
  /// It did not arrive, and must not be sent.
  case dead
  /// Send it again, at the risk of a second copy.
  case retry
}
