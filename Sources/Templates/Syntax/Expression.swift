import Domain

/// An expression for a value.
enum Expression: Sendable {
  case literal(Value)
  case path(Path)
  indirect case range(from: Expression, through: Expression, span: Span)
  /// The words `blank` and `empty` on either side of a comparison.
  case blank
  case empty

  /// The path, if this expression is one.
  var path: Path? {
    if case .path(let path) = self { path } else { nil }
  }

  /// Whether this is `blank` or `empty`, which have no order and cannot be in lists.
  var isTest: Bool {
    switch self {
    case .blank, .empty: true
    case .literal, .path, .range: false
    }
  }
}

/// A variable with its selectors: `order.lines[0].name`.
final class Path: Sendable {
  /// The start of the path: a name in the template's slot table, or a computed one (`[key]`).
  enum Root: Sendable {
    case slot(Int)
    case computed(Expression)
  }

  enum Step: Sendable {
    case name(String, Command?)
    case index(Expression)
  }

  /// The meaning of `.size`, `.first` and `.last` if the value has no entry of that name.
  enum Command: Sendable { case size, first, last }

  let root: Root
  let steps: [Step]
  /// As written, for error texts.
  let text: String
  let span: Span
  /// The positions of the root and of each step, for the checker.
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

/// A filter with its arguments; at most two are positional.
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

/// A value and the filters applied to it.
final class Pipeline: Sendable {
  let base: Expression
  let calls: [FilterCall]
  /// The index of the last `default`, which ends the effect of a missing value; -1 without one.
  let lastDefault: Int
  let span: Span
  /// Whether it was parsed completely; otherwise nothing is known about the result.
  let isWhole: Bool
  /// The arguments of filters that failed to parse, for the names in them.
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
