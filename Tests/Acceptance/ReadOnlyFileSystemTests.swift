import Glibc
import Platform
import Support
import Testing

struct ReadOnlyFileSystemTests {
  @Test(.canMount) func `a read-only file system is named as the reason`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let disk = shop.directory + "/disk"
      try Files.makeDirectories(disk)
      let answer = try await Answer.of(
        [
          "/usr/bin/unshare", "-Urm", "/bin/sh", "-c",
          "mount -t tmpfs -o ro none \"$1\" && shift && exec \"$@\"", "sh", disk, try Program.path(), "run",
          "--config", shop.configuration, "--store", "sqlite://\(disk)/reprise.db",
        ], environment: shop.environment)
      #expect(answer.status == 74, "\(answer)")
      #expect(
        answer.errorOutput
          == "reprise: store: \(disk)/reprise.db: cannot open the lock file '\(disk)/reprise.db-lock': the file system is read-only; mount it for writing, or name the directory in ReadWritePaths= of the unit\n",
        "\(answer)")
    }
  }

  @Test(.canMount) func `commands that only read work on a read-only file system`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let state = shop.directory + "/state"
      let store = state + "/reprise.db"
      let daemon = try await shop.start(["--store", "sqlite://\(store)"])
      #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 200)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      let names = try Files.names(in: state)
      func look(_ arguments: [String]) async throws -> Answer {
        try await Answer.of(
          [
            "/usr/bin/unshare", "-Urm", "/bin/sh", "-c",
            "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"", "sh",
            state,
            try Program.path(),
          ] + arguments + ["--config", shop.configuration, "--store", "sqlite://\(store)"],
          environment: shop.environment)
      }
      let copy = shop.directory + "/copy.db"
      for command in [
        ["status"], ["status", "--ambiguous"], ["explain", "ann"], ["export", "ann"],
        ["preview", "welcome/thanks", "--customer", "ann"], ["quarantine", "list"], ["backup", copy],
      ] {
        let answer = try await look(command)
        #expect(answer.status == 0, "\(command): \(answer)")
      }
      #expect(try Files.names(in: state) == names)
      let pause = try await look(["pause", "welcome"])
      #expect(pause.status == 74, "\(pause)")
      try Files.write(Array("x".utf8), to: store + "-wal")
      for command in [["explain", "ann"], ["backup", copy + "2"]] {
        let refused = try await look(command)
        #expect(refused.status == 74, "\(refused)")
        #expect(
          refused.errorOutput
            == "reprise: store: \(store): the file system is read-only, and \(store)-wal holds changes that are not in it yet; copy \(store)* to where it can be written, and name the copy with --store\n",
          "\(refused)")
      }
    }
  }
}
