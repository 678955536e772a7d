import Configuration
import Decisioning
import Delivery
import Domain
import Testing

struct ExampleAdapterTests {
  @Test(arguments: [nil, SecretSource(credentialsDirectory: nil, environment: [:], missing: .warning)])
  func `the example fits the adapters of the program`(secrets: SecretSource?) {
    let (loaded, report) = ConfigurationLoader(
      directory: ExampleTests.directory, adapters: AdapterRegistry.channel, sources: ShopDirectory.sources,
      policy: { ($0.address, $0.address == .email ? .email : .text) }, templates: { $0.templates },
      zones: ShopDirectory.zones,
      secrets: secrets
    ).load()
    let names = ["write_key", "smtp_password", "sms_token"]
    #expect(
      report.diagnostics.map(\.message)
        == (secrets == nil ? [] : names.map { "there is no credentials directory for '\($0)'" }))
    #expect(loaded?.settings.channels.map(\.name) == ["email", "sms"])
  }
}
