internal import Domain

extension Checker {
  func element(of shape: Shape) -> Shape {
    if case .list(let element) = shape { element } else { .open }
  }

  @discardableResult
  mutating func shape(_ pipeline: Pipeline) -> Shape {
    var result = shape(pipeline.base)
    for other in pipeline.others { shape(other) }
    for call in pipeline.calls {
      let arguments = call.arguments.map { shape($0) }
      if let flag = call.allowFalse { shape(flag) }
      switch call.filter {
      case .first, .last, .find: result = element(of: result)
      case .default:
        result = result.isObject || arguments.contains { $0 != result } ? result.orAnother : result
      case .where, .reject, .sort, .sortNatural, .reverse, .uniq, .compact, .concat, .slice:
        switch result {
        case .object, .extensible: result = .open
        case .value, .list, .open: break
        }
      case .map: result = .list(.open)
      case .split: result = .list(.value(.text))
      case .sum: result = .open
      case .size: result = .value(.number)
      default: result = call.filter.makesText ? .value(.text) : .scalar
      }
    }
    return pipeline.isWhole ? result : .open
  }

  @discardableResult
  mutating func shape(_ expression: Expression) -> Shape {
    switch expression {
    case .literal(let value): return .value(value.shapeKind)
    case .blank, .empty: return .scalar
    case .path(let path): return shape(path)
    case .range(let from, let through, _):
      shape(from)
      shape(through)
      return .list(.value(.number))
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
        if !template.forgiven.contains(slot) { reportUnknown(name, schema, template, at: path.rootSpan) }
        return .open
      }
      current = root
      noteOpenName(path, name, root)
    }
    var end = path.rootSpan.end
    for (step, span) in zip(path.steps, path.stepSpans) {
      current = select(
        step, from: current, Span(start: path.span.start, end: end), span, way: origin(of: path))
      end = span.end
    }
    return current
  }

  /// Records a path that uses one of the shop's own names below a root.
  private mutating func noteOpenName(_ path: Path, _ root: String, _ shape: Shape) {
    guard case .extensible(let fields) = shape, let template,
      case .name(let first, nil)? = path.steps.first
    else { return }
    var (name, place, isApart) = (first, 0, false)
    if let field = known(first, among: fields) {
      guard field == .open, path.steps.count > 1, case .name(let second, nil) = path.steps[1] else { return }
      (name, place, isApart) = (second, 1, true)
    }
    guard name.utf8.count <= Self.longestName else { return }
    let near = schema?.synonyms[name]?.first { fields[$0] != nil }
    openNames.insert(
      template.source.diagnostic(
        name, .openName(name, of: root, isApart: isApart, near: near), at: path.stepSpans[place]))
  }

  private mutating func reportUnknown(
    _ name: String, _ schema: TemplateSchema, _ template: Template, at span: Span
  ) {
    let made = diagnostics.count < Self.hinted ? locals.keys.map { template.slotNames[$0] } : []
    let message = "unknown variable '\(name)'"
    let hint = hint(name, schema.roots.keys.map(\.text) + made, "there are")
    let kind = TemplateDiagnostic.Kind.unknownName(isSlip: hint.isSlip)
    guard let caller else { return report(message, kind, hint: hint.text, at: span) }
    if caller.names.contains(where: { $0.hasSameBytes(as: name) }) {
      let way = ", which \(caller.place) has and does not give; add '\(name): \(name)' there"
      report(message, .unknownName(isSlip: false), way: way, isOfCaller: true, at: span)
    } else {
      report(
        message, kind, way: ", which \(caller.place) does not give", hint: hint.text,
        isOfCaller: !hint.isSlip, at: span)
    }
  }

  /// Describes for messages where the root of `path` comes from.
  private func origin(of path: Path) -> String? {
    guard let caller, let template, case .slot(let slot) = path.root,
      let given = caller.given[ExactText(template.slotNames[slot])]
    else { return nil }
    return ", given as \(given) by \(caller.place)"
  }

  private func recorded(_ name: String, _ path: Path) -> String {
    var text = name
    for step in path.steps {
      guard case .name(let part, let command) = step, command == nil else { break }
      text += "." + part
    }
    return text
  }

  /// `parent` is the text before the selected name.
  private mutating func select(
    _ step: Path.Step, from shape: Shape, _ parent: Span, _ span: Span, way: String?
  ) -> Shape {
    switch (shape, step) {
    case (.open, _): return .open
    case (.object(let fields), .name(let name, let command)):
      if let field = known(name, among: fields) { return field }
      if let command { return command == .size ? .value(.number) : .open }
      let hint = hint(name, fields.keys.lazy.map(\.text), "it has")
      report(
        "unknown property '\(name)' of '\(text(parent))'", .unknownName(isSlip: hint.isSlip), way: way,
        hint: hint.text, isOfCaller: way != nil && !hint.isSlip, at: span)
      return .open
    case (.extensible(let fields), .name(let name, let command)):
      if let field = known(name, among: fields) { return field }
      if let command { return command == .size ? .value(.number) : .open }
      if let near = NearestName.nearest(to: name, among: fields.keys.lazy.map(\.text)) {
        report(
          "unknown property '\(name)' of '\(text(parent))'", .unknownName(isSlip: true), way: way,
          hint: "; did you mean '\(near)'?", at: span)
      }
      return .open
    case (.object, .index), (.extensible, .index): return .open
    case (.list, .name(_, .size?)), (.value, .name(_, .size?)): return .value(.number)
    case (.value, .name(_, .some)): return .scalar
    case (.list(let element), .name(_, .some)), (.list(let element), .index): return element
    case (.list, .name(let name, nil)):
      report(
        "'\(text(parent))' is a list and has no '\(name)'", way: way,
        hint: "; go through it with 'for' or take '.first'", isOfCaller: way != nil, at: span)
      return .open
    case (.value, .name(let name, nil)):
      report(
        "'\(text(parent))' is a single value and has no '\(name)'", way: way, isOfCaller: way != nil, at: span
      )
      return .open
    case (.value, .index): return .open
    }
  }
}
