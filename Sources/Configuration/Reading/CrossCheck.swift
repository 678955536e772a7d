internal import Decisioning
internal import Domain
internal import Platform
internal import Templates

/// Holds the files of a configuration against each other.
struct CrossCheck {
  /// Names under `channels:`, also of channels that have an error of their own.
  let channels: Set<String>
  let templates: TemplateFiles
  private(set) var diagnostics: [Diagnostic] = []
  private var templateProblems: Set<Diagnostic> = []

  init(channels: Set<String>, templates: TemplateFiles) {
    self.channels = channels
    self.templates = templates
  }

  mutating func settings<Adapter>(_ settings: SettingsFile<Adapter>, zones: ZoneCatalog) {
    if let hours = settings.limits.quietHours, hours.value.from == hours.value.to {
      diagnostics.append(
        hours.diagnostic(
          "quiet hours from \(hours.value.from) to \(hours.value.to) leave no moment to send in",
          hint: "leave an opening, such as {from: \"21:00\", to: \"09:00\"}"))
    }
    for cap in settings.limits.caps { if let name = cap.channel { known(channel: name) } }
    for entry in settings.consent { known(channel: entry.name) }
    let listen = settings.http.listen
    if !listen.value.isLoopback {
      diagnostics.append(
        listen.diagnostic(
          "this listens beyond this machine, without TLS",
          hint: "listen on 127.0.0.1 behind a proxy with TLS, or let a firewall keep others out",
          severity: .warning))
    }
    let publicURL = settings.http.publicURL
    let isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(publicURL.value.host)
    if publicURL.value.scheme != "https", !isLocal {
      diagnostics.append(
        publicURL.diagnostic(
          "mailbox providers follow only https for one-click unsubscribing", hint: "write https://",
          severity: .warning))
    }
    if settings.http.writeKeys.isEmpty {
      diagnostics.append(
        listen.diagnostic(
          "no write_keys: the event API refuses everybody",
          hint: "add write_keys: [\"${credential:write_key}\"]",
          severity: .warning))
    }
  }

  @discardableResult
  private mutating func known(channel: Located<String>) -> Bool {
    guard !channels.contains(channel.value) else { return true }
    diagnostics.append(
      channel.diagnostic(
        "there is no channel '\(channel.value)' in reprise.yaml",
        hint: NearestName.hint(for: channel.value, among: channels.sorted())))
    return false
  }

  /// Checks every trigger and builds those without an error of their own.
  mutating func triggers(_ files: [TriggerFile], policies: [ChannelName: ChannelPolicy]) -> [Trigger] {
    var seen: [String: Located<String>] = [:]
    var rules: [Trigger] = []
    for file in files {
      if let other = seen[file.id.value] {
        diagnostics.append(
          file.id.diagnostic(
            "trigger '\(file.id.value)' stands in \(other.file) already",
            hint: "give one of them another name"))
        continue
      }
      seen[file.id.value] = file.id
      rules.append(trigger(file, policies))
    }
    diagnostics += templateProblems.sorted { Diagnostic.isBefore($0, $1) }
    return rules
  }

  private mutating func trigger(_ file: TriggerFile, _ policies: [ChannelName: ChannelPolicy]) -> Trigger {
    let when = self.when(file.when)
    var steps: [Step] = []
    for (index, step) in file.steps.enumerated() {
      let id = step.id?.value ?? String(index + 1)
      if steps.contains(where: { $0.id.rawValue == id }) {
        diagnostics.append(
          (step.id ?? step.template).diagnostic(
            "two steps are named '\(id)'", hint: "names of steps are unique in their trigger"))
      }
      for name in step.unless { knownEvent(name) }
      steps.append(
        Step(
          id: StepID(id), after: step.after.value, channels: step.channels.map { ChannelName($0.value) },
          template: step.template.value, unless: step.unless.map { EventName($0.value) },
          expiresAfter: step.expiresAfter))
    }
    var trigger = Trigger(
      id: TriggerID(file.id.value), when: when, purpose: file.purpose, steps: steps,
      audience: file.audience?.value,
      holdout: file.holdout.fraction, priority: file.priority, reentry: file.reentry,
      expiresAfter: file.expiresAfter ?? when.defaultExpiry, existing: file.existing, planningHash: "")
    trigger.planningHash = PlanningHash.of(trigger)
    for step in file.steps { check(step, of: trigger, policies) }
    if let audience = file.audience {
      diagnostics += audience.value.check(schema: trigger.conditionSchema).map { Diagnostic($0) }
    }
    return trigger
  }

