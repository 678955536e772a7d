/// What an operator says about an ambiguous message.
package enum Resolution: String, Sendable, CaseIterable {
  /// It arrived.
  case sent
  /// It did not, and shall not.
  case dead
  /// Send it again, at the risk of a second copy.
  case retry
}
