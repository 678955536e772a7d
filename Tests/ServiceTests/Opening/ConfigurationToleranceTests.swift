import Configuration
import Domain
import Glibc
import Platform
import Service
import Support
import Testing

/// What of a configuration is let pass only by its name in the environment.
struct ConfigurationToleranceTests {
  private let shop: ShopDirectory

  init() throws {
    shop = try ShopDirectory()
    let file = shop.path + "/config/reprise.yaml"
    let robot = """
        robot:
          adapter: http
          url: http://127.0.0.1:1/send
          authentication: {type: bearer, token: hunter2}

      """
    try Files.write(Array((try Files.readText(file, limit: 1 << 20) + robot).utf8), to: file)
  }

  private func errors(_ allowed: String?, secrets: ConfigurationSource.Secrets = .checked) -> String {
    var options = shop.options
    if let allowed { options.environment = ["REPRISE_ALLOW": allowed] }
    let errors = ConfigurationSource(options).load(secrets: secrets).report.errorLines
    return errors.replacing(shop.path + "/", with: "")
  }

  @Test func `a secret in a file is refused by a check and by the daemon, unless it is allowed`() {
    for secrets in [ConfigurationSource.Secrets.needed, .checked, .neededBy("robot")] {
      let text = errors(nil, secrets: secrets)
      #expect(text.hasPrefix("config/reprise.yaml:"))
      #expect(
        text.hasSuffix(
          ": error: 'token' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}, or allow it with REPRISE_ALLOW=inline_secrets in the environment"
        ), "\(text)")
    }
    #expect(errors("world_writable,inline_secrets") == "")
    #expect(errors(nil, secrets: .looked) == "")
  }

  @Test func `a file that everybody can change is refused, unless it is allowed`() {
    #expect(chmod(shop.path + "/config/reprise.yaml", 0o646) == 0)
    #expect(
      errors("inline_secrets")
        == "config/reprise.yaml: error: everybody on this machine can change the file; chmod o-w config/reprise.yaml, or allow it with REPRISE_ALLOW=world_writable in the environment"
    )
    #expect(errors("inline_secrets world_writable") == "")
  }

  @Test func `a folder of a source into which everybody can put files is refused, unless it is allowed`()
    throws
  {
    let file = shop.path + "/config/reprise.yaml"
    let folder = shop.path + "/exports"
    try Files.makeDirectories(folder)
    let sources = "sources:\n  crm: {import: customers, from: \(folder)}\n"
    try Files.write(Array((try Files.readText(file) + sources).utf8), to: file)
    #expect(errors("inline_secrets") == "")
    #expect(chmod(folder, 0o1777) == 0)
    for secrets in [ConfigurationSource.Secrets.needed, .checked, .looked] {
      let text = errors("inline_secrets", secrets: secrets)
      #expect(text.hasPrefix("config/reprise.yaml:"))
      #expect(
        text.hasSuffix(
          ": error: everybody on this machine can put files into 'exports', the folder of a source; chmod o-w exports, or allow it with REPRISE_ALLOW=world_writable in the environment"
        ), "\(text)")
    }
    #expect(errors("inline_secrets,world_writable") == "")
    // A shop that uploads is often in a group of its own.
    #expect(chmod(folder, 0o770) == 0)
    #expect(errors("inline_secrets") == "")
  }

  @Test func `an unknown word is an error that lists the known ones`() {
    #expect(
      errors("inline_secrets,worldwritable")
        == "REPRISE_ALLOW: error: 'worldwritable' is nothing that can be allowed; the names are inline_secrets, world_writable, group_writable or foreign_owner"
    )
  }

  @Test func `a capturing daemon says what is missing for sending`() async throws {
    var options = shop.options
    options.capture = shop.path + "/captured"
    let log = InMemoryLog()
    let (signals, sender) = AsyncStream<Signal>.makeStream()
    let code = try await Daemon.start(options: options, log: Logger(to: log), signals: signals) { _ in
      sender.yield(.terminate)
    }
    #expect(code == 0)
    let told = log.lines.filter { $0.contains("not_ready_to_send") }
    #expect(told.count == 1)
    #expect(told.first?.contains("is a secret written into the file") == true, "\(told)")
    #expect(told.first?.contains("hunter2") == false)
    #expect(
      told.first?.contains("messages are captured; without --capture the daemon would not start") == true)
  }
}
