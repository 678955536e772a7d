import Platform
import Support
import Testing

/// The installed service under a real systemd.
@Suite(
  .enabled(
    if: Machine.obstacle == nil, "skipped, no systemd to start the service with: \(Machine.obstacle ?? "")"),
  .serialized)
struct SystemdTests {
  /// What an operator may be told and nobody else.
  static let secrets = [InstalledShop.writeKey, InstalledShop.programKey]

  @Test func `a machine leaves no process, mount or control group behind, also when the tests are killed`()
    async throws
  {
    var pid = ""
    try await Machine.run { machine in
      pid = machine.pid
      try await machine.shell("setsid sleep 600 & setsid sleep 600 &")
      #expect(try await machine.run("systemctl", "is-system-running").output == "running\n")
    }
    #expect(!Files.exists("/proc/\(pid)"))

    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-machine")
    defer { try? Files.removeTree(directory) }
    let owner = try Child(["/bin/sleep", "600"], output: directory + "/owner.log")
    let abandoned = try Child([Machine.script, "run", directory, "\(owner.pid)"], output: directory + "/log")
    defer { abandoned.kill() }
    pid = try await eventually("first process", context: { abandoned.text }) {
      (try? Files.readText(directory + "/pid")).map { String($0.prefix { $0 != "\n" }) }
    }
    owner.kill()
    _ = try await abandoned.end(within: .seconds(10))
    #expect(!Files.exists("/proc/\(pid)"))
    for table in ["/proc/self/mountinfo", "/proc/self/cgroup"] {
      #expect(!(try Files.readText(table)).contains("reprise-machine"))
    }
    #expect(try Files.names(in: directory + "/machine").isEmpty)
  }

