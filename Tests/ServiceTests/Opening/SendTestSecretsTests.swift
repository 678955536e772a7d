import Platform
import Service
import Testing

/// `send-test` without a daemon, where the secrets of the daemon may not be there.
struct SendTestSecretsTests {
  private func shop() async throws -> ShopDirectory {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    try shop.change(
      "public_url: \"https://hello.tea.example\"",
      to: "public_url: \"https://hello.tea.example\", write_keys: [\"${env:WRITE_KEY}\"]")
    let file = shop.path + "/config/reprise.yaml"
    let robot = """
        robot:
          adapter: http
          url: http://127.0.0.1:1/send
          authentication: {type: standard_webhooks, secret: "${env:ROBOT_SECRET}"}

      """
    try Files.write(Array((try Files.readText(file) + robot).utf8), to: file)
    return shop
  }

  private func sendTest(_ channel: String, _ shop: ShopDirectory) async throws -> JSON {
    try await OfflineService.perform(
      ["command": "send-test", "channel": .string(channel), "to": "me@tea.example"], shop.options,
      log: .silent)
  }

  @Test func `the secrets of other channels and of the listener are not asked for`() async throws {
    let shop = try await shop()
    let answer = try await sendTest("email", shop)
    #expect(answer["outcome"] == "accepted", "\(answer)")
  }

  @Test func `those of the channel itself are, with their place`() async throws {
    let shop = try await shop()
    await #expect(
      throws: ServiceError(
        """
        \(shop.path)/config/reprise.yaml:10:55: error: the environment has no ROBOT_SECRET; set it, or correct the name
          10 |     authentication: {type: standard_webhooks, secret: "${env:ROBOT_SECRET}"}
             |                                                       ^~~~~~~~~~~~~~~~~~~~~
        \(shop.path)/config/triggers/welcome.yaml:4:44: warning: template 'thanks' shows no way to unsubscribe; put {{ unsubscribe_url }} into it
          4 |   - {after: 10m, channel: email, template: thanks}
            |                                            ^~~~~~
        1 error and 1 warning in 2 files

        """, exitCode: 78)
    ) { try await sendTest("robot", shop) }
  }

  @Test func `a channel's mistake that only its secret shows is one of the configuration`() async throws {
    let shop = try await shop()
    var options = shop.options
    options.environment.values["ROBOT_SECRET"] = "hunter2"
    await #expect(
      throws: ServiceError(
        """
        \(shop.path)/config/reprise.yaml:10:55: error: 'secret' must be whsec_ and the Base64 of 24 to 64 bytes
          10 |     authentication: {type: standard_webhooks, secret: "${env:ROBOT_SECRET}"}
             |                                                       ^~~~~~~~~~~~~~~~~~~~~
        \(shop.path)/config/triggers/welcome.yaml:4:44: warning: template 'thanks' shows no way to unsubscribe; put {{ unsubscribe_url }} into it
          4 |   - {after: 10m, channel: email, template: thanks}
            |                                            ^~~~~~
        1 error and 1 warning in 2 files

        """, exitCode: 78)
    ) {
      try await OfflineService.perform(
        ["command": "send-test", "channel": "robot", "to": "ann"], options, log: .silent)
    }
  }

  @Test func `a channel that is not there asks for no secret at all`() async throws {
    let answer = try await sendTest("emial", try await shop())
    #expect(
      answer == [
        "error": "there is no channel 'emial'; reprise.yaml has email, robot, sms; did you mean 'email'?",
        "exit": 65,
      ])
  }
}
