import Platform
import Testing

/// The systemd unit as it is installed.
struct UnitFileTests {
  private static let tool = "/usr/bin/systemd-analyze"

  @Test(
    .enabled(
      if: Files.exists("/usr/bin/systemd-analyze"),
      "systemd-analyze is not installed (Debian package systemd)"))
  func `the unit is correct and well confined`() async throws {
    try await TestShop.run { shop in
      // The program need not be installed: the copy names the one that was built.
      let text = try Files.readText(Repository.path("systemd/reprise.service"))
      #expect(text.contains("ExecStart=/usr/bin/reprise run"))
      let unit = shop.directory + "/reprise.service"
      try Files.write(
        Array(text.replacing("=/usr/bin/reprise", with: "=\(try Program.path())").utf8), to: unit,
        permissions: 0o644)
      let verified = try await Answer.of([Self.tool, "verify", "--man=no", unit])
      #expect(verified.status == 0 && verified.errorOutput.isEmpty, "\(verified)")
      let security = try await Answer.of([
        Self.tool, "security", "--offline=true", "--threshold=15", "--no-pager", unit,
      ])
      #expect(security.status == 0, "\(security)")
    }
  }
}
