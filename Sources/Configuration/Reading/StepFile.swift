internal import Decisioning
internal import Domain
internal import Platform

/// A step in a trigger's file, as far as it could be parsed.
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

  private static let name = Shape<String>.eventName(example: "order_completed").located()

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
