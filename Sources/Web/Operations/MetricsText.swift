/// Writes metrics in Prometheus' text format, version 0.0.4.
package enum MetricsText {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// Writes the families in order, each with its HELP and TYPE, even without samples.
  package static func write(_ families: [MetricFamily]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(families.count * 256)
    for family in families {
      append("# HELP \(family.name) \(escaped(family.help, quotes: false))\n", to: &bytes)
      append("# TYPE \(family.name) \(family.kind.rawValue)\n", to: &bytes)
      for sample in family.samples {
        switch sample.value {
        case .number(let value): line(family.name, sample.labels, value, to: &bytes)
        case .histogram(let bounds, let counts, let sum):
          var total = 0
          for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? bounds[index] : .infinity
            line(
              family.name + "_bucket", sample.labels + [.init("le", number(bound))], Double(total), to: &bytes
            )
          }
          line(family.name + "_sum", sample.labels, sum, to: &bytes)
          line(family.name + "_count", sample.labels, Double(total), to: &bytes)
        }
      }
    }
    return bytes
  }

  private static func line(
    _ name: String, _ labels: [MetricFamily.Label], _ value: Double, to bytes: inout [UInt8]
  ) {
    append(name, to: &bytes)
    for (index, label) in labels.enumerated() {
      append(index == 0 ? "{" : ",", to: &bytes)
      append("\(label.name)=\"\(escaped(label.value, quotes: true))\"", to: &bytes)
    }
    append(labels.isEmpty ? " \(number(value))\n" : "} \(number(value))\n", to: &bytes)
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) { bytes.append(contentsOf: text.utf8) }

  /// Whole numbers without a fraction; `+Inf`, `-Inf` and `NaN` as the format spells them.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
    return value.description
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): append("\\\\", to: &bytes)
      case 0x0A: append("\\n", to: &bytes)
      case UInt8(ascii: "\"") where quotes: append("\\\"", to: &bytes)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
