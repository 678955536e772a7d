import Platform
import Support
import Testing

/// The built program on a machine without the toolchain that built it.
@Suite(
  .enabled(
    if: Machine.obstacle == nil, "skipped, no systemd to start the service with: \(Machine.obstacle ?? "")"),
  .enabled(if: Program.isWhole, "skipped, this program needs the Swift runtime; `make build` links it in"))
struct SystemdRuntimeTests {
  @Test func `the service runs where there is no Swift, on the packages that the handbook names`()
    async throws
  {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      let toolchain = try await Answer.of(["/bin/sh", "-c", "dirname $(readlink -f $(command -v swift))"])
      let runtime = toolchain.output.prefix { $0 != "\n" } + "/../lib/swift"
      #expect(try await machine.shell("mount -t tmpfs none \(runtime) && ! ls \(runtime)/linux").status == 0)
      try await shop.startMailSink()
      try await shop.start()
      #expect(try await shop.order(["ann"]).status == 200)
      try await shop.waitUntilIdle()
      #expect(try shop.mails().count == 1)

      let linked = try await machine.run("/usr/bin/ldd", "/usr/bin/reprise").output
      #expect(!linked.contains("not found") && !linked.contains("swift"), "\(linked)")
      let page = try Files.readText(Repository.path("Sources/Handbook/operating.md"))
      let line = try #require(page.split(separator: "\n").first { $0.contains("apt install ") })
      let named = line.split(separator: "apt install ")[1].split(separator: " ").map(String.init)
      #expect(named.count >= 7, "\(line)")
      // With what these bring along, nothing that is linked comes from another package.
      let owners = try await machine.shell(
        """
        libraries=$(ldd /usr/bin/reprise | awk '$3 ~ /^\\// {print $3}')
        dpkg -S $libraries $(readlink -f $libraries) 2>/dev/null | cut -d: -f1 | sort -u
        """)
      let brought = try await machine.shell(
        "apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces "
          + "--no-enhances --installed libc6 \(named.joined(separator: " ")) | grep -v '^[ |]' | cut -d: -f1 | sort -u"
      )
      let missing = Set(owners.output.split(separator: "\n")).subtracting(
        brought.output.split(separator: "\n"))
      #expect(owners.output.split(separator: "\n").count > 10 && missing.isEmpty, "\(missing)")
    }
  }
}
