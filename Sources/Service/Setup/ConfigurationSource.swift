package import Configuration
internal import Decisioning
package import Delivery
package import Domain
internal import Platform

/// Reads the configuration directory with the adapters of this program and the zones of this machine.
package struct ConfigurationSource: Sendable {
  private let options: ServiceOptions

  package init(_ options: ServiceOptions) { self.options = options }

  /// Without systemd secrets are read where systemd would have read them.
  var credentialsDirectory: String { options.environment["CREDENTIALS_DIRECTORY"] ?? keptIn }

  private var keptIn: String { FilePath.join(options.configuration, "credentials") }

  /// What becomes of references to secrets.
  package enum Secrets: Equatable, Sendable {
    /// One that leads nowhere is an error.
    case needed
    /// Those of this channel are needed, the others are taken as they stand.
    case neededBy(ChannelName)
    /// One that leads nowhere is an error, as it is to the daemon on this machine; what only the daemon can see is none.
    case checked
    /// One that leads nowhere is a warning, as they are the daemon's and perhaps not ours to read.
    case looked
    /// They are taken as they stand.
    case unneeded
  }

  /// While every channel is captured nothing is signed in to: only the keys of those who send events are looked for, and
  /// none of them is needed.
  package func load(
    secrets wanted: Secrets = .needed
  ) -> (loaded: LoadedConfiguration<any AdapterSettings>?, report: DiagnosticReport) {
    var secrets = SecretSource(
      credentialsDirectory: credentialsDirectory, keptIn: keptIn,
      environment: options.environment.values, missing: wanted == .looked ? .warning : .error)
    secrets.isElsewhere = wanted == .checked
    if case .neededBy(let channel) = wanted { secrets.scope = .channel(channel.rawValue) }
    if options.capture != nil {
      secrets.scope = .http
      secrets.missing = .warning
    }
    return ConfigurationLoader(
      directory: options.configuration, adapters: AdapterRegistry.channel,
      policy: { ($0.address, $0.address == .email ? .email : .text) }, templates: { $0.templates },
      zones: ZoneFiles.catalog(), secrets: wanted == .unneeded ? nil : secrets
    ).load()
  }
}

extension AdapterSettings {
  /// The channel as configured, or, with a directory, its messages as files in it.
  func makeChannel(
    _ name: ChannelName, capture: String?, transfers: TransferEngine, program: Program
  ) throws(ChannelSetupError) -> Channel {
    let environment = AdapterEnvironment(
      engine: transfers, locale: program.brand.locale, currency: program.brand.currency)
    guard let capture else { return try channel(name, in: environment) }
    return try CaptureSettings(
      directory: capture, address: address, identity: sender ?? CaptureSettings.nobody
    ).channel(name, in: environment)
  }
}

extension ProgramDraft {
  /// The program of the shop whose store this memory is from.
  func program(_ memory: StoreMemory) -> Program {
    program(
      linkKey: LinkSigner.SigningKey(id: "1", secret: memory.linkKey), holdoutSalt: memory.holdoutSalt,
      recordGap: memory.recordGap)
  }
}
