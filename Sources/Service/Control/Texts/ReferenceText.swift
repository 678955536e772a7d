package import Configuration

/// The reference of the configuration language in Markdown, made of the definitions that read it.
package enum ReferenceText {
  /// A section with a table of keys for each kind of file, and one for every mapping inside it.
  ///
  /// - Parameter files: the heading and the schema of each kind.
  package static func markdown(_ files: [(title: String, schema: SchemaNode)]) -> String {
    var text =
      "# Configuration reference\n\nMade by `reprise schema --markdown`. Keys in **bold** must be given. Durations carry units (`90s`, `1h30m`, `3d`), clock times are quoted (`\"21:00\"`), secrets are references (`${credential:NAME}`, `${env:NAME}`).\n"
    for file in files {
      text += "\n## \(file.title)\n"
      if let summary = file.schema.summary { text += "\n\(summary)\n" }
      var sections = Sections()
      sections.add(file.schema, path: "")
      text += sections.text
    }
    return text
  }
}

/// The tables of one kind of file, outer mappings before inner ones.
private struct Sections {
  private(set) var text = ""

  mutating func add(_ node: SchemaNode, path: String) {
    switch node.kind {
    case .mapping(let fields): add(fields, path: path, form: nil)
    case .list(let item, _): add(item, path: path + "[]")
    case .table(let item, _): add(item, path: path.isEmpty ? "NAME" : path + ".NAME")
    case .any(let forms):
      for form in forms {
        if case .mapping(let fields) = form.kind {
          add(fields, path: path, form: Self.form(fields))
        } else {
          add(form, path: path)
        }
      }
    case .text, .words, .bool, .integer, .number: break
    }
  }

  /// - Parameter form: which of several forms of one mapping this is; `nil` when it has only one.
  private mutating func add(_ fields: [FieldSchema], path: String, form: String?) {
    guard !fields.isEmpty else { return }
    if !path.isEmpty { text += "\n### `\(path)`\(form.map { " with `\($0)`" } ?? "")\n" }
    text += "\n| key | value | default | |\n|---|---|---|---|\n"
    for field in fields {
      let name = field.isRequired ? "**`\(field.name)`**" : "`\(field.name)`"
      let standard = field.defaultText.map { "`\($0)`" } ?? ""
      text +=
        "| \(name) | \(Self.cell(Self.value(field.node))) | \(Self.cell(standard)) | \(Self.cell(field.summary)) |\n"
    }
    for field in fields { add(field.node, path: path.isEmpty ? field.name : "\(path).\(field.name)") }
  }

  /// A key that has one word in this form, `adapter: smtp`, else the first key that must be given.
  private static func form(_ fields: [FieldSchema]) -> String? {
    for field in fields {
      if case .words(let words) = field.node.kind, words.count == 1 { return "\(field.name): \(words[0])" }
    }
    return fields.first(where: \.isRequired)?.name
  }

  private static func value(_ node: SchemaNode) -> String {
    switch node.kind {
    case .words(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .bool: "`true` or `false`"
    case .mapping, .table: "a mapping, see below"
    case .list(let item, _): "a list: \(value(item))"
    case .any(let forms): forms.map(value).reduced.joined(separator: ", or ")
    case .text, .integer, .number: node.expected
    }
  }

  /// A bar would end the cell.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

extension [String] {
  /// Each once, in order.
  fileprivate var reduced: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
