package import Domain
package import Import
internal import Platform

/// A directory, files in it, and what importing them gives.
package struct ImportBench: ~Copyable {
  package let directory: String

  package init() throws { directory = try Files.makeTemporaryDirectory(prefix: "reprise-import") }

  deinit { try? Files.removeTree(directory) }

  package func path(_ name: String) -> String { FilePath.join(directory, name) }

  package func file(_ text: String, _ name: String = "file.csv") throws -> String {
    try file(Array(text.utf8), name)
  }

  package func file(_ bytes: [UInt8], _ name: String = "file.csv") throws -> String {
    try Files.write(bytes, to: path(name))
    return path(name)
  }

  package func text(_ name: String) throws -> String { try Files.readText(path(name)) }

  /// 2026-11-22T12:00:00+08:00.
  package static let now = Instant(seconds: 1_795_320_000)
  package static let shanghai: TimeZoneRules = {
    let bytes = (try? Files.read("/usr/share/zoneinfo/Asia/Shanghai")) ?? []
    return (try? TimeZoneRules(name: "Asia/Shanghai", tzif: bytes)) ?? .utc
  }()

  package static func context(now: Instant = ImportBench.now) -> ImportContext {
    ImportContext(
      zone: shanghai, currency: Currency("CNY") ?? .unknown, channels: ["email": .email, "sms": .phone],
      isTimeZone: { $0 == "Asia/Shanghai" || $0 == "Europe/Berlin" }, now: now)
  }
}
