import Domain

/// What stands where a value is wanted.
enum Expression: Sendable {
  case literal(Value)
  case path(Path)
  indirect case range(from: Expression, through: Expression, span: Span)
  /// The words `blank` and `empty` on either side of a comparison.
  case blank
  case empty

  /// The path this expression is, if it is one.
  var path: Path? {
    if case .path(let path) = self { path } else { nil }
  }

  /// Whether this is one of the words `blank` and `empty`, which have no order and stand in no list.
  var isTest: Bool {
    switch self {
    case .blank, .empty: true
    case .literal, .path, .range: false
    }
  }
}

/// A variable with what is selected from it: `order.lines[0].name`.
final class Path: Sendable {
  /// Where the path begins: a name of the template's slot table, or a name that is itself computed (`[key]`).
  enum Root: Sendable {
    case slot(Int)
    case computed(Expression)
  }

  enum Step: Sendable {
    case name(String, Command?)
    case index(Expression)
  }

  /// What `.size`, `.first` and `.last` do when the value has no entry of that name.
  enum Command: Sendable { case size, first, last }

  let root: Root
  let steps: [Step]
  /// As the author wrote it; error texts name the variable with it.
  let text: String
  let span: Span
  /// The place of the root and of each step, for the checker.
  let rootSpan: Span
  let stepSpans: [Span]

  init(root: Root, rootSpan: Span, steps: [Step], stepSpans: [Span], text: String, span: Span) {
    self.root = root
    self.rootSpan = rootSpan
    self.steps = steps
    self.stepSpans = stepSpans
    self.text = text
    self.span = span
  }
}

/// A filter with its arguments; no filter takes more than two by position.
final class FilterCall: Sendable {
  let filter: Filter
  let arguments: [Expression]
  /// Only `default` has one: `allow_false`.
  let allowFalse: Expression?
  let span: Span

  init(filter: Filter, arguments: [Expression], allowFalse: Expression?, span: Span) {
    self.filter = filter
    self.arguments = arguments
    self.allowFalse = allowFalse
    self.span = span
  }
}

/// A value and the filters it passes through.
final class Pipeline: Sendable {
  let base: Expression
  let calls: [FilterCall]
  /// The position of the last `default`, up to which a missing value may travel; -1 without one.
  let lastDefault: Int
  let span: Span
  /// Whether all of it could be read; else nothing is known of what comes out.
  let isWhole: Bool
  /// The arguments of filters that could not be read, for the names in them.
  let others: [Expression]

  init(
    base: Expression, calls: [FilterCall], lastDefault: Int, span: Span, isWhole: Bool = true,
    others: [Expression] = []
  ) {
    self.base = base
    self.calls = calls
    self.lastDefault = lastDefault
    self.span = span
    self.isWhole = isWhole
    self.others = others
  }
}

enum ComparisonOperator: Sendable {
  case equal, unequal, less, greater, lessOrEqual, greaterOrEqual, contains
}

struct Comparison: Sendable {
  let left: Expression
  let test: (operation: ComparisonOperator, right: Expression)?
  let span: Span
}

/// Comparisons joined by `and` and `or`, evaluated from the right: `a or b and c` is `a or (b and c)`,
/// `a and b or c` is `a and (b or c)`.
struct ConditionExpression: Sendable {
  enum Relation: Sendable { case and, or }

  var comparisons: [Comparison]
  /// One fewer than the comparisons.
  var relations: [Relation]
}
