internal import Decisioning
internal import Domain
internal import Platform

/// A trigger as its file says it, before it is held against the rest of the configuration. A member is `nil` where the
/// file has an error, which was reported, or says nothing.
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

  static let shape = Shape<TriggerFile>.mapping(
    "trigger",
    .attempted(
      .required(
        "trigger", Shape<String>.identifier.located(),
        "The name of the trigger; unique, and the same for ever.")),
    .attempted(.required("when", WhenFile.shape, "What makes it fire.")),
    .attempted(
      .defaulted(
        "purpose", Shape<Purpose>.word(), default: "marketing",
        "Marketing needs consent and counts against caps; service is about something the customer started.")),
    .attempted(
      .required(
        "steps", .list(of: StepFile.shape.attempted(), minimum: 1, maximum: 100), "The messages, in order.")),
    audienceField, holdoutField, priorityField, reentryField, expiryField, existingField, spreadField,
    endingField
  ) {
    id, when, purpose, steps, audience, holdout, priority, reentry, expiresAfter, existing, spread, ending in
    TriggerFile(
      id: id, when: when, purpose: purpose, steps: steps ?? [], audience: known(audience), holdout: holdout,
      priority: priority, reentry: known(reentry), expiresAfter: known(expiresAfter), existing: existing,
      spread: known(spread), endsWith: known(ending))
  }

  /// What was read where a key that may be missing was, `nil` also for one with an error. Written out, so many `??` are
  /// more than the compiler can take.
  private static func known<Value>(_ value: Value??) -> Value? { value ?? nil }

  private static let endingField: Field<Located<CartEnding>??> = .attempted(
    .optional(
      "ends_with", Shape<CartEnding>.word().located(),
      "For cart_idle: any order after the cart's last change ends the recovery (any_order, as without it), or only an "
        + "order of this cart (cart)."))

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

  private static let expiryField: Field<Duration??> = .attempted(
    .optional(
      "expires_after", .duration(),
      "A message later than this is skipped, never sent in a burst. Without it: 3d for events, 24h for carts, 7d for "
        + "runs_out, the rest of the day for anniversaries, 14d for lapsed."))

  private static let existingField: Field<ExistingCustomers?> = .attempted(
    .defaulted(
      "existing", Shape<ExistingCustomers>.word(), default: "skip",
      "Whether enabling the trigger may reach customers who qualify already: those whose moment (an event, a cart, a "
        + "product, a birthday) is no longer ago than expires_after, and all who have lapsed."))

  private static let spreadField: Field<Located<Duration>??> = .attempted(
    .optional(
      "spread", Shape<Duration>.duration(zeroAllowed: true, example: "7d").located(),
      "With existing: include, those who had lapsed before get theirs over so long, each at a time of their own, so "
        + "that not all are written to at once; 7d without it."))
}

/// A step of a trigger's file, read as far as it goes.
struct StepFile: Sendable {
  var id: Located<String>?
  var after: Located<Duration>?
  var channels: [Located<String>]
  var template: Located<String>?
  var unless: [UnlessFile]
  var expiresAfter: Duration?

  static let shape = Shape<StepFile>.mapping(
    "step",
    .attempted(
      .optional(
        "id", Shape<String>.identifier(example: "reminder").located(),
        "The step's name in the record: what was sent under it is not sent again. Without it the step's number, which "
          + "changes when a step is put in or taken out before it, so that what was sent may go again and what was "
          + "not may never go; a step that gets or changes its name is a new step. Best given before the trigger "
          + "first runs.")),
    .attempted(
      .defaulted(
        "after", Shape<Duration>.duration(zeroAllowed: true).located(), default: "0s",
        "Counted from the moment the trigger fires, not from the step before; steps stand in this order. When one goes "
          + "out late, those after it keep their distance from it.")),
    .attempted(
      .required(
        "channel", .oneOrMany(Shape<String>.identifier(example: "email").located()),
        "The first of these that can reach the customer is used.")),
    .attempted(
      .required(
        "template", Shape<String>.templateName.located(), "Below templates/, without ending: cart/reminder.")),
    .attempted(
      .defaulted(
        "unless", .list(of: UnlessFile.shape), default: "[]",
        "Events since the trigger fired that make this message pointless.")),
    .attempted(.optional("expires_after", .duration(), "As for the trigger, for this step alone."))
  ) { id, after, channels, template, unless, expiresAfter in
    StepFile(
      id: id ?? nil, after: after, channels: channels ?? [], template: template, unless: unless ?? [],
      expiresAfter: expiresAfter ?? nil)
  }
}

