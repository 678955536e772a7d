internal import Domain
internal import Platform

/// How long things are kept: one duration for what is finished, or a mapping of both.
struct RetentionFile: Sendable {
  /// Of finished messages and decisions.
  var finished: Duration
  /// Of visitors without an address.
  var visitors: Duration

  private static let finishedShape = Shape<Duration>.duration(example: "400d")
  private static let standardVisitors: Duration = .days(30)

  private static let both: Shape<RetentionFile> = .mapping(
    "retention",
    .defaulted(
      "messages", finishedShape, default: "400d",
      "How long finished messages and decisions are kept; no cap may count further back."),
    .defaulted(
      "visitors", .duration(example: "30d"), default: "30d",
      "How long visitors without an address are kept after their last visit, with their events and carts.")
  ) { RetentionFile(finished: $0, visitors: $1) }

  static let shape: Shape<RetentionFile> = {
    let one = finishedShape.map { RetentionFile(finished: $0, visitors: standardVisitors) }
    let schema = SchemaNode(
      .any([one.schema, both.schema]), expected: "\(one.schema.expected), or {messages: 400d, visitors: 30d}",
      example: one.schema.example)
    return Shape(schema) { node, context in
      node.entries == nil ? one.read(node, &context) : both.read(node, &context)
    }
  }()
}
