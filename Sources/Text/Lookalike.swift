/// Characters that Chinese and Japanese keyboards or word processors produce instead of the ASCII characters that YAML
/// and Liquid need.
package enum Lookalike {
  /// The ASCII character meant by a lookalike; `nil` if `scalar` is not one.
  package static func meant(by scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    // The full-width forms of ASCII.
    case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0)
    case 0x3000: " "
    case 0x201C, 0x201D, 0x201E, 0x300C, 0x300D, 0x300E, 0x300F: "\""
    case 0x2018, 0x2019, 0x201A: "'"
    case 0x3001: ","
    case 0x3002: "."
    case 0x3010: "["
    case 0x3011: "]"
    default: nil
    }
  }

  /// Advice for the first lookalike in a text, such as `write ':' for '：'`; `nil` if there is none.
  package static func advice(in text: some Sequence<Unicode.Scalar>) -> String? {
    for scalar in text {
      if let meant = meant(by: scalar) { return "write '\(meant)' for '\(scalar)'" }
    }
    return nil
  }
}
