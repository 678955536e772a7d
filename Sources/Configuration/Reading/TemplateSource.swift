internal import Decisioning
internal import Templates

/// A message template with its files, including those that failed to parse.
struct TemplateSource {
  /// The part of a message in a file, from the middle of its name: `thanks.html.liquid`.
  enum Half: String, CaseIterable {
    case html
    case txt
    case sms

    var escape: EscapeMode { self == .html ? .html : .none }
  }

  /// One parsed text of the template.
  struct Part {
    var template: Template
    var half: Half
    /// For texts in the head.
    var place: ScalarPlace?
  }

  var message: MessageTemplate
  /// The parts with files.
  var halves: Set<Half> = []
  var subject: ScalarPlace?
  var preheader: ScalarPlace?
  /// Whether a head was unreadable, so that it is unknown whether it had a subject.
  var hasBrokenHead = false

  init(name: String) { message = MessageTemplate(name: name) }

  /// The texts for a message of this medium.
  func parts(for medium: Medium) -> [Part] {
    let parts: [(Template?, Half, ScalarPlace?)] =
      switch medium {
      case .email:
        [
          (message.subject, .txt, subject), (message.preheader, .txt, preheader), (message.html, .html, nil),
          (message.text, .txt, nil),
        ]
      case .text: [halves.contains(.sms) ? (message.sms, .sms, nil) : (message.text, .txt, nil)]
      }
    return parts.compactMap { template, half, place in
      template.map { Part(template: $0, half: half, place: place) }
    }
  }

  /// What is missing for this medium, and the way out; `nil` if nothing is.
  func missing(for medium: Medium) -> (half: String, advice: String)? {
    let file = "templates/\(message.name)"
    switch medium {
    case .email:
      if halves.isDisjoint(with: [.html, .txt]) {
        return ("HTML and no text half", "make \(file).html.liquid with a head that has 'subject:'")
      }
      guard subject == nil, !hasBrokenHead else { return nil }
      let half = halves.contains(.html) ? "html" : "txt"
      return ("subject", "begin \(file).\(half).liquid with '---', a line 'subject: ...' and '---'")
    case .text:
      guard halves.isDisjoint(with: [.sms, .txt]) else { return nil }
      return ("text half", "make \(file).sms.liquid")
    }
  }
}
