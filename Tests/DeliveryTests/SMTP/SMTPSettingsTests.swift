import Delivery
import Domain
import Platform
import Support
import Testing

/// Settings that read well and still cannot work.
@Suite struct SMTPSettingsTests {
  @Test(
    arguments: [
      (
        "username: shop", "'username' and 'password' belong together; give both or none"
      ),
      (
        "ca_file: /nowhere/ca.pem",
        "'ca_file': cannot open '/nowhere/ca.pem': it does not exist; check the path"
      ),
    ])
  func `are refused before a mail needs them`(key: String, problem: String) async throws {
    try await TransferEngine.lend { engine in
      #expect(throws: ChannelSetupError(channel: "email", problem: problem)) {
        try engine.channel("{adapter: smtp, url: 'smtps://smtp.example', from: hello@tea.example, \(key)}")
      }
    }
  }
}