/// An entry of `unless`.
struct UnlessFile: Sendable {
  var event: Located<String>
  var same: Located<Unless.Sameness>?

  private static let name = Shape<String>.identifier(example: "order_completed").located()

  private static let plain: Shape<UnlessFile> = name.map { UnlessFile(event: $0) }

  private static let scoped: Shape<UnlessFile> = .mapping(
    "unless", .required("event", name, "The name of the event."),
    .optional(
      "same", Shape<Unless.Sameness>.word().located(),
      "order: only when it names the order that the trigger is about. customer: whatever order it is about. Without it an event about another order does not count where the trigger is about one."
    )
  ) { UnlessFile(event: $0, same: $1) }

  static let shape = Shape<UnlessFile>.either(
    [plain, scoped], expected: "the name of an event, or {event: order_refunded, same: order}")
}

enum WhenFile: Sendable {
  case event(name: Located<String>, condition: PlacedCondition?, only: EventRule.Frequency)
  case cartIdle(Duration)
  case runsOut(RunsOutRule)
  case anniversary(AnniversaryRule)
  case lapsed(Duration)

  static let shape = Shape<WhenFile>.choice(
    "trigger",
    [
      ("event", event),
      (
        "cart_idle",
        .mapping(
          "trigger",
          .required("cart_idle", .duration(example: "1h"), "A cart that nobody touched for so long.")
        ) {
          .cartIdle($0)
        }
      ),
      (
        "runs_out",
        .mapping("trigger", .required("runs_out", runsOut, "A product that is about to be used up.")) {
          .runsOut($0)
        }
      ),
      ("anniversary", anniversary),
      (
        "lapsed",
        .mapping("trigger", .required("lapsed", .duration(example: "90d"), "So long since the last order.")) {
          .lapsed($0)
        }
      ),
    ])

  private static let event = Shape<WhenFile>.mapping(
    "trigger",
    .required(
      "event", Shape<String>.identifier(example: "order_completed").located(),
      "The name of an event, such as order_completed."),
    .optional(
      "where", Shape.condition.described(example: "order.total >= 100"),
      "A Liquid condition over event, order and customer."),
    .defaulted(
      "only", .word(), default: "every", "The first such event of a customer, by its own time, or every one.")
  ) { .event(name: $0, condition: $1, only: $2) }

  private static let runsOut = Shape<RunsOutRule>.mapping(
    "runs_out",
    .required(
      "cycle",
      .either(
        [
          Shape<String>.word("product").map { _ in RunsOutRule.Cycle.product },
          Shape<String>.word("learned").map { _ in RunsOutRule.Cycle.learned },
          Shape<Duration>.duration().map { RunsOutRule.Cycle.fixed($0) },
        ], expected: "product, learned or a duration such as 30d"),
      "How long one piece lasts: the product's cycle_days, learned from the orders, or a fixed time."),
    .defaulted(
      "lead", .duration(zeroAllowed: true, example: "5d"), default: "5d", "So long before it runs out."),
    .defaulted(
      "combine", .duration(zeroAllowed: true), default: "3d",
      "Products that run out within this of each other share one message.")
  ) { RunsOutRule(cycle: $0, lead: $1, combine: $2) }

  private static let anniversary = Shape<WhenFile>.mapping(
    "trigger",
    .required("anniversary", .word(), "birthday or joined_at."),
    .defaulted("before", .duration(zeroAllowed: true), default: "0s", "So long before the day."),
    .defaulted(
      "at", Shape.clockTime.described(example: "\"09:00\""), default: "\"09:00\"",
      "The time of day, in the customer's zone."),
    .defaulted(
      "leap_day", .word(), default: "feb28",
      "When 29 February is celebrated in other years: feb28, mar1 or skip.")
  ) { field, before, at, leapDay in
    .anniversary(AnniversaryRule(of: field, before: before, at: at, leapDay: leapDay))
  }
}
