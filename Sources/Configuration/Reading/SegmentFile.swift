internal import Decisioning
internal import Domain
internal import Platform

/// A segment's file as parsed, before cross-checks. A member is `nil` if it is missing, or had an error, which was
/// reported.
struct SegmentFile: Sendable {
  var id: Located<String>?
  var who: CriterionFile?
  var stay: Duration?

  static let shape = Shape<SegmentFile>.mapping(
    "segment",
    .attempted(
      .required(
        "segment", Shape<String>.identifier(example: "slipping_regulars").located(),
        "The name of the segment; unique, and the same for ever.")),
    .attempted(.required("who", CriterionFile.shape, "Who is in it: a condition, or several of them.")),
    .attempted(
      .defaulted(
        "stay", .duration(zeroAllowed: true, example: "7d"), default: "0s",
        "Who is in it leaves only after not matching for so long, so that nobody goes in and out."))
  ) { SegmentFile(id: $0, who: $1, stay: $2) }
}

/// A condition of a segment, nested at will, with the places that need cross-checks.
indirect enum CriterionFile: Sendable {
  case all([CriterionFile])
  case any([CriterionFile])
  case not(CriterionFile)
  case condition(PlacedCondition)
  case has(PlacedCondition)
  case events(Located<String>, WindowFile)
  case orders(WindowFile)
  case bought([String], WindowFile)
  case message(MessageFile, WindowFile)
  case segment(Located<String>, isMember: Bool)

  struct MessageFile: Sendable {
    var trigger: Located<String>
    var was: Located<MessageMark>
  }

  /// Editors are shown two levels; files may have as many as YAML.
  static let shape: Shape<CriterionFile> = level(of: level(of: anything))

  /// Conditions inside conditions: what reads them is the shape itself.
  private static let anything = Shape<CriterionFile>(
    SchemaNode(
      .json, expected: "a condition such as customer.orders_count >= 3",
      example: "customer.orders_count >= 3")
  ) { node, context in inner.read(node, &context) }

  private static let inner: Shape<CriterionFile> = level(of: anything)

  private static func level(of item: Shape<CriterionFile>) -> Shape<CriterionFile> {
    let text = Shape<PlacedCondition>.condition
    let forms = Shape<CriterionFile>.choice("condition", cases(of: item))
    let schema = SchemaNode(
      .any([forms.schema, text.schema]),
      expected: "a condition such as customer.orders_count >= 3, or a mapping such as {all: [...]}",
      example: "customer.orders_count >= 3")
    return Shape(schema) { node, context in
      guard let scalar = node.scalar, !scalar.isNull else {
        if case .mapping = node.content { return forms.read(node, &context) }
        context.reportKind(
          node, expected: schema.expected, hint: node.content.isSequence ? "write {all: [...]}" : nil)
        return nil
      }
      return condition(node, scalar, text, &context)
    }
  }

  /// `has customer.level`, or any Liquid condition.
  private static func condition(
    _ node: YAMLNode, _ scalar: YAMLScalar, _ text: Shape<PlacedCondition>, _ context: inout DecodingContext
  ) -> CriterionFile? {
    let word = "has "
    guard scalar.text.utf8.starts(with: word.utf8) else {
      return text.read(node, &context).map { .condition($0) }
    }
    var name = String(scalar.text.dropFirst(word.count))
    while name.hasPrefix(" ") { name.removeFirst() }
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: " ")) else {
      context.report(
        node.span, "'has' asks for one name", hint: "write has customer.level, and other conditions beside it"
      )
      return nil
    }
    // In the place of the name, for what is wrong with it.
    let padded =
      String(repeating: " ", count: scalar.text.unicodeScalars.count - name.unicodeScalars.count) + name
    let inner = YAMLNode(.scalar(YAMLScalar(padded, style: scalar.style)), span: node.span)
    return text.read(inner, &context).map { .has($0) }
  }

  private static func cases(
    of item: Shape<CriterionFile>
  ) -> [(key: String, shape: Shape<CriterionFile>)] {
    let list = Shape<[CriterionFile]>.list(of: item, minimum: 1, maximum: 100)
    return [
      ("all", .mapping("condition", .required("all", list, "Every one of these.")) { .all($0) }),
      ("any", .mapping("condition", .required("any", list, "At least one of these.")) { .any($0) }),
      (
        "not",
        .mapping("condition", .required("not", single(item), "Everybody who does not match this.")) {
          .not($0)
        }
      ),
      (
        "event",
        .mapping(
          "condition",
          .required(
            "event", Shape<String>.eventName(example: "page_viewed").located(),
            "Has done this, so often and in that time."),
          WindowFile.atLeast, WindowFile.atMost, WindowFile.within, WindowFile.since,
          WindowFile.whereField(
            "event.path contains '/tea/'", "Only events that meet this condition over event.")
        ) { .events($0, WindowFile(atLeast: $1, atMost: $2, within: $3, since: $4, condition: $5)) }
      ),
      (
        "orders",
        .mapping("condition", .required("orders", WindowFile.ofOrders, "Has so many standing orders.")) {
          .orders($0)
        }
      ),
      (
        "bought",
        .mapping(
          "condition",
          .required(
            "bought",
            .list(
              of: .text(maximum: 255, example: "longjing-100"), minimum: 1, maximum: WindowFile.mostProducts),
            "Has bought one of these, and not returned it: SKUs or categories."),
          WindowFile.atLeast, WindowFile.atMost, WindowFile.within, WindowFile.since
        ) { .bought($0, WindowFile(atLeast: $1, atMost: $2, within: $3, since: $4)) }
      ),
      (
        "message",
        .mapping(
          "condition", .required("message", message, "What has happened to messages of a trigger."),
          WindowFile.atLeast, WindowFile.atMost, WindowFile.within, WindowFile.since
        ) { .message($0, WindowFile(atLeast: $1, atMost: $2, within: $3, since: $4)) }
      ),
      (
        "segment",
        .mapping(
          "condition",
          .required(
            "segment", Shape<String>.identifier(example: "complained").located(), "Is in this other segment."),
          .defaulted("is", .bool, default: "true", "false for those who are not in it.")
        ) { .segment($0, isMember: $1) }
      ),
    ]
  }

  private static let message = Shape<MessageFile>.mapping(
    "message",
    .required(
      "trigger", Shape<String>.identifier(example: "welcome").located(), "The trigger that the message is of."
    ),
    .required("was", Shape<MessageMark>.word().located(), "What has happened to it.")
  ) { MessageFile(trigger: $0, was: $1) }

  /// One condition: a list leaves open whether one of them must fail, or all.
  private static func single(_ item: Shape<CriterionFile>) -> Shape<CriterionFile> {
    Shape(item.schema) { node, context in
      guard case .sequence(let items) = node.content else { return item.read(node, &context) }
      guard items.count == 1, let only = items.first else {
        context.report(
          node.span, "'not' has \(items.count) conditions",
          hint: items.isEmpty
            ? "give one"
            : "write not: {any: [...]} for none of them, or not: {all: [...]} for not all of them")
        return nil
      }
      return item.read(only, &context)
    }
  }
}

