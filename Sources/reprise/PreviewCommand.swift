internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise preview TEMPLATE`: a message as a customer would get it.
enum PreviewCommand: Command {
  static let spec = CommandLineSpec.Command(
    "preview", "Show a message as a customer would get it",
    positionals: [.init("TEMPLATE", "its name without endings, as cart/reminder")],
    options: [
      .init("customer", "the shop's id of the customer; somebody made up if not given", value: "ID"),
      .init(
        "format", "text, html, eml (a whole mail), or wire (what the channel hands to the provider)",
        value: "FORMAT", default: "text"),
      .init("channel", "one of the step's channels; the first if not given", value: "NAME"),
    ])

  private static let formats = ["text", "html", "eml", "wire"]

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let arguments = invocation.arguments
    let place = "reprise preview"
    let format = arguments["format"] ?? "text"
    guard formats.contains(format) else {
      throw UsageError(
        "'--format \(format)' must be one of \(formats.joined(separator: ", "))", place, near: format,
        among: formats)
    }
    let request = PreviewRequest(
      template: arguments.positionals[0], customer: arguments["customer"],
      wantsWire: format == "eml" || format == "wire",
      channel: arguments["channel"].map { ChannelName($0) })
    let reply = try await invocation.client.perform(request)
    let text =
      invocation.wantsJSON
      ? "" : try text(reply.answer, format: format, template: request.template, style: invocation.style)
    if let sample = reply.answer.sample { Console.complain(MadeUpText.text(sample, reply.answer.trigger)) }
    invocation.show(reply) { _ in text }
    return 0
  }

  private static func text(
    _ preview: PreviewAnswer, format: String, template: String, style: TextStyle
  ) throws -> String {
    switch format {
    case "html":
      guard let html = preview.html else {
        throw ServiceError(
          "template '\(template)' has no HTML by channel '\(preview.channel)'; see --format text",
          exitCode: ExitCode.badData.rawValue)
      }
      return html.hasSuffix("\n") ? html : html + "\n"
    case "eml", "wire":
      let form = preview.wire?.format ?? "?"
      guard format == "wire" || form == "eml" else {
        throw ServiceError(
          "channel '\(preview.channel)' sends no mail but \(form); see --format wire",
          exitCode: ExitCode.badData.rawValue)
      }
      return preview.wire?.text ?? ""
    default: return PreviewText.text(preview, style: style)
    }
  }
}
