/// Cleans a provider's texts for the store and the log: short, on one line, without secrets.
package struct ProviderText: Sendable {
  package static let limit = 400

  private let secrets: HiddenSecrets

  /// - Parameter secrets: values that a provider might repeat; see `HiddenSecrets`.
  package init(secrets: [String] = []) { self.secrets = HiddenSecrets(secrets) }

  /// Replaces control characters by `?` and runs of white space by one space, repairs broken UTF-8, and cuts
  /// at 400 bytes.
  package func clean(_ text: some Sequence<UInt8>) -> String? {
    let bytes = secrets.hide(in: Array(text.prefix(4096)))
    var out: [UInt8] = []
    out.reserveCapacity(min(bytes.count, Self.limit))
    for byte in bytes {
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        if let last = out.last, last != 0x20 { out.append(0x20) }
      } else {
        out.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte)
      }
      if out.count >= Self.limit { break }
    }
    // The cut must not split a character.
    if out.count >= Self.limit {
      while let last = out.last, last & 0xC0 == 0x80 { out.removeLast() }
      if let last = out.last, last >= 0xC0 { out.removeLast() }
    }
    while out.last == 0x20 { out.removeLast() }
    guard !out.isEmpty else { return nil }
    var view = String.UnicodeScalarView()
    for scalar in String(decoding: out, as: UTF8.self).unicodeScalars {
      // C1 controls and direction marks could forge a line on a terminal.
      let isUnsafe =
        (0x80...0x9F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value)
      view.append(isUnsafe ? "?" : scalar)
    }
    return String(view)
  }

  package func clean(_ text: String) -> String? { clean(text.utf8) }
}
