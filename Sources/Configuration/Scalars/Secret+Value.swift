package import Platform

package typealias Secret = Platform.Secret

extension Platform.Secret {
  /// The value itself, for the one place that sends it; empty when the reference was not resolved.
  package var value: String { reveal() }
}
