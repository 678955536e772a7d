internal import Decisioning
internal import Domain
internal import Platform
internal import Templates

/// Checks the files of a configuration against each other.
///
/// Values with errors were already reported and are `nil` here, so that they cause no second error.
struct CrossCheck {
  /// The names under `channels:`, including those with errors; `nil` if unknown.
  let channels: [String]?
  /// Of the channels without errors.
  let policies: [ChannelName: ChannelPolicy]
  /// Channels whose provider or requests add a way to opt out to each message.
  let optingOut: Set<ChannelName>
  let quietHours: QuietHours?
  let templates: TemplateFiles
  /// The kinds of triggers.
  let kinds: [any TriggerKind.Type]
  var diagnostics: [Diagnostic] = []
  var told: Set<ToldMistake> = []
  var names = NamesInQuestion()
  /// The names that segments and measures add to customers; set before triggers are checked.
  var customerNames: [CustomerName] = []

  init(
    channels: [String]?, policies: [ChannelName: ChannelPolicy],
    optingOut: Set<ChannelName>, quietHours: QuietHours?, templates: TemplateFiles,
    kinds: [any TriggerKind.Type]
  ) {
    self.kinds = kinds
    self.channels = channels
    self.policies = policies
    self.optingOut = optingOut
    self.quietHours = quietHours
    self.templates = templates
  }

  // MARK: reprise.yaml

  mutating func settings<Adapter, Source>(_ settings: SettingsFile<Adapter, Source>, zones: ZoneCatalog) {
    if let zone = settings.brand?.timeZone, zones[zone.value] == nil {
      diagnostics.append(
        zone.diagnostic("this machine has no time zone '\(zone.value)'", hint: "install the package tzdata"))
    }
    for cap in settings.limits?.caps ?? [] {
      if let name = cap.channel { known(channel: name) }
      if let retention = settings.retention?.finished { kept(for: retention, what: cap.window) }
    }
    for entry in settings.consent ?? [] { known(channel: entry.name) }
    if let http = settings.http { self.http(http) }
  }

  /// Deleted messages no longer count: the cap would let more through than configured.
  private mutating func kept(for retention: Duration, what window: Located<FrequencyCap.Window>) {
    let reach = window.value.reach
    guard reach > retention else { return }
    let isDay = window.value == .localDay
    diagnostics.append(
      window.diagnostic(
        "this cap counts the messages of \(isDay ? "a whole day" : reach.writtenInDays), and they are kept for \(retention.writtenInDays)",
        hint: "set retention to \(reach.writtenInDays) or more\(isDay ? "" : ", or shorten the window")"))
  }

  private mutating func http(_ http: Located<HTTPFile>) {
    if !http.value.listen.value.isLoopback {
      diagnostics.append(
        http.value.listen.diagnostic(
          "this listens beyond this machine, without TLS",
          hint: http.value.isExposed
            ? "let a proxy with TLS or a firewall stand before it"
            : "listen on 127.0.0.1 behind a proxy with TLS, or add exposed: true where one stands before it",
          severity: http.value.isExposed ? .warning : .error))
    }
    let publicURL = http.value.publicURL
    if ["localhost", "127.0.0.1", "::1"].contains(publicURL.value.host) {
      diagnostics.append(
        publicURL.diagnostic(
          "customers cannot open links to \(publicURL.value.host), which is their own machine",
          hint: "write the https:// address at which a proxy lets them in", severity: .warning))
    } else if publicURL.value.scheme != "https" {
      diagnostics.append(
        publicURL.diagnostic(
          "without https mail carries no one-click unsubscribing, which mailbox providers ask for",
          hint: "put TLS before it and write https://", severity: .warning))
    }
    if http.value.writeKeys.isEmpty {
      diagnostics.append(
        http.diagnostic(
          "no write_keys: the event API refuses everybody",
          hint: "add write_keys: [\"${credential:write_key}\"]", severity: .warning))
    }
  }

