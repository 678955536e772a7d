package import Decisioning
package import Domain
package import Templates

extension Program {
  /// Qingshan Tea in Shanghai: email to everybody who has not withdrawn, SMS to those who asked for it, a
  /// robot that knows customers by their id. No quiet hours and no caps unless a test sets them.
  package static func shop(_ triggers: [Trigger]) -> Program {
    let draft = ProgramDraft(
      brand: Brand(
        name: "Qingshan Tea", url: "https://tea.example", address: "No. 1 Hill Road, Hangzhou",
        zone: .shanghai,
        currency: .cny, locale: "en"),
      channels: [
        "email": ChannelPolicy(name: "email", address: .email, medium: .email, consent: .optOut),
        "sms": ChannelPolicy(name: "sms", address: .phone, medium: .text, consent: .optIn),
        "robot": ChannelPolicy(name: "robot", address: .customerID, medium: .text, consent: .optOut),
      ],
      limits: Limits(), triggers: Dictionary(uniqueKeysWithValues: triggers.map { ($0.id, $0) }),
      templates: [:],
      partials: TemplateLibrary(),
      zones: ZoneCatalog([
        "Asia/Shanghai": .shanghai, "Europe/Berlin": .berlin, "America/New_York": .newYork,
      ]),
      publicURL: "https://hello.tea.example")
    var program = draft.program(
      linkKey: .init(id: "a", secret: Array(repeating: 7, count: 32)), holdoutSalt: "salt")
    program.addTemplates(of: triggers)
    return program
  }

  /// A plain template for every step that has none.
  package mutating func addTemplates(of triggers: [Trigger]) {
    for step in triggers.flatMap(\.steps) where templates[step.template] == nil {
      setTemplate(step.template, subject: "Hello", text: "Dear customer")
    }
  }

  package mutating func setTemplate(
    _ name: String, subject: String? = "Hello", preheader: String? = nil, html: String? = nil,
    text: String? = nil,
    sms: String? = nil
  ) {
    func parse(_ source: String?, _ suffix: String, _ escape: EscapeMode = .none) -> Template? {
      source.map { source in
        do {
          return try Template.parse(source, name: "\(name).\(suffix)", escape: escape)
        } catch {
          preconditionFailure("\(error)")
        }
      }
    }
    templates[name] = MessageTemplate(
      name: name, subject: parse(subject, "subject"), preheader: parse(preheader, "preheader"),
      html: parse(html, "html", .html), text: parse(text, "txt"), sms: parse(sms, "sms"))
  }
}

extension Trigger {
  package static func make(
    _ id: TriggerID, _ when: any TriggerKind, _ steps: [Step], purpose: Purpose = .marketing,
    audience: String? = nil,
    holdout: Double = 0, priority: Int = 100, reentry: Duration? = nil, expiresAfter: Duration? = nil,
    existing: ExistingCustomers = .skip, spread: Duration = .zero
  ) -> Trigger {
    Trigger(
      id: id, when: when, purpose: purpose, steps: steps, audience: audience.map(Condition.script),
      holdout: holdout, priority: priority, reentry: reentry,
      expiresAfter: expiresAfter ?? when.defaultExpiry,
      existing: existing, spread: spread, planningHash: "")
  }

  /// The file of the design, with the step ids `thanks` and `guide`.
  package static let welcome = make(
    "welcome", EventRule(name: .orderCompleted, only: .first),
    [
      .make("welcome/thanks", after: .minutes(10)),
      .make("welcome/guide", after: .days(3), unless: [.orderCompleted]),
    ])

  package static let cartRecovery = make(
    "cart_recovery", .cartIdle(.hours(1)),
    [.make("cart/reminder"), .make("cart/last-call", after: .hours(23), channels: ["sms", "email"])],
    reentry: .hours(24), expiresAfter: .hours(24))

  package static func replenishment(
    _ cycle: RunsOutRule.Cycle = .product, lead: Duration = .days(5), combine: Duration = .days(3)
  ) -> Trigger {
    make(
      "replenishment", RunsOutRule(cycle: cycle, lead: lead, combine: combine),
      [.make("replenish/soon")])
  }

  package static func birthday(
    before: Duration = .days(3), leapDay: Anniversary.LeapDayPolicy = .feb28, expiresAfter: Duration? = nil
  ) -> Trigger {
    make(
      "birthday",
      AnniversaryRule(of: .birthday, before: before, at: .nine, leapDay: leapDay),
      [.make("birthday/gift")], expiresAfter: expiresAfter)
  }

  package static func winBack(existing: ExistingCustomers = .skip, spread: Duration = .zero) -> Trigger {
    make(
      "win_back", .lapsed(.days(90)),
      [
        .make("winback/miss-you"), .make("winback/last", after: .days(14), unless: [.orderCompleted]),
      ], existing: existing, spread: spread)
  }
}

extension Step {
  /// The id is the last part of the template's name.
  package static func make(
    _ template: String, after: Duration = .zero, channels: [ChannelName] = ["email"],
    unless: [Unless] = [],
    expiresAfter: Duration? = nil
  ) -> Step {
    Step(
      id: StepID(template.split(separator: "/").last.map(String.init) ?? template), after: after,
      channels: channels, template: template, unless: unless, expiresAfter: expiresAfter)
  }
}

extension ClockTime {
  package static var nine: ClockTime { at("09:00") }

  package static func at(_ text: String) -> ClockTime {
    guard let time = ClockTime(text) else { preconditionFailure("not a time of day: \(text)") }
    return time
  }
}

extension Condition {
  package static func script(_ source: String) -> Condition {
    do {
      return try Condition.parse(source, name: "condition")
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
