import Delivery
import Domain
import Platform
import Support
import Testing

/// Settings that read well and still cannot work.
@Suite struct SMTPSettingsTests {
  @Test func `authorities that cannot be read are refused before a mail needs them`() async throws {
    let problem = "'ca_file': cannot open '/nowhere/ca.pem': it does not exist; check the path"
    try await TransferEngine.lend { engine in
      #expect(throws: ChannelSetupError(channel: "email", problem: problem)) {
        try engine.channel(
          "{adapter: smtp, url: 'smtps://smtp.example', from: hello@tea.example, ca_file: /nowhere/ca.pem}")
      }
    }
  }
}
