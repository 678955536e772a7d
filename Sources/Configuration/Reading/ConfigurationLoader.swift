package import Decisioning
package import Domain
internal import Platform
internal import Templates

/// A configuration without errors.
package struct LoadedConfiguration<Adapter: Sendable, Source: Sendable>: Sendable {
  package var draft: ProgramDraft
  package var settings: Settings<Adapter>
  /// The sources of files.
  package var sources: [NamedEntry<Source>]
  /// The names that `check` looks up in the shop's data.
  package var names: NamesInQuestion
}

/// Reads a configuration directory, reporting every problem once.
package struct ConfigurationLoader<Adapter: Sendable, Source: Sendable> {
  private let directory: String
  private let adapters: Shape<Adapter>
  private let sources: Shape<Source>
  private let policy: @Sendable (Adapter) -> (address: AddressKind, medium: Medium)
  private let channelTemplates: @Sendable (Adapter) -> [ChannelTemplates]
  private let addsOptOut: @Sendable (Adapter) -> Bool
  private let zones: ZoneCatalog
  private let secrets: SecretSource?
  private let kinds: [any TriggerKind.Type]
  private let allowed: String
  private let owners: Diagnostic.Severity

  /// - Parameters:
  ///   - adapters: the shape of an entry of `channels:`.
  ///   - sources: the shape of an entry of `sources:`.
  ///   - policy: what decisions need to know about a channel with these settings.
  ///   - templates: the templates in a channel's settings.
  ///   - addsOptOut: whether the provider adds a way to opt out to each message.
  ///   - secrets: `nil` checks only the form of references.
  ///   - kinds: the kinds of triggers.
  ///   - allowed: the unsafe properties to tolerate, as words of `ConfigurationTolerance`.
  ///   - owners: whether files of another user are an error or a warning, as in `ConfigurationFiles`.
  package init(
    directory: String, adapters: Shape<Adapter>, sources: Shape<Source>,
    policy: @escaping @Sendable (Adapter) -> (address: AddressKind, medium: Medium),
    templates: @escaping @Sendable (Adapter) -> [ChannelTemplates] = { _ in [] },
    addsOptOut: @escaping @Sendable (Adapter) -> Bool = { _ in false }, zones: ZoneCatalog,
    secrets: SecretSource?, kinds: [any TriggerKind.Type] = TriggerKinds.all,
    allowing allowed: String = "", owners: Diagnostic.Severity = .error
  ) {
    self.kinds = kinds
    self.allowed = allowed
    self.owners = owners
    self.directory = directory
    self.adapters = adapters
    self.sources = sources
    self.policy = policy
    channelTemplates = templates
    self.addsOptOut = addsOptOut
    self.zones = zones
    self.secrets = secrets
  }

  /// - Returns: the configuration, unless it has an error; and all diagnostics.
  package func load() -> (loaded: LoadedConfiguration<Adapter, Source>?, report: DiagnosticReport) {
    let (known, mistakes) = ConfigurationTolerance.named(in: allowed)
    let files = ConfigurationFiles(
      reading: ConfigurationRoot(directory), allowing: known, owners: owners)
    var environment = DecodingEnvironment(root: files.root, secrets: secrets?.scope == .all ? secrets : nil)
    environment.allowed = known
    var diagnostics = mistakes + files.diagnostics
    func read<Value>(_ shape: Shape<Value>, _ kind: ConfigurationFile.Kind) -> [Value] {
      files.files.filter { $0.kind == kind }.compactMap { file in
        let document = YAMLDocument(parsing: file.source.bytes)
        let (value, problems) = shape.examine(document, file: file.path, environment: environment)
        diagnostics += problems
        return value
      }
    }
    var settings = read(SettingsFile.shape(adapters, sources), .settings).first
    switch secrets?.scope {
    case .channel(let name)?: diagnostics += resolve(name, of: files, in: &settings)
    case .http?: diagnostics += resolveHTTP(of: files, in: &settings)
    case .all?, nil: break
    }
    let triggers = read(TriggerFile.shape(of: kinds), .trigger)
    let segments = read(SegmentFile.shape, .segment)
    let templates = TemplateFiles(files.files)
    diagnostics += templates.diagnostics

    let channels = (settings?.channels ?? []).compactMap { channel($0) }
    let policies = policies(channels, settings?.consent ?? [])
    var check = CrossCheck(
      channels: settings?.channels?.map(\.name.value), policies: policies,
      optingOut: Set(channels.filter(isOptingOut).map(\.name)),
      quietHours: settings?.limits?.quietHours, templates: templates, kinds: kinds)
    if let settings { check.settings(settings, zones: zones) }
    let audience = check.audience(
      settings?.measures ?? [], segments,
      in: AudienceSurroundings(
        zone: settings?.brand.flatMap { zones[$0.timeZone.value] } ?? .utc,
        retention: settings?.retention?.finished,
        triggers: triggers.compactMap { $0.id?.value }))
    let rules = check.triggers(triggers)
    for channel in channels {
      check.channel(channel.medium, channelTemplates(channel.adapter), of: triggers)
    }
    diagnostics += check.diagnostics + check.names.warnings(nil)

    let report = DiagnosticReport(diagnostics, sources: files.sources)
    guard !report.hasErrors, let settings, let http = settings.http?.value, let store = settings.store,
      let retention = settings.retention, let sources = settings.sources, let limits = settings.limits,
      let brand = brand(settings.brand)
    else { return (nil, report) }
    let publicURL = http.publicURL.value.withoutSlash
    let draft = ProgramDraft(
      brand: brand, channels: policies,
      limits: Limits(quietHours: limits.quietHours, caps: limits.caps.map(\.cap)),
      triggers: Dictionary(rules.map { ($0.id, $0) }) { first, _ in first },
      templates: templates.sources.mapValues(\.message), partials: templates.partials, zones: zones,
      publicURL: publicURL, audience: audience)
    let listener = ListenerSettings(
      listen: http.listen.value, publicURL: publicURL, writeKeys: http.writeKeys,
      hosts: http.hosts, isBehindProxy: http.isBehindProxy, isExposed: http.isExposed,
      hooks: http.hooks?.secrets ?? HookSecrets())
    let loaded = Settings(
      store: store.text, http: listener, channels: channels, retention: retention.finished,
      visitorRetention: retention.visitors,
      controlSocket: settings.control)
    return (LoadedConfiguration(draft: draft, settings: loaded, sources: sources, names: check.names), report)
  }

  /// Reads one channel again, now with its secrets.
  ///
  /// - Returns: its problems, including those of the first reading.
  private func resolve(
    _ name: String, of files: ConfigurationFiles, in settings: inout SettingsFile<Adapter, Source>?
  ) -> [Diagnostic] {
    guard let file = files.files.first(where: { $0.kind == .settings }),
      let node = YAMLDocument(parsing: file.source.bytes).root?["channels"]?[name],
      let index = settings?.channels?.firstIndex(where: { $0.name.value == name })
    else { return [] }
    var context = DecodingContext(
      file: file.path, environment: DecodingEnvironment(root: files.root, secrets: secrets))
    settings?.channels?[index].value = context.reading(Quoting.quoted(name)) { adapters.read(node, &$0) }
    return context.diagnostics
  }

  /// Likewise for `http:`.
  private func resolveHTTP(
    of files: ConfigurationFiles, in settings: inout SettingsFile<Adapter, Source>?
  ) -> [Diagnostic] {
    guard let file = files.files.first(where: { $0.kind == .settings }), settings?.http != nil,
      let node = YAMLDocument(parsing: file.source.bytes).root?["http"]
    else { return [] }
    var context = DecodingContext(
      file: file.path, environment: DecodingEnvironment(root: files.root, secrets: secrets))
    settings?.http = context.reading("'http'") { HTTPFile.shape.located().read(node, &$0) }
    return context.diagnostics
  }

  /// `nil` for a channel with an error.
  private func channel(_ entry: NamedEntry<Adapter?>) -> ChannelSettings<Adapter>? {
    guard let adapter = entry.value else { return nil }
    let (address, medium) = policy(adapter)
    return ChannelSettings(
      name: ChannelName(entry.name.value), adapter: adapter, address: address, medium: medium)
  }

  private func isOptingOut(_ channel: ChannelSettings<Adapter>) -> Bool {
    addsOptOut(channel.adapter)
      || WayOut.isAdded(by: channelTemplates(channel.adapter).flatMap(\.templates).map(\.template))
  }

  private func policies(
    _ channels: [ChannelSettings<Adapter>], _ consent: [NamedEntry<ConsentPolicy>]
  ) -> [ChannelName: ChannelPolicy] {
    let consent = Dictionary(consent.map { ($0.name.value, $0.value) }) { first, _ in first }
    let policies = channels.map { channel in
      ChannelPolicy(
        name: channel.name, address: channel.address, medium: channel.medium,
        consent: consent[channel.name.rawValue] ?? .optOut)
    }
    return Dictionary(policies.map { ($0.name, $0) }) { first, _ in first }
  }

  private func brand(_ file: BrandFile?) -> Brand? {
    guard let file, let zone = zones[file.timeZone.value] else { return nil }
    return Brand(
      name: file.name, url: file.url.withoutSlash, address: file.address, zone: zone, currency: file.currency,
      locale: file.locale, callingCode: file.callingCode)
  }
}

extension ServiceURL {
  var withoutSlash: String { text.hasSuffix("/") ? String(text.dropLast()) : text }
}
