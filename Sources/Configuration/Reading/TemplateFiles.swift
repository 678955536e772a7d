internal import Decisioning
internal import Platform
internal import Templates

/// All template files, parsed: halves that share a name joined, fragments set apart.
struct TemplateFiles {
  private(set) var templates: [String: MessageTemplate] = [:]
  /// Fragments by half, because an HTML fragment escapes what it prints and a text fragment does not.
  private(set) var partials = TemplateLibrary()
  private(set) var diagnostics: [Diagnostic] = []
  /// Where each template's first file is, for messages about the whole of it.
  private(set) var files: [String: String] = [:]

  enum Half: String, CaseIterable {
    case html
    case txt
    case sms

    var escape: EscapeMode { self == .html ? .html : .none }
  }

  init(_ sources: [ConfigurationFile]) {
    for file in sources where file.kind == .template { read(file) }
  }

  private mutating func read(_ file: ConfigurationFile) {
    // templates/cart/reminder.html.liquid
    let path = file.relativePath.utf8.dropFirst("templates/".utf8.count)
    let parts = String(Substring(path)).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2] == "liquid", let half = Half(rawValue: String(parts[1])) else {
      diagnostics.append(
        Diagnostic(
          file: file.path, message: "this is no name of a template",
          hint: "name it NAME.html.liquid, NAME.txt.liquid or NAME.sms.liquid"))
      return
    }
    let name = String(parts[0])
    let front = FrontMatter(dividing: file.source)
    diagnostics += front.diagnostics.map { Self.withQuotingAdvice($0, front) }
    let text = String(decoding: file.source.bytes[front.body], as: UTF8.self)
    guard let template = parse(text, file: file.path, escape: half.escape, line: front.bodyLine) else {
      return
    }
    if name.hasPrefix("partials/") {
      // Fragments of the other halves carry their half in the name.
      let own = String(name.dropFirst("partials/".count))
      partials[half == .html ? own : "\(own).\(half.rawValue)"] = template
      return
    }
    var message = templates[name] ?? MessageTemplate(name: name)
    files[name] = files[name] ?? file.path
    switch half {
    case .html: message.html = template
    case .txt: message.text = template
    case .sms: message.sms = template
    }
    readHead(front, file: file.path, into: &message)
    templates[name] = message
  }

  private mutating func readHead(_ front: FrontMatter, file: String, into message: inout MessageTemplate) {
    guard let header = front.header, header.root != nil else { return }
    let (head, problems) = TemplateHead.shape.decode(header, file: file, environment: DecodingEnvironment())
    // The document's own problems are told already.
    diagnostics += problems.filter { problem in !front.diagnostics.contains { $0.line == problem.line } }
    guard let head else { return }
    for (line, keyPath) in [
      (head.subject, \MessageTemplate.subject), (head.preheader, \MessageTemplate.preheader),
    ] {
      guard let line else { continue }
      guard message[keyPath: keyPath] == nil else {
        diagnostics.append(
          line.diagnostic("this is given in the other half already", hint: "keep one of them"))
        continue
      }
      if let parsed = parse(
        line.value, file: file, escape: .none, line: line.span.start.line)
      {
        message[keyPath: keyPath] = parsed
      }
    }
  }

  private mutating func parse(_ text: String, file: String, escape: EscapeMode, line: Int) -> Template? {
    do {
      return try Template.parse(text, name: file, escape: escape, firstLine: line)
    } catch {
      diagnostics += error.diagnostics.map { Diagnostic($0) }
      return nil
    }
  }

  /// `subject: Hi {{ name | default: "you" }}` is no YAML: a colon and a space end a plain text.
  private static func withQuotingAdvice(_ diagnostic: Diagnostic, _ front: FrontMatter) -> Diagnostic {
    guard diagnostic.severity == .error else { return diagnostic }
    var advised = diagnostic
    advised.hint = "if it is a line with {{ ... }}, put the whole text in single quotes"
    return advised
  }
}

/// The head of a template file.
struct TemplateHead: Sendable {
  var subject: Located<String>?
  var preheader: Located<String>?

  static let shape = Shape<TemplateHead>.mapping(
    "template",
    .optional(
      "subject", Shape<String>.text(maximum: 1000, example: "It has been a while").located(),
      "The subject line, in Liquid."),
    .optional(
      "preheader", Shape<String>.text(maximum: 1000, example: "What is new").located(),
      "The line that mail programs show behind the subject.")
  ) { TemplateHead(subject: $0, preheader: $1) }
}
