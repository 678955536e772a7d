internal import Domain

/// Walks a template like rendering does, with shapes instead of values.
struct Checker {
  typealias Shape = TemplateSchema.Shape

  /// `nil` to collect only `variables`: every name is then known.
  let schema: TemplateSchema?
  let library: TemplateLibrary
  private(set) var diagnostics: Set<TemplateDiagnostic> = []
  var variables: Set<ExactText> = []
  var openNames: Set<TemplateDiagnostic> = []
  private(set) var template: Template?
  /// Names defined by the template, by slot.
  private(set) var locals: [Int: Shape] = [:]
  /// Names that the template defines in several places: which definition is read is known only at rendering.
  private var remade: Set<Int> = []
  /// The `render` that leads to the template; `nil` for the top-level one.
  private(set) var caller: Caller?
  private var checked: Set<Call> = []
  /// Mistakes already reported about templates that others render.
  private var causes: Set<TemplateDiagnostic> = []
  private var depth = 0

  private struct Call: Hashable {
    let name: String
    let parameters: [ExactText: Shape]
    let place: TemplateLocation?
  }

  /// A `render` tag, for messages about the template that it renders.
  struct Caller {
    let place: TemplateLocation
    /// The arguments as written, by their names inside.
    let given: [ExactText: String]
    /// The calling template's names besides those of the data.
    let names: [String]
  }

  init(schema: TemplateSchema?, library: TemplateLibrary) {
    self.schema = schema
    self.library = library
  }

  mutating func check(_ template: Template, parameters: [ExactText: Shape], by caller: Caller? = nil) {
    let call = Call(name: template.name, parameters: parameters, place: caller?.place)
    guard depth < Parser.deepestNesting, checked.insert(call).inserted else { return }
    depth += 1
    defer { depth -= 1 }
    let outer = (self.template, locals, remade, self.caller)
    self.template = template
    self.caller = caller
    locals = [:]
    remade = []
    for (name, shape) in parameters {
      if let slot = template.slots[name] { locals[slot] = shape }
    }
    // A loop may read what an earlier iteration assigned, so all names are collected first.
    collectNames(template.block)
    walk(template.block)
    (self.template, locals, remade, self.caller) = outer
  }

  mutating func check(_ condition: ConditionExpression, of template: Template) {
    self.template = template
    walk(condition)
  }

  func text(_ span: Span) -> String { template?.source.text(span) ?? "" }

  /// The end of a message about an unknown name: the nearest name, or if there are few names, all of them
  /// after `words`. Omitted after many messages, to save time.
  func hint(_ name: String, _ candidates: some Sequence<String>, _ words: String? = nil) -> Hint {
    guard diagnostics.count < Self.hinted else { return Hint() }
    if let hint = NearestName.hint(for: name, among: candidates) {
      return Hint(text: "; \(hint)", isSlip: true)
    }
    if let meant = schema?.synonyms[name]?.first(where: { known in candidates.contains { $0 == known } }) {
      return Hint(text: "; did you mean '\(meant)'?", isSlip: true)
    }
    guard let words else { return Hint() }
    let names = candidates.sorted()
    let isShort = (1...Self.listed).contains(names.count)
    return Hint(text: isShort ? "; \(words) \(names.joined(separator: ", "))" : "")
  }

  struct Hint {
    var text = ""
    /// Whether a known name is similar to the unknown one.
    var isSlip = false
  }

  static let hinted = 200
  private static let listed = 20

  /// The shape of a name. Overlong names cannot exist and are not looked up, since some texts take very long
  /// to compare.
  func known(_ name: String, among names: [ExactText: Shape]) -> Shape? {
    name.utf8.count <= Self.longestName ? names[name] : nil
  }

  static let longestName = 1024

  /// Reports a mistake. In a rendered template, `way` names the template that renders it. Such a mistake is reported
  /// only once for all of these templates, unless it is the caller's.
  mutating func report(
    _ message: String, _ kind: TemplateDiagnostic.Kind = .other, way: String? = nil, hint: String = "",
    isOfCaller: Bool = false, at span: Span
  ) {
    guard let template else { return }
    guard let caller else {
      return note(template.source.diagnostic(message + hint, kind, at: span, cause: message))
    }
    let found = message + (way ?? ", rendered by \(caller.place)")
    let cause = isOfCaller ? found : message
    if causes.insert(template.source.diagnostic(cause + hint, at: span)).inserted {
      note(template.source.diagnostic(found + hint, kind, at: span, cause: cause))
    }
  }

  private mutating func note(_ diagnostic: TemplateDiagnostic) { diagnostics.insert(diagnostic) }

  // MARK: Blocks

  private mutating func collectNames(_ block: Block) {
    for node in block.nodes {
      switch node {
      case .assign(let slot, _): collect(slot, .open)
      case .capture(let slot, let body):
        collect(slot, .value(.text))
        collectNames(body)
      case .count(let count): collect(count.slot, .value(.number))
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

  private mutating func collect(_ slot: Int, _ shape: Shape) {
    guard let known = locals[slot] else {
      locals[slot] = shape
      return
    }
    locals[slot] = known.untyped
    remade.insert(slot)
  }

  private mutating func walk(_ block: Block) {
    for node in block.nodes { walk(node) }
  }

  private mutating func walk(_ node: Node) {
    switch node {
    case .text, .count, .interrupt: break
    case .output(let output): print(output.pipeline)
    case .abort(let pipeline, _): shape(pipeline)
    case .assign(let slot, let pipeline):
      let shape = shape(pipeline)
      locals[slot] = remade.contains(slot) ? shape.untyped : shape
    case .capture(_, let body), .changed(let body): walk(body)
    case .branch(let branch):
      for arm in branch.arms {
        if let condition = arm.condition { walk(condition) }
        walk(arm.block)
      }
    case .choice(let choice):
      let subject = shape(choice.subject)
      for arm in choice.arms {
        for value in arm.values ?? [] { hold(choice.subject, subject, equal: value) }
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
      let plain = fields.filter { $0.value.isSingle }.keys.min()
      let example = (plain ?? fields.keys.min()).map { ", such as '\(text).\($0)'" } ?? ""
      report(
        "'\(text)' is an object, which cannot be printed; print one of its fields\(example)",
        at: pipeline.span)
    case .value, .list, .open: break
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
        report(
          "there is no template '\(partial.name)'", .missingTemplate(partial.name),
          hint: hint(partial.name, library.names).text,
          at: partial.span)
      }
      return
    }
    check(template, parameters: parameters, by: caller(partial))
  }

  private func caller(_ partial: Partial) -> Caller? {
    guard let template else { return nil }
    var given: [ExactText: String] = [:]
    func note(_ name: String, _ expression: Expression, each: Bool = false) {
      guard let path = expression.path else { return }
      given[ExactText(name)] = (each ? "an entry of " : "") + "'\(path.text)'"
    }
    for parameter in partial.parameters { note(parameter.name, parameter.value) }
    switch partial.subject {
    case .none: break
    case .with(let expression): note(partial.variable, expression)
    case .each(let expression): note(partial.variable, expression, each: true)
    }
    return Caller(
      place: template.source.location(of: partial.span.start), given: given,
      names: locals.keys.map { template.slotNames[$0] })
  }
}
