internal import Decisioning

/// The configuration reference in Markdown, generated from the definitions that parse the files.
package enum ConfigurationReference {
  /// The page, ending with a line feed. `adapters` and `sources` are the shapes of entries of
  /// `channels:` and `sources:`, `channelNames` the table of the names in channels' templates.
  package static func markdown<Adapter, Source>(
    _ adapters: Shape<Adapter>, sources: Shape<Source>, channelNames: String = ""
  ) -> String {
    var page = ReferencePage()
    page.text += preface
    page.section(
      "reprise.yaml", SettingsFile.shape(adapters, sources).schema,
      intro: "The shop, where it stores, listens and delivers, and what holds for all triggers.")
    page.section(
      "triggers/NAME.yaml", TriggerFile.shape(of: TriggerKinds.all).schema,
      intro: "One trigger a file: when it fires, for whom, and the messages that follow.")
    page.section(
      "segments/NAME.yaml", SegmentFile.shape.schema,
      intro:
        "One segment a file: who is in it. `who` is a condition over the customer, or one of the forms below."
    )
    page.section(
      "templates/NAME.KIND.liquid", TemplateHead.shape.schema,
      intro: """
        Liquid below a head. The halves of one message share a name: `NAME.html.liquid` and `NAME.txt.liquid` are an \
        email (either may be missing), `NAME.sms.liquid` a text message. Fragments for `{% render %}` lie in \
        `templates/partials/`: `partials/footer.html.liquid` is `{% render "footer" %}`, `partials/footer.txt.liquid` is \
        `{% render "footer.txt" %}`.

        The head stands between two lines `---` at the start of the file. Text with Liquid in it is put in single \
        quotes: `subject: 'Welcome, {{ customer.first_name | default: "friend" }}'`.
        """)
    page.text += "\n## Names in templates and conditions\n\n\(VariableReference.markdown())"
    if !channelNames.isEmpty {
      page.text += "\n## Names in the templates of channels\n\n\(channelNames)"
      page.text += """

        Channels to phones and programs (`address: phone` or `customer_id`) also see what the message's trigger is about, \
        under the names above: `order`, `cart`, `products`, `event`, `anniversary`.

        """
    }
    return page.text
  }

  private static let preface = """
    # Configuration reference

    <!-- Generated from the definitions that read the files; do not edit. -->

    The configuration is a directory: `reprise.yaml`, one file for each trigger in `triggers/`, one for each segment
    in `segments/`, and templates in `templates/`. `reprise check --config DIR` tells every problem of every file at once.

    Durations are whole numbers with units, the larger first: `90s`, `10m`, `1h30m`, `3d`, `2w`. Clock times are quoted:
    `"21:00"`. Secrets are references, `${credential:NAME}` (the file `credentials/NAME`, which only root can read and systemd
    hands to the service) or `${env:NAME}`, and are never printed. Keys in **bold** are required.

    """
}

/// Builds the page: a section for each mapping, with a table of its keys.
struct ReferencePage {
  var text = ""

  /// Writes a mapping under `title`, and its inner mappings under their own titles.
  mutating func section(_ title: String, _ schema: SchemaNode, level: Int = 2, intro: String = "") {
    text += "\n\(String(repeating: "#", count: min(level, 6))) \(title)\n"
    if !intro.isEmpty { text += "\n\(intro)\n" }
    switch schema.kind {
    case .mapping(let fields): table(fields, under: title, level: level)
    case .any(let forms):
      let mappings = forms.compactMap { form -> [FieldSchema]? in
        if case .mapping(let fields) = form.kind { fields } else { nil }
      }
      text += "\nOne of these forms:\n"
      for fields in mappings {
        section(Self.title(of: fields, among: mappings, in: title), .mapping(fields), level: level + 1)
      }
    default: break
    }
  }

