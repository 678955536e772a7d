internal import Domain

/// Walks a template as rendering does, with shapes in place of values.
struct Checker {
  typealias Shape = TemplateSchema.Shape

  /// `nil` when only `variables` is wanted: every name is then known.
  let schema: TemplateSchema?
  let library: TemplateLibrary
  private(set) var diagnostics: Set<TemplateDiagnostic> = []
  private(set) var variables: Set<ExactText> = []
  private var template: Template?
  /// Names the template makes itself, by slot.
  private var locals: [Int: Shape] = [:]
  private var checked: Set<Call> = []
  private var depth = 0

  private struct Call: Hashable {
    let name: String
    let parameters: [ExactText: Shape]
  }

  init(schema: TemplateSchema?, library: TemplateLibrary) {
    self.schema = schema
    self.library = library
  }

  mutating func check(_ template: Template, parameters: [ExactText: Shape]) {
    guard depth < Parser.deepestNesting,
      checked.insert(Call(name: template.name, parameters: parameters)).inserted
    else { return }
    depth += 1
    defer { depth -= 1 }
    let outer = (self.template, locals)
    self.template = template
    locals = [:]
    for (name, shape) in parameters {
      if let slot = template.slots[name] { locals[slot] = shape }
    }
    // A loop may read what an earlier iteration assigned, so names are known everywhere.
    collectNames(template.block)
    walk(template.block)
    (self.template, locals) = outer
  }

  mutating func check(_ condition: ConditionExpression, of template: Template) {
    self.template = template
    walk(condition)
  }

  private func text(_ span: Span) -> String { template?.source.text(span) ?? "" }

  /// The end of a message about an unknown name: the nearest name, else, behind `words`, all of them while there are few
  /// enough to look through. After many messages neither is looked for.
  private func hint(_ name: String, _ candidates: some Sequence<String>, _ words: String? = nil) -> String {
    guard diagnostics.count < Self.hinted else { return "" }
    if let hint = NearestName.hint(for: name, among: candidates) { return "; \(hint)" }
    guard let words else { return "" }
    let names = candidates.sorted()
    return (1...Self.listed).contains(names.count) ? "; \(words) \(names.joined(separator: ", "))" : ""
  }

  private static let hinted = 200
  private static let listed = 20

  /// The shape of a name. Longer names do not exist and are not looked up: some texts would take very long to compare.
  private func known(_ name: String, among names: [ExactText: Shape]) -> Shape? {
    name.utf8.count <= Self.longestName ? names[name] : nil
  }

  private static let longestName = 1024

  private mutating func report(_ message: String, at span: Span) {
    guard let template else { return }
    diagnostics.insert(template.source.diagnostic(message, at: span))
  }

  // MARK: Blocks

  private mutating func collectNames(_ block: Block) {
    for node in block.nodes {
      switch node {
      case .assign(let slot, _): locals[slot] = locals[slot] ?? .open
      case .capture(let slot, let body):
        locals[slot] = locals[slot] ?? .scalar
        collectNames(body)
      case .count(let count): locals[count.slot] = locals[count.slot] ?? .scalar
      case .branch(let branch): for arm in branch.arms { collectNames(arm.block) }
      case .choice(let choice): for arm in choice.arms { collectNames(arm.block) }
      case .loop(let loop):
        collectNames(loop.body)
        if let otherwise = loop.otherwise { collectNames(otherwise) }
      case .table(let table): collectNames(table.body)
      case .changed(let body): collectNames(body)
      case .text, .output, .cycle, .partial, .interrupt, .abort: break
      }
    }
  }

  private mutating func walk(_ block: Block) {
    for node in block.nodes { walk(node) }
  }

  private mutating func walk(_ node: Node) {
    switch node {
    case .text, .count, .interrupt: break
    case .output(let output): print(output.pipeline)
    case .abort(let pipeline, _): shape(pipeline)
    case .assign(let slot, let pipeline): locals[slot] = shape(pipeline)
    case .capture(_, let body), .changed(let body): walk(body)
    case .branch(let branch):
      for arm in branch.arms {
        if let condition = arm.condition { walk(condition) }
        walk(arm.block)
      }
    case .choice(let choice):
      shape(choice.subject)
      for arm in choice.arms {
        for value in arm.values ?? [] { shape(value) }
        walk(arm.block)
      }
    case .loop(let loop):
      if case .value(let offset) = loop.offset { shape(offset) }
      if let limit = loop.limit { shape(limit) }
      var names = Dictionary(texts: LoopState.forNames.map { ($0, Shape.scalar) })
      names["parentloop"] = .open
      scoped([loop.variable: element(of: shape(loop.collection)), loop.forloop: .object(names)], loop.body)
      if let otherwise = loop.otherwise { walk(otherwise) }
    case .table(let table):
      for expression in [table.columns, table.limit, table.offset] {
        if let expression { shape(expression) }
      }
      let names = Dictionary(texts: LoopState.tableNames.map { ($0, Shape.scalar) })
      scoped(
        [table.variable: element(of: shape(table.collection)), table.tablerowloop: .object(names)], table.body
      )
    case .cycle(let cycle):
      if case .named(let name) = cycle.group { shape(name) }
      for value in cycle.values { shape(value) }
    case .partial(let partial): walk(partial)
    }
  }

