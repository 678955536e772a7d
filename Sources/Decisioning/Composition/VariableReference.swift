internal import Domain
internal import Templates

/// The names that templates and conditions may use, for the reference and the handbook. Generated from the
/// checker's own types, with examples from the preview's sample.
package enum VariableReference {
  /// Two Markdown tables: the names each trigger kind offers, and every name with its type.
  package static func markdown() -> String {
    let common = Root.common.map { "`\($0.name)`" }
    var text =
      "| `when` | names beside \(common.dropLast().joined(separator: ", ")) and \(common.last ?? "") |\n"
    text += "| --- | --- |\n"
    var roots: [(root: Root, kind: any TriggerKind)] = []
    for kind in TriggerKinds.all {
      for sample in kind.samples {
        let names = sample.kind.offers.map { "`\($0.name)`" }.joined(separator: ", ")
        text += "| `\(kind.form.word)`\(sample.note.map { " \($0)" } ?? "") | \(names) |\n"
        for root in sample.kind.offers {
          guard let place = roots.firstIndex(where: { $0.root.name == root.name }) else {
            roots.append((root, sample.kind))
            continue
          }
          // Keep the more permissive shape: the shop's own events have more known properties than one about an order.
          if case .extensible = root.shape { roots[place] = (root, sample.kind) }
        }
      }
    }
    let first = roots.first?.kind ?? LapsedRule(after: .days(90))
    roots = Root.common.map { ($0, first) } + roots + [(.unsubscribeURL, first)]
    text += "\n| name | type | example |\n| --- | --- | --- |\n"
    for (root, kind) in roots {
      let context = context(kind)
      for row in rows(root.name, root.shape, root.members) {
        let example = row.example ?? example(of: row.name, row.shape, context)
        text += "| `\(row.name)` | \(row.type) | \(example.isEmpty ? "" : "`\(example)`") |\n"
      }
    }
    return text
  }

  private struct Row {
    let name: String
    let shape: TemplateSchema.Shape
    let type: String
    /// `nil` to use what a template prints for the name.
    var example: String?
  }

  private static func rows(
    _ name: String, _ shape: TemplateSchema.Shape, _ members: [Member]
  ) -> [Row] {
    switch shape {
    case .object, .extensible:
      var rows = members.flatMap { Self.rows("\(name).\($0.name)", $0.shape, $0.members) }
      if case .extensible = shape {
        rows.append(Row(name: "\(name).NAME", shape: .open, type: "the shop's own", example: ""))
      }
      return rows
    case .list where !members.isEmpty:
      let row = Row(name: name, shape: shape, type: "list", example: "")
      return [row] + members.flatMap { Self.rows("\(name)[0].\($0.name)", $0.shape, $0.members) }
    case .list(let element): return [Row(name: name, shape: shape, type: "list of \(element.type)s")]
    case .open: return [Row(name: "\(name).NAME", shape: shape, type: "the shop's own", example: "")]
    case .value: return [Row(name: name, shape: shape, type: shape.type)]
    }
  }

  /// What the name prints; empty if the sample lacks it.
  private static func example(
    of name: String, _ shape: TemplateSchema.Shape, _ context: RenderContext
  ) -> String {
    let filter = if case .list = shape { " | join: ', '" } else { "" }
    let template = try? Template.parse("{{ \(name)\(filter) }}", name: name, escape: .none)
    return (try? template?.render(context)) ?? ""
  }

  private static func context(_ kind: any TriggerKind) -> RenderContext {
    let trigger = Trigger(
      id: "welcome", when: kind, purpose: .marketing,
      steps: [Step(id: "1", after: .zero, channels: [], template: "")], audience: nil, holdout: 0,
      priority: 100, reentry: nil, expiresAfter: kind.defaultExpiry,
      existing: .include, spread: .days(0), endsWith: .anyOrder, planningHash: "")
    let program = Self.program
    var state = Sample.state(program, now: now)
    kind.complete(&state, now: now)
    let catalog = Sample.catalog(program)
    let subject =
      Preview.example(for: trigger, state: state, catalog: catalog, program: program, now: now)
      ?? .order(id: Sample.id)
    let scope = Scope(
      program: program, trigger: trigger, state: Shared(state), catalog: catalog, subject: subject, now: now)
    return scope.renderContext(unsubscribeURL: "\(program.links.publicURL)/u/…")
  }

  private static let now = Instant(milliseconds: 1_772_359_200_000)

  private static var program: Program {
    ProgramDraft(
      brand: Brand(
        name: "Qingshan Tea", url: "https://tea.example", address: "No. 1 Hill Road, Hangzhou", zone: .utc,
        currency: Currency("CNY") ?? .unknown, locale: "en"),
      channels: [:], limits: Limits(quietHours: nil, caps: []), triggers: [:], templates: [:],
      partials: TemplateLibrary(), zones: ZoneCatalog(), publicURL: "https://hello.tea.example"
    ).program(linkKey: LinkSigner.SigningKey(id: "1", secret: []), holdoutSalt: "")
  }
}

extension TemplateSchema.Shape {
  /// The type's name in the reference.
  fileprivate var type: String {
    switch self {
    case .value(.text), .value(.word): "text"
    case .value(.number): "number"
    case .value(.truth): "truth value"
    case .value(.time): "time"
    case .value(.money): "money"
    case .value(.any): "value"
    case .list: "list"
    case .object, .extensible: "object"
    case .open: "the shop's own"
    }
  }
}
