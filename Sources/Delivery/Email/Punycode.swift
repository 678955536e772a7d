/// The encoding of host name labels in other scripts (RFC 3492), without the `xn--`.
enum Punycode {
  /// `nil` when the numbers overflow, which no label of a legal length does.
  static func encode(_ label: String) -> String? {
    let scalars = label.unicodeScalars.map(\.value)
    var output = scalars.filter { $0 < 0x80 }.map { UInt8($0) }
    let basicCount = output.count
    if basicCount > 0 { output.append(UInt8(ascii: "-")) }
    var code: UInt32 = 128
    var delta: UInt32 = 0
    var bias: UInt32 = 72
    var handled = basicCount
    while handled < scalars.count {
      guard let next = scalars.filter({ $0 >= code }).min() else { return nil }
      let (step, overflowed) = (next - code).multipliedReportingOverflow(by: UInt32(handled + 1))
      guard !overflowed, delta <= .max - step else { return nil }
      delta += step
      code = next
      for scalar in scalars {
        if scalar < code {
          guard delta < .max else { return nil }
          delta += 1
        }
        guard scalar == code else { continue }
        var rest = delta
        var position: UInt32 = 36
        while true {
          let threshold = position <= bias ? 1 : min(26, position - bias)
          guard rest >= threshold else { break }
          output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
          rest = (rest - threshold) / (36 - threshold)
          position += 36
        }
        output.append(digit(rest))
        bias = adapted(delta, count: UInt32(handled + 1), first: handled == basicCount)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    value < 26 ? UInt8(value) + UInt8(ascii: "a") : UInt8(value - 26) + UInt8(ascii: "0")
  }

  private static func adapted(_ delta: UInt32, count: UInt32, first: Bool) -> UInt32 {
    var delta = first ? delta / 700 : delta / 2
    delta += delta / count
    var offset: UInt32 = 0
    while delta > 455 {
      delta /= 35
      offset += 36
    }
    return offset + 36 * delta / (delta + 38)
  }
}
