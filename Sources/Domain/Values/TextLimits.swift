/// Maximum bytes of the texts kept for every line of every cart and order; without limits, a few customers
/// due at once could exhaust the memory.
package enum TextLimits {
  /// A product's name.
  package static let name = 256
  package static let url = 2048
}
