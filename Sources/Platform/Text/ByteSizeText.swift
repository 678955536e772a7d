/// Formats byte counts for people, in powers of 1024: `0 B`, `1.5 KiB`, `150 MiB`.
package enum ByteSizeText {
  /// One decimal place below ten, none above.
  package static func text(_ bytes: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(bytes.magnitude)
    var unit = 0
    while value >= 1023.5, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let digits = unit > 0 && value < 9.95 ? 1 : 0
    return (bytes < 0 ? "-" : "") + DecimalText.fixed(value, digits) + " " + units[unit]
  }
}