  @discardableResult
  private mutating func known(channel: Located<String>) -> Bool {
    guard let channels, !channels.contains(channel.value) else { return true }
    let names = channels.isEmpty ? nil : "the channels are \(channels.joined(separator: ", "))"
    diagnostics.append(
      channel.diagnostic(
        "there is no channel '\(channel.value)' in reprise.yaml",
        hint: NearestName.hint(for: channel.value, among: channels) ?? names))
    return false
  }

  // MARK: Triggers

  /// Checks every trigger. Those with errors are omitted, or included only for further checks.
  mutating func triggers(_ files: [TriggerFile]) -> [Trigger] {
    var seen: [ExactText: String] = [:]
    return files.compactMap { file in
      if let id = file.id {
        if let other = seen[id.value] {
          diagnostics.append(
            id.diagnostic("trigger '\(id.value)' stands in \(other) already", hint: "give it another name"))
        }
        seen[id.value] = seen[id.value] ?? id.file
      }
      return trigger(file)
    }
  }

  private mutating func trigger(_ file: TriggerFile) -> Trigger? {
    let when = file.when.map { kind($0) }
    let steps = self.steps(file.steps)
    guard let when else {
      for step in file.steps { exists(step?.template) }
      return nil
    }
    if let audience = file.audience {
      diagnostics += audience.check(when.conditionSchema(customerNames))
      question(audience, when)
    }
    var trigger = Trigger(
      id: TriggerID(file.id?.value ?? ""), when: when, purpose: file.purpose ?? .marketing, steps: steps,
      audience: file.audience?.value, holdout: file.holdout?.value.fraction ?? 0,
      priority: file.priority ?? 100, reentry: file.reentry,
      expiresAfter: file.expiresAfter ?? when.defaultExpiry, existing: file.existing ?? .skip,
      spread: file.spread?.value ?? Trigger.defaultSpread, endsWith: file.endsWith?.value ?? .anyOrder,
      planningHash: "")
    trigger.planningHash = PlanningHash.of(trigger)
    ends(with: file.endsWith, when)
    for step in file.steps { for exit in step?.unless ?? [] { same(exit, when) } }
    for (index, step) in file.steps.enumerated() {
      guard let step, exists(step.template), file.purpose != nil else { continue }
      check(step, step.id?.value ?? String(index + 1), of: trigger)
    }
    reach(of: file, trigger)
    spread(of: file, trigger)
    return trigger
  }

  private mutating func kind(_ file: WhenFile) -> any TriggerKind {
    for event in file.events { knownEvent(event) }
    let schema = file.kind.conditionSchema(customerNames)
    for condition in file.conditions {
      diagnostics += condition.check(schema)
      question(condition, file.kind)
    }
    return file.kind
  }

  /// The readable steps, by their numbers in the file.
  private mutating func steps(_ files: [StepFile?]) -> [Step] {
    var steps: [Step] = []
    for (index, file) in files.enumerated() {
      guard let file else { continue }
      let id = file.id?.value ?? String(index + 1)
      if let place = file.id, steps.contains(where: { $0.id.rawValue == id }) {
        diagnostics.append(
          place.diagnostic("two steps are named '\(id)'", hint: "give one of them another name"))
      }
      for exit in file.unless { knownEvent(exit.event) }
      var channels: Set<ExactText> = []
      for channel in file.channels {
        known(channel: channel)
        if !channels.insert(channel.value) {
          diagnostics.append(
            channel.diagnostic("channel '\(channel.value)' stands here twice", hint: "remove one"))
        }
      }
      steps.append(
        Step(
          id: StepID(id), after: file.after?.value ?? .zero,
          channels: file.channels.map { ChannelName($0.value) }, template: file.template?.value ?? "",
          unless: file.unless.map { Unless(EventName($0.event.value), same: $0.same?.value) },
          expiresAfter: file.expiresAfter))
    }
    return steps
  }

  private mutating func knownEvent(_ name: Located<String>) {
    names.append(.event(EventName(name.value)), at: name.diagnostic(""))
  }
}