  private mutating func when(_ file: WhenFile) -> When {
    switch file {
    case .event(let name, let condition, let only):
      knownEvent(name)
      let when = When.event(EventRule(name: EventName(name.value), condition: condition?.value, only: only))
      if let condition {
        diagnostics += condition.value.check(schema: when.conditionSchema).map { Diagnostic($0) }
      }
      return when
    case .cartIdle(let duration): return .cartIdle(duration)
    case .runsOut(let rule): return .runsOut(rule)
    case .anniversary(let rule): return .anniversary(rule)
    case .lapsed(let duration): return .lapsed(duration)
    }
  }

  /// Shops may have events of their own; a name that is nearly one of ours is more likely a slip.
  private mutating func knownEvent(_ name: Located<String>) {
    let ours = EventName.wellKnown.map(\.rawValue)
    guard !ours.contains(name.value), let near = NearestName.nearest(to: name.value, among: ours) else {
      return
    }
    diagnostics.append(
      name.diagnostic(
        "no event is called '\(name.value)' by us", hint: "did you mean '\(near)'?", severity: .warning))
  }

  private mutating func check(_ step: StepFile, of trigger: Trigger, _ policies: [ChannelName: ChannelPolicy])
  {
    let name = step.template
    guard let template = templates.templates[name.value] else {
      // A file of that name with an error of its own has been told already.
      if templates.files[name.value] == nil {
        diagnostics.append(
          name.diagnostic(
            "there is no template '\(name.value)'",
            hint: NearestName.hint(for: name.value, among: templates.templates.keys.sorted())
              ?? "make templates/\(name.value).html.liquid"))
      }
      for channel in step.channels { known(channel: channel) }
      return
    }
    for channel in step.channels where known(channel: channel) {
      guard let policy = policies[ChannelName(channel.value)] else { continue }
      if let missing = template.missingHalf(for: policy.medium) {
        diagnostics.append(
          name.diagnostic(
            "template '\(name.value)' has no \(missing), which channel '\(channel.value)' needs",
            hint: template.advice(for: policy.medium)))
      }
    }
    let schema = trigger.templateSchema
    var usesLink = false
    for half in template.halves {
      templateProblems.formUnion(
        half.check(schema: schema, library: templates.partials).map { Diagnostic($0) })
      usesLink = usesLink || half.variables(library: templates.partials).contains("unsubscribe_url")
    }
    if trigger.purpose == .marketing, !usesLink,
      step.channels.contains(where: { policies[ChannelName($0.value)]?.medium == .email })
    {
      diagnostics.append(
        name.diagnostic(
          "template '\(name.value)' shows no way to unsubscribe", hint: "put {{ unsubscribe_url }} into it",
          severity: .warning))
    }
  }
}

extension MessageTemplate {
  var halves: [Template] { [subject, preheader, html, text, sms].compactMap { $0 } }

  fileprivate func missingHalf(for medium: Medium) -> String? {
    switch medium {
    case .email:
      if html == nil && text == nil { return "HTML or text half" }
      return subject == nil ? "subject" : nil
    case .text: return sms == nil && text == nil ? "text half" : nil
    }
  }

  fileprivate func advice(for medium: Medium) -> String {
    switch medium {
    case .email: "an email needs a head with 'subject:', and \(name).html.liquid or \(name).txt.liquid"
    case .text: "make templates/\(name).sms.liquid"
    }
  }
}

/// What of a trigger decides about planning, as one digest: a change of it plans the trigger anew, a change of anything
/// else does not.
enum PlanningHash {
  static func of(_ trigger: Trigger) -> String {
    var text =
      "\(trigger.existing.rawValue)|\(trigger.reentry?.milliseconds ?? 0)|\(trigger.expiresAfter.milliseconds)|"
    switch trigger.when {
    case .event(let rule): text += "event|\(rule.name)|\(rule.only.rawValue)|\(rule.condition?.text ?? "")"
    case .cartIdle(let idle): text += "cart_idle|\(idle.milliseconds)"
    case .runsOut(let rule):
      text += "runs_out|\(rule.cycle)|\(rule.lead.milliseconds)|\(rule.combine.milliseconds)"
    case .anniversary(let rule):
      text +=
        "anniversary|\(rule.of.rawValue)|\(rule.before.milliseconds)|\(rule.at)|\(rule.leapDay.rawValue)"
    case .lapsed(let duration): text += "lapsed|\(duration.milliseconds)"
    }
    for step in trigger.steps {
      text += "|\(step.id)+\(step.after.milliseconds)/\(step.expiresAfter?.milliseconds ?? 0)"
    }
    return SHA256.hash(text).description
  }
}
