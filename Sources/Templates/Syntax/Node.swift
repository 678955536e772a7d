/// A node of a parsed template.
enum Node: Sendable {
  case text([UInt8])
  case output(Output)
  case assign(slot: Int, Pipeline)
  case capture(slot: Int, Block)
  case branch(Branch)
  case choice(Choice)
  case loop(Loop)
  case table(Table)
  case cycle(Cycle)
  case count(Count)
  case partial(Partial)
  case changed(Block)
  case interrupt(Interrupt)
  case abort(Pipeline, Span)
}

extension Node {
  var changesState: Bool {
    switch self {
    case .text, .output, .partial, .interrupt, .abort: false
    case .assign, .capture, .cycle, .count, .changed: true
    case .branch(let branch): branch.arms.contains { $0.block.changesState }
    case .choice(let choice): choice.arms.contains { $0.block.changesState }
    case .loop(let loop):
      if case .continue = loop.offset {
        true
      } else {
        loop.body.changesState || loop.otherwise?.changesState ?? false
      }
    case .table(let table): table.body.changesState
    }
  }
}

enum Interrupt: Sendable { case `break`, `continue` }

/// A sequence of nodes between two tags.
///
/// A block that can only print white space is blank; control tags drop the white space of such blocks.
struct Block: Sendable {
  var nodes: [Node] = []
  var isBlank = true
  /// Whether rendering it affects later nodes: variables, counters, cycles.
  private(set) var changesState = false

  static let empty = Block()

  mutating func append(_ node: Node, isBlank: Bool) {
    nodes.append(node)
    self.isBlank = self.isBlank && isBlank
    changesState = changesState || node.changesState
  }

  mutating func dropText() {
    nodes.removeAll { if case .text = $0 { true } else { false } }
  }
}

/// `{{ value | filters }}` and `{% echo %}`.
struct Output: Sendable {
  let pipeline: Pipeline
  /// Whether the value starts a URL in an HTML attribute such as `href="`.
  let startsURL: Bool
}

/// `if` and `unless`: the first branch whose condition holds, or that has none.
final class Branch: Sendable {
  let arms: [(condition: ConditionExpression?, block: Block)]
  /// For `unless`: the first branch is taken if its condition does not hold.
  let invertsFirst: Bool

  init(arms: [(condition: ConditionExpression?, block: Block)], invertsFirst: Bool) {
    self.arms = arms
    self.invertsFirst = invertsFirst
  }
}

/// `case`: every `when` that equals the subject prints its block; `else` does if none did before it.
final class Choice: Sendable {
  let subject: Expression
  /// `nil` values mark `else`.
  let arms: [(values: [Expression]?, block: Block)]
  let span: Span

  init(subject: Expression, arms: [(values: [Expression]?, block: Block)], span: Span) {
    self.subject = subject
    self.arms = arms
    self.span = span
  }
}

/// `for`.
final class Loop: Sendable {
  enum Offset: Sendable {
    case none
    case value(Expression)
    /// Where the last loop over the same name and collection stopped.
    case `continue`
  }

  let variable: Int
  let forloop: Int
  let collection: Expression
  /// `item-collection`, the value of `forloop.name`.
  let name: String
  /// Shared by loops of the same name.
  let identity: Int
  let isReversed: Bool
  let limit: Expression?
  let offset: Offset
  let body: Block
  let otherwise: Block?
  let span: Span

  init(
    variable: Int, forloop: Int, collection: Expression, name: String, identity: Int, isReversed: Bool,
    limit: Expression?, offset: Offset, body: Block, otherwise: Block?, span: Span
  ) {
    self.variable = variable
    self.forloop = forloop
    self.collection = collection
    self.name = name
    self.identity = identity
    self.isReversed = isReversed
    self.limit = limit
    self.offset = offset
    self.body = body
    self.otherwise = otherwise
    self.span = span
  }
}

/// `tablerow`.
final class Table: Sendable {
  let variable: Int
  let tablerowloop: Int
  let collection: Expression
  let columns: Expression?
  let limit: Expression?
  let offset: Expression?
  let body: Block
  let span: Span

  init(
    variable: Int, tablerowloop: Int, collection: Expression, columns: Expression?, limit: Expression?,
    offset: Expression?, body: Block, span: Span
  ) {
    self.variable = variable
    self.tablerowloop = tablerowloop
    self.collection = collection
    self.columns = columns
    self.limit = limit
    self.offset = offset
    self.body = body
    self.span = span
  }
}

/// `cycle`.
final class Cycle: Sendable {
  enum Group: Sendable {
    case named(Expression)
    /// Shared by cycles of the same literal values.
    case unnamed(Int)
  }

  let group: Group
  let values: [Expression]
  let span: Span

  init(group: Group, values: [Expression], span: Span) {
    self.group = group
    self.values = values
    self.span = span
  }
}

/// `increment` prints, then adds one; `decrement` subtracts one, then prints.
struct Count: Sendable {
  let slot: Int
  let isIncrement: Bool
  let span: Span
}

/// `render`.
final class Partial: Sendable {
  enum Subject: Sendable {
    case none
    case with(Expression)
    case each(Expression)
  }

  let name: String
  let subject: Subject
  /// The name of the subject inside the partial.
  let variable: String
  let parameters: [(name: String, value: Expression)]
  let span: Span

  init(
    name: String, subject: Subject, variable: String, parameters: [(name: String, value: Expression)],
    span: Span
  ) {
    self.name = name
    self.subject = subject
    self.variable = variable
    self.parameters = parameters
    self.span = span
  }
}
