internal import Decisioning
internal import Domain
internal import Templates

/// A mistake in a template, independent of who renders it.
struct ToldMistake: Hashable {
  private let file: String
  private let line: Int
  private let column: Int
  private let message: ExactText

  /// - Parameter cause: the mistake alone, without the templates that led to it and the step's names.
  init(_ diagnostic: Diagnostic, cause: String) {
    file = diagnostic.file
    line = diagnostic.line
    column = diagnostic.column
    message = ExactText(cause)
  }
}

extension CrossCheck {
  /// Whether files with that name exist, valid or not.
  @discardableResult
  mutating func exists(_ name: Located<String>?) -> Bool {
    guard let name else { return false }
    guard templates.sources[name.value] == nil else { return true }
    diagnostics.append(
      name.diagnostic(
        "there is no template '\(name.value)'",
        hint: NearestName.hint(for: name.value, among: templates.sources.keys.sorted().map(\.text))
          ?? "make templates/\(name.value).html.liquid"))
    return false
  }

  /// Checks a step's template against its channels and its trigger's names.
  mutating func check(_ step: StepFile, _ id: String, of trigger: Trigger) {
    guard let name = step.template, let source = templates.sources[name.value] else { return }
    var media: Set<Medium> = []
    for channel in step.channels {
      guard let policy = policies[ChannelName(channel.value)] else { continue }
      let isMarketing = trigger.purpose == .marketing
      if media.insert(policy.medium).inserted {
        if let (half, advice) = source.missing(for: policy.medium) {
          diagnostics.append(
            name.diagnostic(
              "template '\(name.value)' has no \(half), which channel '\(channel.value)' needs", hint: advice)
          )
        }
        for part in source.parts(for: policy.medium) {
          check(part, trigger.templateSchema(customerNames), by: "step \(id) of trigger '\(trigger.id)'")
          question(part, trigger, at: name)
        }
        if policy.medium == .email, isMarketing { wayOut(of: source, at: name) }
      }
      // Other text channels deliver to chat rooms and programs.
      if policy.medium == .text, policy.address == .phone, isMarketing, !optingOut.contains(policy.name) {
        wayOut(of: source, at: name, on: policy.name)
      }
    }
  }

  private mutating func wayOut(of source: TemplateSource, at name: Located<String>) {
    let message = source.message
    guard [message.html, message.text].allSatisfy({ $0?.isWhole ?? true }),
      message.html != nil || message.text != nil
    else { return }
    let hint: String
    switch WayOut.inEmail(
      html: message.html, templates.partials(for: .html), text: message.text, templates.partials(for: .txt))
    {
    case .shown: return
    case .missing: hint = "put {{ unsubscribe_url }} into it"
    case .unseen:
      hint =
        "its {{ unsubscribe_url }} stands where nobody sees it: put it into the href of a link, or into the text"
    case .onlyInText: hint = "put {{ unsubscribe_url }} into its HTML half too, which mail programs show"
    }
    noWayOut(of: name, hint)
  }

  private mutating func wayOut(of source: TemplateSource, at name: Located<String>, on channel: ChannelName) {
    let parts = source.parts(for: .text)
    guard !parts.isEmpty,
      parts.allSatisfy({
        $0.template.isWhole && !WayOut.isInText($0.template, templates.partials(for: $0.half))
      })
    else { return }
    noWayOut(
      of: name,
      "put {{ unsubscribe_url }} or a line such as 'Reply STOP to opt out' into its text, or 'adds_opt_out: true' into channel '\(channel)' if the provider adds one to each message"
    )
  }

  private mutating func noWayOut(of name: Located<String>, _ hint: String) {
    let warning = name.diagnostic(
      "template '\(name.value)' shows no way to unsubscribe", hint: hint, severity: .warning)
    if !diagnostics.contains(warning) { diagnostics.append(warning) }
  }

  /// - Parameter user: the step that the template is rendered for; others may offer other names. A mistake
  ///   with several users is reported for the first.
  private mutating func check(_ part: TemplateSource.Part, _ schema: TemplateSchema, by user: String) {
    let fragments = templates.partials
    for mistake in part.template.check(schema: schema, library: templates.partials(for: part.half)) {
      var diagnostic = part.place?.diagnostic(mistake) ?? Diagnostic(mistake)
      if case .missingTemplate(let stranger) = mistake.kind, fragments[stranger] != nil {
        let kinds = part.half == .html ? ("texts", "HTML", "html") : ("HTML", "texts", part.half.rawValue)
        let base = stranger.split(separator: ".").first.map(String.init) ?? stranger
        diagnostic.message = "the fragment '\(stranger)' is for \(kinds.0), not for \(kinds.1)"
        diagnostic.hint = "make templates/partials/\(base).\(kinds.2).liquid"
      }
      if case .unknownName(isSlip: false) = mistake.kind {
        diagnostic.hint = "\(user) renders it"
      }
      guard told.insert(ToldMistake(diagnostic, cause: mistake.cause)).inserted else { continue }
      diagnostics.append(diagnostic)
    }
  }

  /// Checks the templates in a channel's settings for names that no message offers.
  mutating func channel(_ medium: Medium, _ groups: [ChannelTemplates], of triggers: [TriggerFile]) {
    let facts = MessageData.roots(medium, of: triggers.compactMap { $0.when?.kind })
    for group in groups {
      // The channel's own names override facts of the same name.
      let roots = group.seesFacts ? group.roots.merging(facts) { own, _ in own } : group.roots
      for template in group.templates {
        diagnostics += template.check(TemplateSchema(roots, synonyms: ChannelTemplates.synonyms))
      }
    }
  }
}
