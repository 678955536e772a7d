/// Bytes of a shop's texts that are kept of every line of every cart and order; without a limit a few customers would be
/// more than the memory holds when they are all due at once.
package enum TextLimits {
  /// The name of a product.
  package static let name = 256
  package static let url = 2048
}
