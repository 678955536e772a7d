internal import Decisioning
internal import Platform
internal import Templates

/// All template files, parsed: parts with the same name joined, fragments separated.
///
/// `templates/partials/NAME.html.liquid` is the fragment `NAME`; those for texts include their part in the
/// name, `NAME.txt` and `NAME.sms`, because HTML escapes its output and texts do not.
struct TemplateFiles {
  private(set) var sources: [ExactText: TemplateSource] = [:]
  private(set) var diagnostics: [Diagnostic] = []
  /// All fragments by name.
  private(set) var partials = TemplateLibrary()
  /// The fragments for HTML and those for texts.
  private var fitting: (html: TemplateLibrary, text: TemplateLibrary) = (TemplateLibrary(), TemplateLibrary())

  init(_ files: [ConfigurationFile]) {
    for file in files where file.kind == .template { read(file) }
  }

  /// The fragments for one part.
  func partials(for half: TemplateSource.Half) -> TemplateLibrary {
    half == .html ? fitting.html : fitting.text
  }

  private mutating func read(_ file: ConfigurationFile) {
    guard let (name, half) = Self.name(of: file) else {
      diagnostics.append(
        Diagnostic(
          file: file.path, message: "this is no name of a template",
          hint: "name it NAME.html.liquid, NAME.txt.liquid or NAME.sms.liquid, in small letters"))
      return
    }
    guard let text = String(validating: file.source.bytes, as: UTF8.self), !text.utf8.contains(0) else {
      diagnostics.append(
        Diagnostic(file: file.path, message: "the file is not text", hint: "save it as UTF-8"))
      if !name.hasPrefix(Self.partials) { note(half, of: name) { $0.hasBrokenHead = true } }
      return
    }
    let front = FrontMatter(dividing: file.source)
    let body = String(decoding: file.source.bytes[front.body], as: UTF8.self)
    let template = parse(body, file: file.path, escape: half.escape, line: front.bodyLine)
    if name.hasPrefix(Self.partials) {
      readFragment(name, half, template, front, file)
      return
    }
    note(half, of: name) { source in
      switch half {
      case .html: source.message.html = template
      case .txt: source.message.text = template
      case .sms: source.message.sms = template
      }
    }
    readHead(front, file: file, half: half, of: name)
  }

  private static let partials = "partials/"

  /// `cart/reminder` and its part from `templates/cart/reminder.html.liquid`.
  private static func name(of file: ConfigurationFile) -> (String, TemplateSource.Half)? {
    let path = file.relativePath.utf8.dropFirst("templates/".utf8.count)
    let parts = path.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3, parts[2] == "liquid", let half = TemplateSource.Half(word: parts[1]) else {
      return nil
    }
    var context = DecodingContext(file: file.path)
    let node = YAMLNode(
      .scalar(YAMLScalar(parts[0], style: .single_quoted)), span: YAMLSpan(start: .start, end: .start))
    return Shape<String>.templateName.read(node, &context).map { ($0, half) }
  }

  private mutating func note(
    _ half: TemplateSource.Half, of name: String, _ change: (inout TemplateSource) -> Void
  ) {
    var source = sources[name] ?? TemplateSource(name: name)
    source.halves.insert(half)
    change(&source)
    sources[name] = source
  }

  private mutating func readFragment(
    _ name: String, _ half: TemplateSource.Half, _ template: Template, _ front: FrontMatter,
    _ file: ConfigurationFile
  ) {
    if front.header != nil || !front.diagnostics.isEmpty {
      diagnostics.append(
        Diagnostic(
          file: file.path, line: 1, column: 1, length: 3, message: "a fragment has no head",
          hint: "remove the lines from '---' to '---'"))
    }
    let base = String(name.dropFirst(Self.partials.count))
    let own = half == .html ? base : "\(base).\(half.rawValue)"
    partials[own] = template
    if half == .html { fitting.html[own] = template } else { fitting.text[own] = template }
  }

  // MARK: Heads

  private mutating func readHead(
    _ front: FrontMatter, file: ConfigurationFile, half: TemplateSource.Half, of name: String
  ) {
    guard front.diagnostics.isEmpty else {
      diagnostics += LiquidQuoting.advised(front, in: file.source)
      sources[name]?.hasBrokenHead = true
      return
    }
    guard let header = front.header, header.root != nil else { return }
    let (head, problems) = TemplateHead.shape.examine(
      header, file: file.path, environment: DecodingEnvironment())
    diagnostics += problems
    if !problems.isEmpty { sources[name]?.hasBrokenHead = true }
    guard let head else { return }
    for (key, line) in [("subject", head.subject), ("preheader", head.preheader)] {
      guard let line else { continue }
      take(line, key: key, half: half, file: file, of: name)
    }
  }

  private mutating func take(
    _ line: HeadLine, key: String, half: TemplateSource.Half, file: ConfigurationFile, of name: String
  ) {
    let isSubject = key == "subject"
    guard half != .sms else {
      diagnostics.append(
        Diagnostic(
          file: file.path, span: line.place.span, message: "a text message has no \(key)",
          hint: "give it in the .html.liquid or .txt.liquid half"))
      return
    }
    if let other = isSubject ? sources[name]?.subject : sources[name]?.preheader {
      diagnostics.append(
        Diagnostic(
          file: file.path, span: line.place.span, message: "'\(key)' stands in \(other.file) already",
          hint: "keep one of them"))
      return
    }
    let (template, mistakes) = Template.examine(
      line.text, name: file.path, escape: .none, firstLine: line.place.line, firstColumn: line.place.column)
    diagnostics += mistakes.map(line.place.diagnostic)
    if isSubject {
      sources[name]?.subject = line.place
      sources[name]?.message.subject = template
    } else {
      sources[name]?.preheader = line.place
      sources[name]?.message.preheader = template
    }
  }

  /// A template with mistakes still gets its names checked; no program is built from such files.
  private mutating func parse(_ text: String, file: String, escape: EscapeMode, line: Int) -> Template {
    let (template, mistakes) = Template.examine(text, name: file, escape: escape, firstLine: line)
    diagnostics += mistakes.map { Diagnostic($0) }
    return template
  }
}

/// The head of a template file.
struct TemplateHead: Sendable {
  var subject: HeadLine?
  var preheader: HeadLine?

  static let shape = Shape<TemplateHead>.mapping(
    "template",
    .attempted(
      .optional(
        "subject", .headLine(example: "It has been a while"), "The subject line of an email, in Liquid.")),
    .attempted(
      .optional(
        "preheader", .headLine(example: "What is new"),
        "The line that mail programs show behind the subject, in Liquid."))
  ) { TemplateHead(subject: $0 ?? nil, preheader: $1 ?? nil) }
}

/// One line of Liquid in a head.
struct HeadLine: Sendable {
  var text: String
  var place: ScalarPlace
}

extension Shape where Value == HeadLine {
  static func headLine(example: String) -> Shape {
    let text = Shape<String>.text(maximum: 1000, example: example)
    return Shape(text.schema) { node, context in
      guard let line = text.read(node, &context), let scalar = node.scalar else { return nil }
      return HeadLine(text: line, place: ScalarPlace(scalar, at: node.span, in: context.file))
    }
  }
}