  @Test func `whoever follows the handbook has a running service`() async throws {
    try await Machine.run { machine in
      let shop = InstalledShop(machine: machine)
      try await shop.install()
      // The reader stands in the source directory, which has a configuration of its own.
      try await machine.shell("mkdir /root/source && cp -r /etc/reprise /root/source/config")
      for line in try Self.commandsOfTheHandbook() where !line.hasPrefix("make ") {
        for name in line.contains("smtp_password") ? ["smtp_password", "write_key", "sms_token"] : [""] {
          let command = line.replacing("smtp_password", with: name)
          let answer = try await machine.shell("cd /root/source; { \(command)\n} <<< 'secret-of-\(name)'")
          #expect(answer.status == 0, "\(command)\n\(answer)")
          // Nobody is told about anything that is missing.
          #expect(!(answer.output + answer.errorOutput).contains("warning"), "\(command)\n\(answer)")
        }
      }
      let state = try await machine.properties(["ActiveState", "UnitFileState", "StatusText", "NRestarts"])
      #expect(
        state == [
          "ActiveState": "active", "UnitFileState": "enabled", "NRestarts": "0",
          "StatusText": "5 triggers, 0 messages under way",
        ])
      #expect(try await machine.http("GET", "/readyz", port: InstalledShop.port).status == 200)
      #expect(try await shop.reprise("status").status == 0)
      // As when the machine is switched on again.
      try await machine.run("systemctl", "stop", "reprise")
      try await machine.run("systemctl", "start", "multi-user.target")
      try await eventually("service") { try await machine.property("SubState") == "running" }
      // The next upgrade is the same command, and leaves the configuration alone.
      let changed = try machine.read("/etc/reprise/reprise.yaml") + "# mine\n"
      try machine.write(changed, to: "/etc/reprise/reprise.yaml")
      try await shop.install()
      #expect(try machine.read("/etc/reprise/reprise.yaml") == changed)
      #expect(try await machine.shell("systemctl daemon-reload && systemctl restart reprise").status == 0)
    }
  }

  /// The first block of commands under "Install" of the topic `operating`, without `sudo` and comments.
  private static func commandsOfTheHandbook() throws -> [String] {
    let text = try Files.readText(Repository.path("Sources/Handbook/operating.md"))
    let part = try #require(text.split(separator: "\n## Install\n").last)
    let block = try #require(
      part.split(separator: "```sh\n").dropFirst().first?.split(separator: "```").first)
    let lines = block.split(separator: "\n").map { line in
      String(line.split(separator: "   #").first ?? "").replacing("sudo ", with: "")
    }
    #expect(lines.count >= 4, "\(lines)")
    return lines
  }

  @Test func `the service starts when it is ready, confined, and a program of an operator with it`()
    async throws
  {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try shop.setTrigger("{event: order_completed, only: first}", channels: ["email", "till"])
      try machine.write(Self.program, to: "/usr/local/bin/hand-over", permissions: 0o755)
      try await shop.startMailSink()
      try await shop.start()
      // No waiting: systemd has waited.
      #expect(try await machine.http("GET", "/readyz", port: InstalledShop.port).status == 200)
      let state = try await machine.properties(["ActiveState", "SubState", "Type", "StatusText", "User"])
      #expect(
        state == [
          "ActiveState": "active", "SubState": "running", "Type": "notify", "User": "reprise",
          "StatusText": "1 trigger, 0 messages under way",
        ])

      let user = String(try await machine.run("id", "-u", "reprise").output.dropLast())
      let pid = try await machine.property("MainPID")
      try Self.expectConfined(machine.read("/proc/\(pid)/status"), user: user)
      let mounts = try machine.read("/proc/\(pid)/mountinfo").split(separator: "\n").map {
        $0.split(separator: " ")
      }
      let writable = Set(mounts.filter { $0[5].hasPrefix("rw") }.map { String($0[4]) })
      #expect(writable.isSuperset(of: ["/var/lib/reprise", "/run/reprise", "/tmp"]), "\(writable)")
      #expect(
        writable.isDisjoint(with: ["/", "/etc", "/etc/reprise", "/usr", "/var", "/home", "/root"]),
        "\(writable)")

      #expect(try await shop.order(["ann"], key: "wrong").status == 401)
      #expect(try await shop.order(["ann"]).status == 200)
      try await shop.waitUntilIdle()
      let mails = try shop.mails()
      #expect(mails.map(\.subject) == ["Thanks for o-ann"] && mails.map(\.to) == ["ann@customers.example"])
      let handed = "/var/lib/reprise/handed-over"
      let message = try JSON.parse(Array(try machine.read(handed + "/message").utf8))
      #expect(message["message"]?["to"]?.stringValue == "ann@customers.example", "\(message.text())")
      try Self.expectConfined(machine.read(handed + "/status"), user: user)
      let variables = try machine.read(handed + "/environment").split(separator: "\n").map(String.init)
      let own = variables.filter { !$0.hasPrefix("PWD=") && !$0.hasPrefix("REPRISE_MESSAGE_ID=") }
      #expect(own.count == 3 && own.contains("PROGRAM_KEY=" + InstalledShop.programKey), "\(variables)")
      #expect(try machine.read(handed + "/written") == "/tmp/x\n/var/lib/reprise/x\n")
      #expect(try machine.read(handed + "/memory").contains("PermissionError"))

      for path in ["/var/lib/reprise", "/var/lib/reprise/reprise.db", "/run/reprise/control.sock"] {
        let status = try Files.status(machine.path(path))
        #expect(status.permissions & 0o077 == 0 && "\(status.owner)" == user, "\(path): \(status)")
      }
    }
  }

  /// What a channel's program sees and may do.
  private static let program = """
    #!/bin/sh
    into=/var/lib/reprise/handed-over
    mkdir -p $into
    cat > $into/message
    env | sort > $into/environment
    cat /proc/self/status > $into/status
    for path in /etc/x /etc/reprise/x /home/x /root/x /tmp/x /usr/x /var/lib/reprise/x; do
      (: > $path) 2>/dev/null && echo $path
    done > $into/written
    /usr/bin/python3 -c 'import mmap; mmap.mmap(-1, 4096, prot=7)' 2> $into/memory
    exit 0

    """

  /// Of a process by its `/proc/PID/status`.
  private static func expectConfined(
    _ text: String, user: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let lines = text.split(separator: "\n").map {
      $0.split(whereSeparator: { " \t".contains($0) }).map(String.init)
    }
    let fields = Dictionary(lines.map { ($0[0], $0.dropFirst().joined(separator: " ")) }) { first, _ in first
    }
    let ids = Array(repeating: user, count: 4).joined(separator: " ")
    #expect(fields["Uid:"] == ids, sourceLocation: sourceLocation)
    #expect(fields["NoNewPrivs:"] == "1", sourceLocation: sourceLocation)
    #expect(fields["Seccomp:"] == "2", sourceLocation: sourceLocation)
    for set in ["CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"] {
      #expect(fields[set] == "0000000000000000", sourceLocation: sourceLocation)
    }
    #expect(fields["Umask:"] == "0077", sourceLocation: sourceLocation)
  }

  @Test func `the service may be installed under another prefix`() async throws {
    try await Machine.run { machine in
      let shop = InstalledShop(machine: machine)
      try await shop.install("PREFIX=/usr/local")
      try await shop.prepare()
      try await shop.start()
      #expect(try await machine.run("systemctl", "reload", "reprise").status == 0)
      let pid = try await machine.property("MainPID")
      #expect(try machine.read("/proc/\(pid)/cmdline").hasPrefix("/usr/local/bin/reprise\0run\0"))
      #expect(!Files.exists(machine.path("/usr/bin/reprise")))
    }
  }

  @Test func `the service signs in to PostgreSQL with a password from the credentials`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      let password = "password-of-the-database"
      let server = try await machine.shell(
        """
        install -d -o postgres -m 0700 /var/tmp/server && cd /var/tmp/server
        programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
        echo \(password) > password && chown postgres password
        runuser -u postgres -- $programs/initdb -D data -U reprise -A scram-sha-256 --pwfile=password --no-sync
        runuser -u postgres -- $programs/pg_ctl -D data -o "-k $PWD -c listen_addresses=127.0.0.1" -l log -w start
        """)
      #expect(server.status == 0, "\(server)")
      try shop.configure(store: "postgresql://reprise@127.0.0.1/postgres")
      #expect(try await machine.run("systemctl", "start", "reprise").status == 1)
      try shop.save("127.0.0.1:5432:postgres:reprise:" + password, as: "pgpass")
      try await shop.start()
      try await shop.startMailSink()
      #expect(try await shop.order(["ann"]).status == 200)
      try await shop.waitUntilIdle()
      #expect(try shop.mails().count == 1)
      #expect(!(try await machine.run("journalctl", "--output", "json", "--all")).output.contains(password))
    }
  }

  @Test func `operators are heard on the socket, strangers are not`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try await shop.start()
      let pid = try await machine.property("MainPID")
      for user in ["root", "reprise"] {
        let answer = try await machine.run(
          "/usr/sbin/runuser", "-u", user, "--", "/usr/bin/reprise", "status", "--json")
        #expect(try answer.json()["daemon"]?["pid"]?.integerValue == Int64(pid), "\(user): \(answer)")
      }
      let refused = try await machine.run(
        "/usr/sbin/runuser", "-u", "nobody", "--", "/usr/bin/reprise", "status")
      #expect(refused.status == 77 && refused.output.isEmpty, "\(refused)")
      // A file that the daemon, which sees no home, could not read itself.
      try machine.write("customer_id,email\nann,ann@customers.example\n", to: "/root/customers.csv")
      let imported = try await shop.reprise("import", "customers", "/root/customers.csv")
      #expect(imported.status == 0 && imported.output.contains("1 customer imported"), "\(imported)")
      // The same program again finds the store taken.
      let second = try await shop.reprise("run", "--listen", "127.0.0.1:8751")
      #expect(second.status == 73 && second.errorOutput.contains("in use by process \(pid)"), "\(second)")
      #expect(try await machine.property("MainPID") == pid)
    }
  }

  @Test func `a reload takes over what is right and refuses what is wrong, and systemctl says which`()
    async throws
  {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try await shop.startMailSink()
      try await shop.start()
      let pid = try await machine.property("MainPID")
      try machine.write(
        machine.read("/etc/reprise/templates/thanks.html.liquid").replacing("Thanks", with: "Much thanks"),
        to: "/etc/reprise/templates/thanks.html.liquid")
      let good = try await machine.run("systemctl", "reload", "reprise")
      #expect(good.status == 0, "\(good)")
      #expect(try await shop.order(["ann"]).status == 200)
      try await shop.waitUntilIdle()
      #expect(try shop.mails().map(\.subject) == ["Much thanks for o-ann"])

      try shop.setTrigger("{event: order_completed, onyl: first}")
      let place = "/etc/reprise/triggers/welcome.yaml:2:32: error: unknown key 'onyl'"
      let bad = try await machine.run("systemctl", "reload", "reprise")
      #expect(bad.status == 1, "\(bad)")
      var state = try await machine.properties(["ActiveState", "SubState", "MainPID", "StatusText"])
      #expect(state["StatusText"]?.hasPrefix("reload failed: " + place) == true, "\(state)")
      state["StatusText"] = nil
      #expect(state == ["ActiveState": "active", "SubState": "running", "MainPID": pid])
      let told = try await machine.journal().filter { $0["MESSAGE"]?.stringValue?.contains(place) == true }
      #expect(Set(told.compactMap { $0["_PID"]?.stringValue }).count == 2, "\(told)")
      #expect(try await shop.order(["bob"]).status == 200)
      try await shop.waitUntilIdle()
      #expect(try shop.mails().count == 2)

      // The signal does the same without waiting.
      try shop.setTrigger("{event: order_completed, only: first}")
      try await machine.run("systemctl", "kill", "--kill-who=main", "--signal=HUP", "reprise")
      try await eventually("reload by signal") {
        try await machine.property("StatusText").hasPrefix("1 trigger, ")
      }
      #expect(try await machine.property("ActiveState") == "active")
    }
  }

  @Test func `the journal has levels, and no secret and no address`() async throws {
    try await InstalledShop.run { shop in
      let machine = shop.machine
      try await shop.startMailSink()
      try await shop.start()
      #expect(try await shop.order(["ann"], key: "wrong").status == 401)
      #expect(try await shop.order(["ann"]).status == 200)
      try await shop.waitUntilIdle()
      try shop.setTrigger("{onyl: first}")
      try await machine.run("systemctl", "reload", "reprise")
      try await machine.run("systemctl", "stop", "reprise")
      let lines = try await machine.journal().filter { $0["_COMM"]?.stringValue == "reprise" }
      func levels(_ event: String) -> Set<String> {
        Set(
          lines.filter { $0["MESSAGE"]?.stringValue?.hasPrefix(event) == true }
            .compactMap { $0["PRIORITY"]?.stringValue })
      }
      #expect(levels("ready ") == ["5"])
      #expect(levels("message_sent ") == ["6"])
      #expect(levels("reload_failed ") == ["3"])
      #expect(levels("stopped") == ["5"])
      for line in lines {
        let message = try #require(line["MESSAGE"]?.stringValue)
        // Whatever else writes to standard error would stand here as well.
        let first = message.utf8.first ?? 0
        #expect((97...122).contains(first), "\(message)")
        #expect(!message.contains("ann@customers.example"), "\(message)")
      }
      let everything = try await machine.run("journalctl", "--output", "json", "--all")
      #expect(everything.output.contains("a***@customers.example"))
      for secret in Self.secrets { #expect(!everything.output.contains(secret)) }
    }
  }
}