  private mutating func section(_ title: String, _ kind: SchemaNode.Kind, level: Int) {
    section(title, SchemaNode(kind, expected: title, example: ""), level: level)
  }

  /// A form is titled by the word that identifies it, `adapter: smtp`, or by its unique key.
  private static func title(
    of fields: [FieldSchema], among forms: [[FieldSchema]], in title: String
  ) -> String {
    if let first = fields.first, case .words(let words) = first.node.kind, words.count == 1,
      forms.allSatisfy({ $0.first?.name == first.name })
    {
      return "\(title) with `\(first.name): \(words[0])`"
    }
    let own = fields.first { field in
      forms.count { form in form.contains { $0.name == field.name } } == 1
    }
    return "\(title) with `\(own?.name ?? fields.first?.name ?? "")`"
  }

  private mutating func table(_ fields: [FieldSchema], under title: String, level: Int) {
    text += "\n| key | value | default | meaning | example |\n|---|---|---|---|---|\n"
    var inner: [(title: String, schema: SchemaNode)] = []
    for field in fields {
      let name = field.isRequired ? "**`\(field.name)`**" : "`\(field.name)`"
      var value = Self.cell(field.node.expected)
      var example = "`\(Self.code(field.node.example))`"
      let own = Self.isFile(title) ? field.name : "\(title) › \(field.name)"
      if let mapping = Self.mapping(in: field.node) {
        let entry = mapping.isTable ? "\(own) › NAME" : own
        value = "\(mapping.noun), [see below](#\(Self.anchor(entry)))"
        example = ""
        inner.append((entry, mapping.schema))
      } else if let mapping = Self.alternative(in: field.node) {
        inner.append((own, mapping))
      }
      let fallback = field.defaultText.map { "`\(Self.code($0))`" } ?? ""
      text += "| \(name) | \(value) | \(fallback) | \(Self.cell(field.summary)) | \(example) |\n"
    }
    for (title, schema) in inner { section(title, schema, level: level + 1) }
  }

  /// The mapping that a value is, or contains as a list or table.
  private static func mapping(
    in schema: SchemaNode
  ) -> (schema: SchemaNode, noun: String, isTable: Bool)? {
    switch schema.kind {
    case .mapping: return (schema, "a mapping", false)
    case .any(let forms):
      let isChoice = forms.allSatisfy { if case .mapping = $0.kind { true } else { false } }
      if isChoice { return (schema, "a mapping", false) }
      // A text, or one of several mappings.
      let mappings = forms.compactMap { mapping(in: $0)?.schema }
      return mappings.count == 1 && forms.count == 2 && mappings[0].isChoice
        ? (mappings[0], "a condition or a mapping", false) : nil
    case .list(let item, _): return mapping(in: item).map { ($0.schema, "a list of mappings", false) }
    case .table(let item, _): return mapping(in: item).map { ($0.schema, "mappings by name", true) }
    default: return nil
    }
  }

  /// The mapping that may stand in place of a single value.
  private static func alternative(in schema: SchemaNode) -> SchemaNode? {
    guard case .any(let forms) = schema.kind else { return nil }
    return forms.first { if case .mapping = $0.kind { true } else { false } }
  }

  private static func isFile(_ title: String) -> Bool { title.utf8.contains(UInt8(ascii: ".")) }

  /// GitHub's anchor for a heading: lower case, dashes for spaces, otherwise only letters and digits.
  private static func anchor(_ title: String) -> String {
    var anchor = ""
    for scalar in title.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9", "_", "-": anchor.unicodeScalars.append(scalar)
      case " ": anchor += "-"
      default: break
      }
    }
    return anchor
  }

  /// A bar would end the table cell, even inside code.
  private static func code(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static func cell(_ text: String) -> String {
    code(text).split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\<")
  }
}

extension SchemaNode {
  /// Whether it is one of several mappings.
  fileprivate var isChoice: Bool { if case .any(let forms) = kind { forms.count > 1 } else { false } }
}
