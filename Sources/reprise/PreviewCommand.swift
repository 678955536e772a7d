internal import Platform
internal import Service

/// `reprise preview TEMPLATE --customer ID`: a message as this customer would get it.
enum PreviewCommand: Command {
  static let spec = CommandLineSpec.Command(
    "preview", "Show a message as a customer would get it",
    positionals: [.init("TEMPLATE", "its name without endings, as cart/reminder")],
    options: [
      .init("customer", "the shop's id of the customer", value: "ID"),
      .init(
        "format", "text, html, eml (a whole mail), or wire (what the channel hands to the provider)",
        value: "FORMAT", default: "text"),
      .init("channel", "one of the step's channels; the first if not given", value: "NAME"),
    ])

  private static let formats = ["text", "html", "eml", "wire"]

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let arguments = invocation.arguments
    let place = "reprise preview"
    guard let customer = arguments["customer"] else {
      throw UsageError("--customer ID is missing: a message is always somebody's", place)
    }
    let format = arguments["format"] ?? "text"
    guard formats.contains(format) else {
      throw UsageError(
        "'--format \(format)' must be one of \(formats.joined(separator: ", "))", place, near: format,
        among: formats)
    }
    let template = arguments.positionals[0]
    var request: JSONObject = [
      "command": "preview", "template": .string(template), "customer": .string(customer),
      "wire": .bool(format == "eml" || format == "wire"),
    ]
    if let channel = arguments["channel"] { request["channel"] = .string(channel) }
    let preview = try await invocation.client.perform(.object(request))
    if invocation.wantsJSON {
      invocation.show(preview) { _ in "" }
      return 0
    }
    Console.write(try text(preview, format: format, template: template, style: invocation.style))
    return 0
  }

  private static func text(
    _ preview: JSON, format: String, template: String, style: TextStyle
  ) throws -> String {
    let channel = preview["channel"]?.stringValue ?? "?"
    switch format {
    case "html":
      guard let html = preview["html"]?.stringValue else {
        throw ServiceError(
          "template '\(template)' has no HTML by channel '\(channel)'; see --format text",
          exitCode: ExitCode.badData.rawValue)
      }
      return html.hasSuffix("\n") ? html : html + "\n"
    case "eml", "wire":
      let form = preview["wire"]?["format"]?.stringValue ?? "?"
      guard format == "wire" || form == "eml" else {
        throw ServiceError(
          "channel '\(channel)' sends no mail but \(form); see --format wire",
          exitCode: ExitCode.badData.rawValue)
      }
      return preview["wire"]?["text"]?.stringValue ?? ""
    default:
      // Where there is no subject the text is counted, and paid, in parts.
      let isText = preview["subject"] == nil
      return PreviewText.text(
        preview, parts: isText ? SMSPartText.text(preview["text"]?.stringValue ?? "") : nil, style: style)
    }
  }
}
