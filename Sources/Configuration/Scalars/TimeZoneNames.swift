internal import Domain
internal import Glibc
internal import Platform

/// The IANA time zones this machine knows.
package struct TimeZoneNames: Sendable {
  /// The directory of the zone files.
  package let directory: String

  package init(directory: String = "/usr/share/zoneinfo") {
    self.directory = directory
  }

  /// Whether `name` is a zone of the database; false for names that could leave the directory.
  package func contains(_ name: String) -> Bool {
    guard Self.isWellFormed(name) else { return false }
    let file = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    var magic: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
    guard Glibc.read(file, &magic, 4) == 4 else { return false }
    return magic == (0x54, 0x5A, 0x69, 0x66)
  }

  private static func isWellFormed(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard name.utf8.count <= 64, parts.count <= 3 else { return false }
    return parts.allSatisfy { part in
      part.first.map { (65...90).contains($0 & 0xDF) } == true
        && part.allSatisfy {
          (48...57).contains($0) || (97...122).contains($0 | 0x20) || [0x5F, 0x2D, 0x2B].contains($0)
        }
    }
  }

  /// All names, for suggestions; empty if the database's list is not installed.
  func all() -> [String] {
    var names: [String] = []
    for list in ["tzdata.zi", "tzdata.zi.txt"] {
      guard let bytes = try? ConfigurationRoot.bytes(at: "\(directory)/\(list)", maximum: 1 << 20) else {
        continue
      }
      for line in bytes.split(separator: 10) {
        let words = line.split(separator: 32)
        // `Z NAME ...` is a zone and `L TARGET NAME` a link to one.
        if words.count > 1, words[0] == [0x5A] { names.append(String(decoding: words[1], as: UTF8.self)) }
        if words.count > 2, words[0] == [0x4C] { names.append(String(decoding: words[2], as: UTF8.self)) }
      }
      break
    }
    return names
  }
}

extension Shape where Value == String {
  /// An IANA time zone that this machine knows: `Asia/Shanghai`.
  package static var timeZone: Shape {
    let schema = SchemaNode(
      .text(pattern: "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){0,2}$"),
      expected: "a time zone such as Asia/Shanghai", example: "Asia/Shanghai")
    return scalar(schema) { (scalar, environment) throws(ScalarProblem) in
      guard !environment.timeZones.contains(scalar.text) else { return scalar.text }
      let names = environment.timeZones.all()
      let isOffset = ["UTC", "GMT"].contains { scalar.text.uppercased().hasPrefix($0) }
      throw .mismatch(
        hint: isOffset
          ? "name a place, so that summer time is known"
          : NearestName.hint(for: scalar.text, among: names))
    }
  }
}