  private mutating func print(_ pipeline: Pipeline) {
    switch shape(pipeline) {
    case .object(let fields), .extensible(let fields):
      guard let text = template?.source.text(pipeline.span) else { return }
      let plain = fields.filter { $0.value == .scalar }.keys.min()
      let example = (plain ?? fields.keys.min()).map { ", such as '\(text).\($0)'" } ?? ""
      report(
        "'\(text)' is an object, which cannot be printed; print one of its fields\(example)",
        at: pipeline.span)
    case .scalar, .list, .open: break
    }
  }

  private mutating func scoped(_ names: [Int: Shape], _ body: Block) {
    let outer = names.keys.map { ($0, locals[$0]) }
    locals.merge(names) { $1 }
    walk(body)
    for (slot, shape) in outer { locals[slot] = shape }
  }

  private mutating func walk(_ partial: Partial) {
    var parameters: [ExactText: Shape] = [:]
    for parameter in partial.parameters { parameters[parameter.name] = shape(parameter.value) }
    switch partial.subject {
    case .none: break
    case .with(let expression): parameters[partial.variable] = shape(expression)
    case .each(let expression):
      parameters[partial.variable] = element(of: shape(expression))
      parameters["forloop"] = .object(
        Dictionary(texts: LoopState.forNames.map { ($0, Shape.open) }))
    }
    guard let template = library[partial.name] else {
      if schema != nil {
        report("there is no template '\(partial.name)'" + hint(partial.name, library.names), at: partial.span)
      }
      return
    }
    check(template, parameters: parameters)
  }

  private mutating func walk(_ condition: ConditionExpression) {
    for comparison in condition.comparisons {
      shape(comparison.left)
      if let right = comparison.test?.right { shape(right) }
    }
  }

  // MARK: Shapes

  private func element(of shape: Shape) -> Shape {
    if case .list(let element) = shape { element } else { .open }
  }

  @discardableResult
  private mutating func shape(_ pipeline: Pipeline) -> Shape {
    var result = shape(pipeline.base)
    for call in pipeline.calls {
      for argument in call.arguments { shape(argument) }
      if let flag = call.allowFalse { shape(flag) }
      switch call.filter {
      case .first, .last, .find: result = element(of: result)
      case .where, .reject, .sort, .sortNatural, .reverse, .uniq, .compact, .concat, .slice, .default:
        switch result {
        case .object, .extensible: result = .open
        case .scalar, .list, .open: break
        }
      case .map: result = .list(.open)
      case .split: result = .list(.scalar)
      case .sum: result = .open
      default: result = .scalar
      }
    }
    return result
  }

  @discardableResult
  private mutating func shape(_ expression: Expression) -> Shape {
    switch expression {
    case .literal, .blank, .empty: return .scalar
    case .path(let path): return shape(path)
    case .range(let from, let through, _):
      shape(from)
      shape(through)
      return .list(.scalar)
    }
  }

  private mutating func shape(_ path: Path) -> Shape {
    guard let template else { return .open }
    for step in path.steps {
      if case .index(let key) = step { shape(key) }
    }
    guard case .slot(let slot) = path.root else {
      if case .computed(let key) = path.root { shape(key) }
      return .open
    }
    let name = template.slotNames[slot]
    var current: Shape
    if let local = locals[slot] {
      current = local
    } else {
      let record = recorded(name, path)
      if record.utf8.count <= Self.longestName { variables.insert(record) }
      guard let schema else { return .open }
      guard let root = known(name, among: schema.roots) else {
        let made = diagnostics.count < Self.hinted ? locals.keys.map { template.slotNames[$0] } : []
        report(
          "unknown variable '\(name)'" + hint(name, schema.roots.keys.map(\.text) + made, "there are"),
          at: path.rootSpan)
        return .open
      }
      current = root
    }
    var end = path.rootSpan.end
    for (step, span) in zip(path.steps, path.stepSpans) {
      current = select(step, from: current, Span(start: path.span.start, end: end), span)
      end = span.end
    }
    return current
  }

  private func recorded(_ name: String, _ path: Path) -> String {
    var text = name
    for step in path.steps {
      guard case .name(let part, let command) = step, command == nil else { break }
      text += "." + part
    }
    return text
  }

  /// `parent` is where the value is written that the step belongs to.
  private mutating func select(_ step: Path.Step, from shape: Shape, _ parent: Span, _ span: Span) -> Shape {
    switch (shape, step) {
    case (.open, _): return .open
    case (.object(let fields), .name(let name, let command)):
      if let field = known(name, among: fields) { return field }
      if let command { return command == .size ? .scalar : .open }
      report(
        "unknown property '\(name)' of '\(text(parent))'"
          + hint(name, fields.keys.lazy.map(\.text), "it has"), at: span)
      return .open
    case (.extensible(let fields), .name(let name, let command)):
      if let field = known(name, among: fields) { return field }
      if let command { return command == .size ? .scalar : .open }
      if let near = NearestName.nearest(to: name, among: fields.keys.lazy.map(\.text)) {
        report("unknown property '\(name)' of '\(text(parent))'; did you mean '\(near)'?", at: span)
      }
      return .open
    case (.object, .index), (.extensible, .index): return .open
    case (.list, .name(_, .size?)), (.scalar, .name(_, .some)): return .scalar
    case (.list(let element), .name(_, .some)), (.list(let element), .index): return element
    case (.list, .name(let name, nil)):
      report(
        "'\(text(parent))' is a list and has no '\(name)'; go through it with 'for' or take '.first'",
        at: span)
      return .open
    case (.scalar, .name(let name, nil)):
      report("'\(text(parent))' is a single value and has no '\(name)'", at: span)
      return .open
    case (.scalar, .index): return .open
    }
  }
}
