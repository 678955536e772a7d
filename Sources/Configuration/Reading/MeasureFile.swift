internal import Decisioning
internal import Domain
internal import Platform

/// An entry of `measures:`.
struct MeasureFile: Sendable {
  /// `orders`, or the name of an event.
  var what: Located<String>
  var isSum: Bool
  /// The property of the event that is added up.
  var property: Located<String>?
  var window: WindowFile

  static let orders = "orders"

  static let shape = Shape<MeasureFile>.choice(
    "measure",
    [
      (
        "count",
        .mapping(
          "measure", .required("count", what, "How many: orders, or the events of this name."),
          WindowFile.within, WindowFile.since, condition
        ) {
          MeasureFile(what: $0, isSum: false, window: WindowFile(within: $1, since: $2, condition: $3))
        }
      ),
      (
        "sum",
        .mapping(
          "measure",
          .required(
            "sum", what, "What it comes to: orders less refunds, or a property of the events of this name."),
          .optional(
            "of", Shape<String>.text(maximum: 200, example: "minutes").located(),
            "For events: the property to add up, a number."),
          WindowFile.within, WindowFile.since, condition
        ) {
          MeasureFile(
            what: $0, isSum: true, property: $1, window: WindowFile(within: $2, since: $3, condition: $4))
        }
      ),
    ])

  private static let what = Shape<String>.eventName(example: orders).located()
  private static let condition = WindowFile.whereField(
    "order.total >= 100", "Only those that meet this condition over order or event.")
}
