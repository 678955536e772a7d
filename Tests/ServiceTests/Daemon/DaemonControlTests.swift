import Glibc
import Platform
import Service
import Testing

struct DaemonControlTests {
  @Test func `operators steer a running daemon over its socket`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    let (signals, sender) = AsyncStream<Signal>.makeStream()
    let (ready, told) = AsyncStream<NextSteps>.makeStream()
    let daemon = try await Daemon(options: shop.options, log: .silent)
    let run = Task {
      try await daemon.run(signals: signals) { told.yield($0.nextSteps(program: "reprise", options: [])) }
    }
    var steps: NextSteps?
    for await found in ready {
      steps = found
      break
    }
    #expect(steps?.triggerFile == shop.path + "/config/triggers/welcome.yaml")
    #expect(steps?.template == "thanks")

    // Beside the store, where the command line looks by itself.
    let options = shop.options
    let path = DaemonAddress(configuration: options.configuration).controlPath(given: nil, store: nil)
    #expect(path == shop.path + "/reprise.db-control")
    let client = OperationsClient(control: path) { _ in ["error": "no daemon was asked", "exit": 70] }

    let status = try await client.perform(["command": "status"])
    #expect(status["daemon"]?["pid"]?.integerValue == Int64(getpid()))
    #expect(status["channels"]?["email"]?["state"] == "closed")
    #expect(status["reload"]?["error"] == .null)

    let test = try await client.perform(["command": "send-test", "channel": "sms", "to": "+8613810000111"])
    #expect(test["outcome"] == "accepted")
    let file = shop.path + "/outbox/" + (test["reference"]?.stringValue ?? "?")
    #expect(test["file"] == .string(file) && Files.exists(file))

    let reloaded = try await client.perform(["command": "reload"])
    #expect(
      reloaded == [
        "reloaded": true, "configuration": .string(shop.path + "/config"), "triggers": 1, "templates": 1,
        "channels": 2, "restart_needed": [],
        "warnings": [
          .string(
            "\(shop.path)/config/reprise.yaml:3:7: warning: no write_keys: the event API refuses everybody; add write_keys: [\"${credential:write_key}\"]"
          ),
          .string(
            "\(shop.path)/config/triggers/welcome.yaml:4:44: warning: template 'thanks' shows no way to unsubscribe; put {{ unsubscribe_url }} into it"
          ),
        ],
      ])
    let trigger = shop.path + "/config/triggers/welcome.yaml"
    try Files.write(Array("trigger: welcome\n".utf8), to: trigger)
    await #expect(throws: ServiceError.self) { try await client.perform(["command": "reload"]) }
    let failed = try await client.perform(["command": "status"])
    #expect(failed["reload"]?["error"]?.stringValue?.hasPrefix("\(trigger):1:1: error: missing key") == true)
    #expect(failed["triggers"]?.arrayValue?.count == 1)

    sender.yield(.terminate)
    let code = try await run.value
    #expect(code == 0)
    #expect(!Files.exists(path))
  }

  @Test func `a socket's path that is too long names the way out`() async throws {
    let shop = try ShopDirectory()
    var options = shop.options
    options.control = shop.path + "/" + String(repeating: "x", count: 120)
    let control = options.control ?? ""
    let daemon = try await Daemon(options: options, log: .silent)
    let (signals, _) = AsyncStream<Signal>.makeStream()
    await #expect(
      throws: ServiceError(
        "'\(control)' cannot be a socket's path: it is empty or longer than 107 bytes; give another place with --control or control_socket in reprise.yaml",
        exitCode: 64)
    ) {
      try await daemon.run(signals: signals)
    }
  }
}
