internal import Templates

/// Whether a marketing message tells its reader how to unsubscribe.
enum WayOut {
  /// How an email shows its link.
  enum InEmail {
    case shown
    case missing
    /// It is in a comment, in an element that is not displayed, or in an attribute other than a link's.
    case unseen
    /// The text half shows it, but mail programs show the HTML.
    case onlyInText
  }

  /// The placeholder for the link in outlines.
  private static let mark = "https://unsubscribe.invalid/"

  /// - Parameters:
  ///   - html: the HTML half, with the fragments for HTML.
  ///   - text: the text half, with the fragments for texts.
  /// - Returns: `shown` also for templates that are too large to check.
  static func inEmail(
    html: Template?, _ fragments: TemplateLibrary, text: Template?, _ textFragments: TemplateLibrary
  ) -> InEmail {
    let inText = text.map { outline($0, "unsubscribe_url", textFragments)?.contains(mark) ?? true } ?? false
    guard let html else { return inText ? .shown : .missing }
    guard let outline = outline(html, "unsubscribe_url", fragments) else { return .shown }
    if HTMLText.convert(outline).contains(mark) { return .shown }
    if outline.contains(mark) { return .unseen }
    return inText ? .onlyInText : .missing
  }

  /// Whether a text message has the link, or words such as `Reply STOP`; also true if it is too large to check.
  static func isInText(_ template: Template, _ fragments: TemplateLibrary) -> Bool {
    outline(template, "unsubscribe_url", fragments).map { $0.contains(mark) || tellsWords($0) } ?? true
  }

  /// Whether the requests of a channel add it to each message.
  static func isAdded(by requests: [Template]) -> Bool {
    requests.contains { request in
      outline(request, "message.unsubscribe_url", TemplateLibrary())
        .map { $0.contains(mark) || tellsWords($0) } ?? true
    }
  }

  private static func outline(_ template: Template, _ name: String, _ fragments: TemplateLibrary) -> String? {
    template.outline(marking: name, as: mark, library: fragments)
  }

  /// In the languages of the shops that are known to write such texts.
  private static let words = [
    "unsubscribe", "unsubscribing", "opt out", "opt-out", "optout", "reply stop", "text stop", "send stop",
    "abmelde", "abbestell", "désabonn", "desabonn", "désinscri", "desinscri", "darse de baja", "date de baja",
    "cancelar", "disiscri", "annulla", "uitschrijv", "afmelden", "退订", "退訂", "拒收", "取消订阅", "取消訂閱", "配信停止",
    "購読解除",
    "수신거부", "отпис",
  ]

  private static func tellsWords(_ text: String) -> Bool {
    let small = text.lowercased()
    if words.contains(where: { small.contains($0) }) { return true }
    // In lower case it is an ordinary word.
    return text.split { !$0.isLetter }.contains { $0.utf8.elementsEqual("STOP".utf8) }
  }
}
