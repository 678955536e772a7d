package import Configuration
internal import Decisioning
package import Delivery
package import Domain
package import Import
internal import Platform

/// Reads the configuration directory, with this program's adapters and this machine's time zones.
package struct ConfigurationSource: Sendable {
  private let options: ServiceOptions

  package init(_ options: ServiceOptions) { self.options = options }

  /// Without systemd, secrets are read from where systemd would have read them.
  var credentialsDirectory: String { options.environment["CREDENTIALS_DIRECTORY"] ?? keptIn }

  private var keptIn: String { FilePath.join(options.configuration, "credentials") }

  /// How references to secrets are resolved.
  package enum Secrets: Equatable, Sendable {
    /// A missing secret is an error.
    case needed
    /// Only this channel's secrets are needed; other references are left unresolved.
    case neededBy(ChannelName)
    /// A missing secret is an error, as for the daemon on this machine, unless only the daemon can see it.
    case checked
    /// A missing secret is a warning: it is the daemon's, and perhaps not readable for us.
    case looked
    /// References are left unresolved.
    case unneeded
  }

  /// If every channel is captured, no channel logs in anywhere: only the keys of event senders are looked up,
  /// and none is required.
  package func load(
    secrets wanted: Secrets = .needed
  ) -> (loaded: LoadedConfiguration<any AdapterSettings, SourceSettings>?, report: DiagnosticReport) {
    var secrets = SecretSource(
      credentialsDirectory: credentialsDirectory, keptIn: keptIn,
      environment: options.environment.values, missing: wanted == .looked ? .warning : .error)
    secrets.isElsewhere = wanted == .checked
    if case .neededBy(let channel) = wanted { secrets.scope = .channel(channel.rawValue) }
    let allowed = options.environment[ConfigurationTolerance.variable] ?? ""
    secrets.refusesInline =
      wanted != .looked && !ConfigurationTolerance.named(in: allowed).known.contains(.inlineSecrets)
    if options.capture != nil {
      secrets.scope = .http
      secrets.missing = .warning
    }
    return ConfigurationLoader(
      directory: options.configuration, adapters: AdapterRegistry.channel,
      sources: SourceSettings.shape,
      policy: { ($0.address, $0.address == .email ? .email : .text) }, templates: { $0.templates },
      addsOptOut: { $0.addsOptOut }, zones: ZoneFiles.catalog(),
      secrets: wanted == .unneeded ? nil : secrets, allowing: allowed,
      // Nothing that is captured reaches anybody: `sudo make run` in one's own checkout shall work.
      owners: wanted == .needed && options.capture == nil && !options.isDemo ? .error : .warning
    ).load()
  }
}

extension AdapterSettings {
  /// The channel as configured, or, with a directory, one that writes its messages to files there.
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
  /// The program for the store that this memory is from.
  func program(_ memory: StoreMemory) -> Program {
    program(
      linkKey: LinkSigner.SigningKey(id: "1", secret: memory.linkKey), holdoutSalt: memory.holdoutSalt,
      recordGap: memory.recordGap)
  }
}
