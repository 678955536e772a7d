package import Decisioning
package import Domain
internal import Platform
internal import Templates

/// A configuration without an error in it.
package struct LoadedConfiguration<Adapter: Sendable>: Sendable {
  /// Without the keys of links and the salt of holdouts: those are the store's.
  package var program: Program
  package var settings: Settings<Adapter>
}

/// Reads a configuration directory: every file, every problem, once.
package struct ConfigurationLoader<Adapter: Sendable> {
  private let directory: String
  private let adapters: Shape<Adapter>
  private let policy: @Sendable (Adapter) -> (address: AddressKind, medium: Medium)
  private let zones: ZoneCatalog
  private let secrets: SecretSource?

  /// - Parameters:
  ///   - adapters: the shape of an entry of `channels:`.
  ///   - policy: what deciding must know of a channel with these settings.
  ///   - secrets: `nil` checks references by their form alone.
  package init(
    directory: String, adapters: Shape<Adapter>,
    policy: @escaping @Sendable (Adapter) -> (address: AddressKind, medium: Medium), zones: ZoneCatalog,
    secrets: SecretSource?
  ) {
    self.directory = directory
    self.adapters = adapters
    self.policy = policy
    self.zones = zones
    self.secrets = secrets
  }

  /// - Returns: the configuration, unless there is an error in it; and all there is to say about it.
  package func load() -> (loaded: LoadedConfiguration<Adapter>?, report: DiagnosticReport) {
    let files = ConfigurationFiles(reading: ConfigurationRoot(directory))
    let environment = DecodingEnvironment(root: files.root, secrets: secrets)
    var diagnostics = files.diagnostics

    var settings: SettingsFile<Adapter>?
    var declaredChannels: Set<String> = []
    if let file = files.files.first(where: { $0.kind == .settings }) {
      let document = YAMLDocument(parsing: file.source.bytes)
      declaredChannels = Set(document.root?["channels"]?.entries?.map(\.key) ?? [])
      let decoded = SettingsFile.shape(adapters).decode(document, file: file.path, environment: environment)
      settings = decoded.value
      diagnostics += decoded.diagnostics
    } else if !files.diagnostics.contains(where: { $0.severity == .error }) {
      diagnostics.append(
        Diagnostic(
          file: files.root.display("reprise.yaml"), message: "there is no such file",
          hint: "name the directory that holds it with --config"))
    }

    var triggers: [TriggerFile] = []
    for file in files.files where file.kind == .trigger {
      let decoded = TriggerFile.shape.decode(file.source, environment: environment)
      diagnostics += decoded.diagnostics
      if let value = decoded.value { triggers.append(value) }
    }
    let templates = TemplateFiles(files.files)
    diagnostics += templates.diagnostics

    var check = CrossCheck(channels: declaredChannels, templates: templates)
    if let settings { check.settings(settings, zones: zones) }
    let channels = settings.map { channelSettings($0, &check) } ?? []
    let rules = check.triggers(triggers, policies: policies(channels, settings))
    diagnostics += check.diagnostics

    let report = DiagnosticReport(diagnostics, sources: files.sources)
    guard !report.hasErrors, let settings, let zone = zones[settings.brand.timeZone.value] else {
      return (nil, report)
    }
    let program = Program(
      brand: Brand(
        name: settings.brand.name, url: settings.brand.url.withoutSlash, address: settings.brand.address,
        zone: zone,
        currency: settings.brand.currency, locale: settings.brand.locale),
      channels: policies(channels, settings),
      limits: Limits(
        quietHours: settings.limits.quietHours?.value,
        caps: settings.limits.caps.map { cap in
          FrequencyCap(
            channel: cap.channel.map { ChannelName($0.value) }, limit: cap.limit, window: cap.window)
        }),
      triggers: Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }),
      templates: templates.templates, partials: templates.partials, zones: zones,
      links: LinkSigner(publicURL: settings.http.publicURL.value.withoutSlash, keys: []), holdoutSalt: "")
    let loaded = Settings(
      store: settings.store.value,
      http: HTTPSettings(
        listen: settings.http.listen.value, publicURL: settings.http.publicURL.value.withoutSlash,
        writeKeys: settings.http.writeKeys, isBehindProxy: settings.http.isBehindProxy),
      channels: channels, retention: settings.retention, controlSocket: settings.control)
    return (LoadedConfiguration(program: program, settings: loaded), report)
  }

  private func channelSettings(
    _ settings: SettingsFile<Adapter>, _ check: inout CrossCheck
  ) -> [ChannelSettings<Adapter>] {
    settings.channels.map { entry in
      let (address, medium) = policy(entry.value)
      return ChannelSettings(
        name: ChannelName(entry.name.value), adapter: entry.value, address: address, medium: medium)
    }
  }

  private func policies(
    _ channels: [ChannelSettings<Adapter>], _ settings: SettingsFile<Adapter>?
  ) -> [ChannelName: ChannelPolicy] {
    var policies: [ChannelName: ChannelPolicy] = [:]
    for channel in channels {
      let consent = settings?.consent.first { $0.name.value == channel.name.rawValue }?.value
      policies[channel.name] = ChannelPolicy(
        name: channel.name, address: channel.address, medium: channel.medium, consent: consent ?? .optOut)
    }
    return policies
  }
}

extension ServiceURL {
  var withoutSlash: String { text.hasSuffix("/") ? String(text.dropLast()) : text }
}
