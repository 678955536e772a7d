internal import Decisioning
internal import Domain
internal import Platform

/// A trigger's file as parsed, before cross-checks. A member is `nil` if it is missing, or had an error,
/// which was reported.
struct TriggerFile: Sendable {
  var id: Located<String>?
  var when: WhenFile?
  var purpose: Purpose?
  var steps: [StepFile?]
  var audience: PlacedCondition?
  var holdout: Located<Percentage>?
  var priority: Int?
  var reentry: Duration?
  var expiresAfter: Duration?
  var existing: ExistingCustomers?
  var spread: Located<Duration>?
  var endsWith: Located<CartEnding>?

  static func shape(of kinds: [any TriggerKind.Type]) -> Shape<TriggerFile> {
    .mapping(
      "trigger",
      .attempted(
        .required(
          "trigger", Shape<String>.identifier.located(),
          "The name of the trigger; unique, and the same for ever.")),
      .attempted(.required("when", WhenFile.shape(of: kinds), "What makes it fire.")),
      .attempted(
        .defaulted(
          "purpose", Shape<Purpose>.word(), default: "marketing",
          "Marketing needs consent and counts against caps; service is about something the customer started.")
      ),
      .attempted(
        .required(
          "steps", .list(of: StepFile.shape.attempted(), minimum: 1, maximum: 100), "The messages, in order.")
      ),
      audienceField, holdoutField, priorityField, reentryField, expiryField(kinds), existingField(kinds),
      spreadField(kinds), endingField(kinds)
    ) {
      id, when, purpose, steps, audience, holdout, priority, reentry, expiresAfter, existing, spread, ending
      in
      TriggerFile(
        id: id, when: when, purpose: purpose, steps: steps ?? [], audience: known(audience), holdout: holdout,
        priority: priority, reentry: known(reentry), expiresAfter: known(expiresAfter), existing: existing,
        spread: known(spread), endsWith: known(ending))
    }
  }

  /// The value of an optional key; `nil` also after an error. A function, because the compiler cannot handle
  /// so many `??`.
  private static func known<Value>(_ value: Value??) -> Value? { value ?? nil }

  private static func endingField(
    _ kinds: [any TriggerKind.Type]
  ) -> Field<Located<CartEnding>??> {
    let words = kinds.filter { $0.takesEndsWith }.map { $0.form.word }
    return .attempted(
      .optional(
        "ends_with", Shape<CartEnding>.word().located(),
        "For \(words.listed): any order after the cart's last change ends the recovery (any_order, as without it), or only "
          + "an order of this cart (cart)."))
  }

  private static let audienceField: Field<PlacedCondition??> = .attempted(
    .optional("audience", .condition, "A Liquid condition; who does not meet it gets nothing."))

  private static let holdoutField: Field<Located<Percentage>?> = .attempted(
    .defaulted(
      "holdout", Shape<Percentage>.percentage.located(), default: "0%",
      "This share of the customers never gets it, so that its effect can be measured."))

  private static let priorityField: Field<Int?> = .attempted(
    .defaulted(
      "priority", .integer(0...1000, example: 100), default: "100",
      "Who goes first when a cap leaves room for one; lower goes first."))

  private static let reentryField: Field<Duration??> = .attempted(
    .optional(
      "reentry", .duration(example: "30d"), "The least time between two enrollments of one customer."))

  private static func expiryField(_ kinds: [any TriggerKind.Type]) -> Field<Duration??> {
    .attempted(
      .optional(
        "expires_after", .duration(),
        "A message later than this is skipped, never sent in a burst. Without it: "
          + "\(kinds.map { $0.expiryNote }.joined(separator: ", "))."))
  }

  private static func existingField(_ kinds: [any TriggerKind.Type]) -> Field<ExistingCustomers?> {
    .attempted(
      .defaulted(
        "existing", Shape<ExistingCustomers>.word(), default: "skip",
        "Whether enabling the trigger may reach customers who qualify already: those whose moment "
          + "(\(Occasion.moments(of: kinds).joined(separator: ", "))) is no longer ago than expires_after, and all who "
          + "have \(Occasion.states(of: kinds).listed)."))
  }

  private static func spreadField(_ kinds: [any TriggerKind.Type]) -> Field<Located<Duration>??> {
    .attempted(
      .optional(
        "spread", Shape<Duration>.duration(zeroAllowed: true, example: "7d").located(),
        "With existing: include, those who had \(Occasion.states(of: kinds).listed) before get theirs over so long, each "
          + "at a time of their own, so that not all are written to at once; 7d without it."))
  }
}

extension Occasion {
  fileprivate static func moments(of kinds: [any TriggerKind.Type]) -> [String] {
    kinds.compactMap { if case .moment(let noun) = $0.occasion { noun } else { nil } }
  }

  fileprivate static func states(of kinds: [any TriggerKind.Type]) -> [String] {
    kinds.compactMap { if case .state(let participle) = $0.occasion { participle } else { nil } }
  }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  var listed: String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
