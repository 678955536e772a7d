import Configuration
import Glibc
import Testing

/// A directory of a test, removed with its content at the end.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/reprise-configuration-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template)!)
  }

  func write(_ name: String, _ text: String, mode: mode_t = 0o644) {
    write(name, Array(text.utf8), mode: mode)
  }

  func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) {
    var made = path
    for part in name.split(separator: "/").dropLast() {
      made += "/" + part
      mkdir(made, 0o755)
    }
    let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode)
    _ = Glibc.write(file, bytes, bytes.count)
    fchmod(file, mode)
    close(file)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if let directory = opendir(path) {
      var names: [String] = []
      while let entry = readdir(directory) {
        names.append(
          withUnsafeBytes(of: &entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
          })
      }
      closedir(directory)
      var status = stat()
      lstat(path, &status)
      if status.st_mode & S_IFMT == S_IFDIR {
        for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
        rmdir(path)
        return
      }
    }
    unlink(path)
  }
}

struct ConfigurationFilesTests {
  @Test func `a file that everybody can change is refused, unless it is allowed by name`() {
    let scratch = Scratch()
    scratch.write("reprise.yaml", "brand: {}", mode: 0o666)
    scratch.write("triggers/welcome.yaml", "trigger: welcome", mode: 0o664)
    chmod("\(scratch.path)/triggers", 0o777)
    let root = ConfigurationRoot(scratch.path)
    let way = "or allow it with REPRISE_ALLOW=world_writable in the environment"
    #expect(
      ConfigurationFiles(reading: root).diagnostics.map(\.headline) == [
        "\(scratch.path)/reprise.yaml: error: everybody on this machine can change the file; chmod o-w \(scratch.path)/reprise.yaml, \(way)",
        "\(scratch.path)/triggers: error: everybody on this machine can put files into the directory; chmod o-w \(scratch.path)/triggers, \(way)",
      ])
    #expect(ConfigurationFiles(reading: root, allowing: [.worldWritable]).diagnostics.isEmpty)
    chmod(scratch.path, 0o1777)
    #expect(ConfigurationFiles(reading: root).diagnostics.count == 3)
  }

  @Test func `credentials that everybody can change are refused, unless it is allowed by name`() {
    let scratch = Scratch()
    scratch.write("reprise.yaml", "brand: {}")
    scratch.write("credentials/smtp_password", "x", mode: 0o602)
    scratch.write("credentials/token", "x", mode: 0o600)
    chmod("\(scratch.path)/credentials", 0o707)
    let root = ConfigurationRoot(scratch.path)
    let way = "or allow it with REPRISE_ALLOW=world_writable in the environment"
    #expect(
      ConfigurationFiles(reading: root).diagnostics.map(\.headline) == [
        "\(scratch.path)/credentials: error: everybody on this machine can put files into the directory; chmod o-w \(scratch.path)/credentials, \(way)",
        "\(scratch.path)/credentials/smtp_password: error: everybody on this machine can change the file; chmod o-w \(scratch.path)/credentials/smtp_password, \(way)",
      ])
    #expect(ConfigurationFiles(reading: root, allowing: [.worldWritable]).diagnostics.isEmpty)
  }

  @Test func `files of another user than root and the daemon's are refused, unless it is allowed by name`()
    throws
  {
    // Only root gives files away.
    if geteuid() != 0 { return }
    let scratch = Scratch()
    scratch.write("reprise.yaml", "brand: {}")
    scratch.write("triggers/welcome.yaml", "trigger: welcome")
    scratch.write("credentials/token", "x", mode: 0o600)
    let root = ConfigurationRoot(scratch.path)
    #expect(ConfigurationFiles(reading: root).diagnostics.isEmpty)
    for path in ["triggers/welcome.yaml", "credentials/token"] {
      #expect(chown("\(scratch.path)/\(path)", 65_534, 65_534) == 0)
    }
    let owner = String(cString: try #require(getpwuid(65_534)).pointee.pw_name)
    let way = "chown -R root \(scratch.path), or allow it with REPRISE_ALLOW=foreign_owner in the environment"
    #expect(
      ConfigurationFiles(reading: root).diagnostics.map(\.headline) == [
        "\(scratch.path)/triggers/welcome.yaml: error: it belongs to the user '\(owner)', who can change it; \(way)"
      ])
    #expect(ConfigurationFiles(reading: root, allowing: [.foreignOwner]).diagnostics.isEmpty)
    #expect(
      ConfigurationFiles(reading: root, owners: .warning).diagnostics.map(\.headline) == [
        "\(scratch.path)/triggers/welcome.yaml: warning: it belongs to the user '\(owner)', who can change it, so that a daemon of another user does not start; \(way)"
      ])
  }

  @Test func `a directory is read in order, without what editors leave`() {
    let scratch = Scratch()
    scratch.write("reprise.yaml", "brand: {}")
    for name in [
      "b.yaml", "a.yaml", ".a.yaml.swp", "a.yaml~", "#a.yaml#", "a.yaml.dpkg-dist", "README.md",
      ".hidden.yaml",
    ] {
      scratch.write("triggers/\(name)", "x")
    }
    scratch.write("templates/welcome/thanks.html.liquid", "hi")
    scratch.write("templates/base.txt.liquid", "hi")
    scratch.write("tests/first.yaml", "x")
    let files = ConfigurationFiles(reading: ConfigurationRoot(scratch.path + "/"))
    #expect(files.diagnostics == [])
    #expect(
      files.files.map { "\($0.kind) \($0.relativePath)" } == [
        "settings reprise.yaml", "trigger triggers/a.yaml", "trigger triggers/b.yaml",
        "template templates/base.txt.liquid",
        "template templates/welcome/thanks.html.liquid", "test tests/first.yaml",
      ])
    #expect(files.files[0].path == scratch.path + "/reprise.yaml")
  }

  @Test func `what is not read is named`() {
    let scratch = Scratch()
    scratch.write("triggers/a.yml", "x")
    scratch.write("triggers/a.txt", "x")
    scratch.write("triggers/deep/a.yaml", "x")
    scratch.write("templates/a.html", "x")
    scratch.write("outside/a.yaml", "x")
    scratch.write("templates/big.txt.liquid", [UInt8](repeating: 32, count: 1 << 20 + 1))
    mkfifo("\(scratch.path)/triggers/pipe.yaml", 0o644)
    symlink("/dev/zero", "\(scratch.path)/triggers/zero.yaml")
    symlink("/etc/passwd", "\(scratch.path)/triggers/passwd.yaml")
    symlink("nowhere", "\(scratch.path)/triggers/nowhere.yaml")
    symlink("../outside/a.yaml", "\(scratch.path)/triggers/inside.yaml")
    symlink(".", "\(scratch.path)/templates/loop")
    let files = ConfigurationFiles(reading: ConfigurationRoot(scratch.path))
    let found = DiagnosticReport(files.diagnostics, sources: files.sources).diagnostics.map {
      String($0.headline.dropFirst(scratch.path.utf8.count + 1))
    }
    let loop = "templates/" + String(repeating: "loop/", count: 8).dropLast()
    #expect(
      found.filter { !$0.contains("/loop/") } == [
        "reprise.yaml: error: the file does not exist; name the directory that holds it with --config DIR",
        "templates/a.html: warning: this file is not read; only names that end in .liquid are",
        "templates/big.txt.liquid: error: the file has more than 1048576 bytes",
        "triggers/a.txt: warning: this file is not read; only names that end in .yaml are",
        "triggers/a.yml: warning: this file is not read; rename it to a.yaml",
        "triggers/deep: warning: this directory is not read; move its files up",
        "triggers/nowhere.yaml: error: the file does not exist",
        "triggers/passwd.yaml: error: the file leads out of the configuration directory",
        "triggers/pipe.yaml: error: the file is not a regular file",
        "triggers/zero.yaml: error: the file leads out of the configuration directory",
      ])
    #expect(found.contains("\(loop): warning: this directory is not read; directories go 8 deep"))
    #expect(files.files.map(\.relativePath) == ["triggers/inside.yaml"])
  }

  @Test func `a directory that is not there says so`() {
    let files = ConfigurationFiles(reading: ConfigurationRoot("/nonexistent/reprise"))
    #expect(
      files.diagnostics.map(\.headline) == [
        "/nonexistent/reprise: error: there is no such configuration directory; name it with --config DIR"
      ])
  }

  @Test func `a file of authorities is there and holds a certificate`() {
    let scratch = Scratch()
    scratch.write("ca.pem", "Issuer: us\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    scratch.write("old.pem", "-----BEGIN TRUSTED CERTIFICATE-----\r\nMIIB\r\n")
    scratch.write("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n")
    scratch.write("ca.der", "0\u{1}\u{2}")
    mkfifo("\(scratch.path)/pipe.pem", 0o644)
    symlink("\(scratch.path)/ca.pem", "\(scratch.path)/link.pem")
    symlink("\(scratch.path)/gone.pem", "\(scratch.path)/dangling.pem")
    var environment = DecodingEnvironment(
      root: ConfigurationRoot(scratch.path),
      secrets: SecretSource(credentialsDirectory: nil, environment: [:]))
    func found(_ text: String) -> String {
      answer(.certificateFile(example: "x.pem"), text, environment: environment)
        .replacing(scratch.path, with: "DIR")
    }
    let way = "correct the path; without '/' in front it starts from the configuration directory"
    let line = "it must have a line -----BEGIN CERTIFICATE-----"
    for (text, expected) in [
      ("ca.pem", "DIR/ca.pem"), ("\(scratch.path)/ca.pem", "DIR/ca.pem"), ("old.pem", "DIR/old.pem"),
      ("link.pem", "DIR/link.pem"),
      ("key.pem", "'key' names 'DIR/key.pem', which holds no certificate in PEM; \(line)"),
      ("ca.der", "'key' names 'DIR/ca.der', which holds no certificate in PEM; \(line)"),
      ("pipe.pem", "'key' names 'DIR/pipe.pem', which is not a regular file; \(way)"),
      ("/dev/zero", "'key' names '/dev/zero', which is not a regular file; \(way)"),
      ("dangling.pem", "'key' names 'DIR/dangling.pem', which does not exist; \(way)"),
      ("ca.pem/x", "'key' names 'DIR/ca.pem/x', which does not exist; \(way)"),
    ] {
      #expect(found(text) == expected)
    }
    environment.secrets?.missing = .warning
    #expect(
      found("none.pem")
        == "DIR/none.pem | warning: 'key' names 'DIR/none.pem', which does not exist; \(way)")
    #expect(found("key.pem") == "'key' names 'DIR/key.pem', which holds no certificate in PEM; \(line)")
    environment.secrets = nil
    #expect(found("none.pem") == "DIR/none.pem")
  }

  @Test func `a program that is not there, or cannot be run, gets a warning`() {
    let scratch = Scratch()
    scratch.write("deliver", "#!/bin/sh\n", mode: 0o755)
    scratch.write("plain", "#!/bin/sh\n", mode: 0o644)
    var environment = DecodingEnvironment(secrets: SecretSource(credentialsDirectory: nil, environment: [:]))
    func found(_ program: String) -> String {
      answer(
        Shape.list(of: .text()).lookingForProgram(), "[\(scratch.path)/\(program)]", environment: environment
      ).replacing(scratch.path, with: "DIR")
    }
    let way = "install it, or correct the path"
    #expect(found("deliver") == #"["DIR/deliver"]"#)
    for (program, problem) in [
      ("plain", "cannot be run"), ("gone", "does not exist"), ("", "is not a regular file"),
    ] {
      #expect(
        found(program)
          == #"["DIR/\#(program)"] | warning: 'key' begins with 'DIR/\#(program)', which \#(problem); \#(way)"#
      )
    }
    environment.secrets = nil
    #expect(found("gone") == #"["DIR/gone"]"#)
  }

  @Test func `secrets come from credentials and the environment and never show`() {
    let scratch = Scratch()
    scratch.write("smtp", "hunter2\n", mode: 0o600)
    scratch.write("open", "hunter3", mode: 0o644)
    scratch.write("empty", "\n", mode: 0o600)
    scratch.write("reprise_whole", "hunter6\n", mode: 0o400)
    var source = SecretSource(credentialsDirectory: scratch.path, environment: ["KEY": "hunter4"])
    func found(_ text: String) -> String {
      answer(.secret, text, environment: DecodingEnvironment(secrets: source))
    }
    #expect(found("${credential:smtp}") == "<secret>")
    #expect(found("${credential:whole}") == "<secret>")
    #expect(found("${env:KEY}") == "<secret>")
    #expect(
      found("${credential:open}")
        == "<secret> | warning: the credential 'open' can be read by everybody; chmod o= /etc/reprise/credentials/open"
    )
    #expect(
      found("hunter5")
        == "<secret> | warning: 'key' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}"
    )
    #expect(found("${env:NONE}") == "the environment has no NONE; set it, or correct the name")
    #expect(
      found("${credential:none}")
        == "there is no credential 'none'; save it as /etc/reprise/credentials/none; a service gets it when it is restarted"
    )
    scratch.write("folder/file", "x", mode: 0o600)
    #expect(
      found("${credential:folder}")
        == "the credential 'folder' is not a regular file; only root and the service may read it")
    #expect(found("${credential:empty}").hasPrefix("the secret behind 'key' is empty; "))
    for bad in ["${credential:../smtp}", "${file:x}", "${env:}", "'${env:A'"] {
      #expect(
        found(bad)
          == "'key' is no reference that is known; write ${credential:NAME} or ${env:NAME}; a name has letters, digits, '_', '-' and '.'"
      )
    }
    source.missing = .warning
    #expect(
      found("${env:NONE}") == "<secret> | warning: the environment has no NONE; set it, or correct the name")
    source.credentialsDirectory = nil
    #expect(
      found("${credential:x}").hasPrefix("<secret> | warning: there is no credentials directory for 'x'; "))
  }
}
