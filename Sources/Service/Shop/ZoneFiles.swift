package import Decisioning
internal import Domain
internal import Platform

/// Reads the machine's time zones.
package enum ZoneFiles {
  /// Every zone below `directory`, by name. Files that are not zones are skipped; an unreadable directory
  /// gives none.
  package static func catalog(directory: String = "/usr/share/zoneinfo") -> ZoneCatalog {
    var zones: [ExactText: TimeZoneRules] = ["UTC": .utc]
    collect(directory, prefix: "", into: &zones, depth: 0)
    return ZoneCatalog(zones)
  }

  /// `posix` and `right` contain the same zones again, in other variants.
  private static let ignored: Set<ExactText> = ["posix", "right", "posixrules", "localtime", "Factory"]

  private static func collect(
    _ directory: String, prefix: String, into zones: inout [ExactText: TimeZoneRules], depth: Int
  ) {
    guard depth < 4, let names = try? Files.names(in: directory) else { return }
    for name in names where !(depth == 0 && ignored.contains(name)) {
      let path = FilePath.join(directory, name)
      guard let status = try? Files.status(path) else { continue }
      if status.isDirectory {
        collect(path, prefix: prefix + name + "/", into: &zones, depth: depth + 1)
      } else if status.isRegular, status.size < 1 << 16, TimeZoneName.isWellFormed(prefix + name),
        let bytes = try? Files.read(path, limit: 1 << 16),
        let rules = try? TimeZoneRules(name: prefix + name, tzif: bytes)
      {
        zones[prefix + name] = rules
      }
    }
  }
}