extension YAMLNode.Content {
  fileprivate var isSequence: Bool { if case .sequence = self { true } else { false } }
}

/// How often, and in which time.
struct WindowFile: Sendable {
  var atLeast: Located<Int>?
  var atMost: Located<Int>?
  var within: Located<Duration>?
  var since: Located<CivilDate>?
  var condition: PlacedCondition?

  static let mostProducts = 1000

  private static let number = Shape<Int>.integer(1...CountBounds.maximum, example: 2).located()
  static let atLeast = Field<Located<Int>?>.optional(
    "at_least", number, "So often or more; 1 without at_most.")
  static let atMost = Field<Located<Int>?>.optional(
    "at_most", Shape<Int>.integer(0...CountBounds.maximum - 1, example: 5).located(),
    "So often or less; 0 for never.")
  static let within = Field<Located<Duration>?>.optional(
    "within", Shape<Duration>.duration(example: "30d").located(), "In the last so long; ever without it.")
  static let since = Field<Located<CivilDate>?>.optional(
    "since", Shape<CivilDate>.date.located(), "From the start of this day on, by the shop's clock.")

  static func whereField(_ example: String, _ summary: String) -> Field<PlacedCondition?> {
    .optional("where", Shape<PlacedCondition>.condition.described(example: example), summary)
  }

  static let ofOrders = Shape<WindowFile>.mapping(
    "orders", atLeast, atMost, within, since,
    whereField("order.total >= 100", "Only orders that meet this condition over order.")
  ) { WindowFile(atLeast: $0, atMost: $1, within: $2, since: $3, condition: $4) }
}

extension Shape where Value == CivilDate {
  /// `2026-11-01`.
  static var date: Shape {
    .text(
      expected: "a date such as 2026-11-01", example: "2026-11-01", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    ) {
      (text) throws(ScalarProblem) in
      guard let date = CivilDate(text) else { throw .mismatch }
      return date
    }
  }
}
