import Platform
import Support
import Testing

/// How the installed service ends and comes back under a real systemd.
@Suite(
  .enabled(
    if: Machine.obstacle == nil, "skipped, no systemd to start the service with: \(Machine.obstacle ?? "")"),
  .serialized)
struct SystemdRestartTests {
  @Test func `a killed service is back in seconds and sends nothing twice`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try await shop.startMailSink()
      try await shop.start()
      let customers = (0..<300).map { "c\($0)" }
      #expect(try await shop.order(customers).status == 200)
      try await eventually("first mails") { try shop.mails().count >= 20 }
      let pid = try await machine.property("MainPID")
      try await machine.run("/bin/kill", "-KILL", pid)
      try await eventually("another process") {
        try await machine.properties(["MainPID", "SubState", "NRestarts"]).filter { $0.value != pid }
          == ["SubState": "running", "NRestarts": "1", "MainPID": machine.property("MainPID")]
      }
      #expect(try await machine.http("GET", "/readyz", port: InstalledShop.port).status == 200)
      try await shop.waitUntilIdle()
      let mails = try shop.mails()
      #expect(Set(mails.compactMap(\.to)).count == mails.count, "a customer got two")
      // What was under way at the kill waits for an operator; it may have arrived or not.
      let ambiguous =
        try await shop.reprise("status", "--ambiguous", "--json").json()["messages"]?.arrayValue ?? []
      let uids = Set(mails.compactMap(\.uid)).union(ambiguous.compactMap { $0["uid"]?.stringValue })
      #expect(uids.count == 300, "\(mails.count) mails, \(ambiguous.count) ambiguous")
    }
  }

  @Test func `a broken configuration is not tried again`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try shop.setTrigger("{event: order_completed, onyl: first}")
      let refused = try await machine.run("systemctl", "start", "reprise")
      #expect(refused.status == 1, "\(refused)")
      // With another try ahead it would be `activating`.
      let state = try await machine.properties(["ActiveState", "ExecMainStatus", "NRestarts"])
      #expect(state == ["ActiveState": "failed", "ExecMainStatus": "78", "NRestarts": "0"])
      let lines = try await machine.journal().compactMap { $0["MESSAGE"]?.stringValue }
      #expect(
        lines.contains { $0.hasPrefix("/etc/reprise/triggers/welcome.yaml:2:32: error: unknown key 'onyl'") },
        "\(lines)")

      try shop.setTrigger("{event: order_completed, only: first}")
      try Files.remove(machine.path("/etc/reprise/credentials/write_key"))
      #expect(try await machine.run("systemctl", "start", "reprise").status == 1)
      let more = try await machine.journal().compactMap { $0["MESSAGE"]?.stringValue }
      #expect(
        more.contains {
          $0.hasSuffix(
            "there is no credential 'write_key'; save it as /etc/reprise/credentials/write_key; a service gets it when it is restarted"
          )
        }, "\(more)")
      try shop.save(InstalledShop.writeKey, as: "write_key")
      try await shop.start()
    }
  }

  @Test func `a store that is in use for a moment is waited for`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try await shop.start()
      try await machine.run("systemctl", "stop", "reprise")
      let command = try machine.start(
        ["/usr/bin/flock", "/var/lib/reprise/reprise.db-lock", "/bin/sh", "-c", "echo held; sleep 1.5"])
      try await eventually("lock", context: { command.text }) { command.text == "held\n" }
      #expect(try await machine.run("systemctl", "start", "reprise").status == 1)
      #expect(try await machine.property("ExecMainStatus") == "73")
      try await eventually("service") {
        try await machine.property("SubState") == "running"
      }
    }
  }

  @Test func `what root does without the service does not shut it out`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      // A directory that is the service's, and no store in it.
      try shop.setTrigger("{onyl: first}")
      #expect(try await machine.run("systemctl", "start", "reprise").status == 1)
      try shop.setTrigger("{event: order_completed, only: first}")
      try machine.write("customer_id,email\nann,ann@customers.example\n", to: "/root/customers.csv")
      let imported = try await shop.reprise("import", "customers", "/root/customers.csv")
      #expect(imported.status == 0 && imported.output.contains("1 customer imported"), "\(imported)")
      try await shop.start()
      #expect(try await shop.reprise("status", "--json").json()["customers"]?.integerValue == 1)
      try await machine.run("systemctl", "stop", "reprise")
      #expect(try await shop.reprise("pause", "welcome").status == 0)
      try await shop.start()

      // And no directory at all.
      try await machine.shell("systemctl stop reprise && rm -r /var/lib/reprise")
      #expect(try await shop.reprise("import", "customers", "/root/customers.csv").status == 0)
      try await shop.start()
      #expect(try await shop.reprise("status", "--json").json()["customers"]?.integerValue == 1)
    }
  }

  @Test func `a service that hangs is started again by the watchdog`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try machine.write(
        "[Service]\nWatchdogSec=3s\n", to: "/run/systemd/system/reprise.service.d/watchdog.conf")
      try await machine.run("systemctl", "daemon-reload")
      try await shop.start()
      let pid = try await machine.property("MainPID")
      try await machine.run("/bin/kill", "-STOP", pid)
      try await eventually("another process") {
        let state = try await machine.properties(["MainPID", "SubState"])
        return state["SubState"] == "running" && state["MainPID"] != pid
      }
      #expect(try await machine.property("NRestarts") == "1")
      let lines = try await machine.journal().compactMap { $0["MESSAGE"]?.stringValue }
      #expect(lines.contains { $0.contains("Watchdog timeout (limit 3s)!") }, "\(lines)")
      #expect(try await machine.http("GET", "/healthz", port: InstalledShop.port).status == 200)
    }
  }

  @Test func `a stop waits for the answer under way`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try await shop.startMailSink("-W", ".:2")
      try await shop.start()
      #expect(try await shop.order(["ann"]).status == 200)
      try await eventually("message under way") {
        try await shop.reprise("status", "--json").json()["queues"]?["email"]?["handoff"]?.integerValue == 1
      }
      #expect(try await machine.run("systemctl", "stop", "reprise").status == 0)
      let state = try await machine.properties(["ActiveState", "Result", "ExecMainStatus"])
      #expect(state == ["ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"])
      let lines = try await machine.journal().compactMap { $0["MESSAGE"]?.stringValue }
      let ends = [
        "stopping messages_under_way=1", "message_sent ", "stopped", "reprise.service: Deactivated",
      ]
      #expect(
        lines.suffix(8).compactMap { line in ends.first { line.hasPrefix($0) } } == ends, "\(lines.suffix(8))"
      )
      #expect(try shop.mails().count == 1)
      #expect(try await shop.reprise("explain", "ann", "--json").output.contains("\"state\": \"sent\""))
    }
  }
}
