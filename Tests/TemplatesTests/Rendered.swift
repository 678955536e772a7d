import Domain
import Support
import Templates

/// A template with these data, as a mail without escaping.
func render(
  _ text: String, _ data: Record = [:], escape: EscapeMode = .none, partials: [String: String] = [:],
  locale: String = "en-US", limits: RenderLimits = RenderLimits()
) throws -> String {
  var context = RenderContext.test(data)
  context.environment.locale = locale
  context.limits = limits
  for (name, text) in partials {
    context.library[name] = try Template.parse(text, name: name, escape: escape)
  }
  return try Template.parse(text, name: "mail", escape: escape).render(context)
}

/// What came of it: `rendered: ...`, or the error.
func failure(_ text: String, _ data: Record = [:], limits: RenderLimits = RenderLimits()) -> String {
  do {
    return "rendered: " + (try render(text, data, limits: limits))
  } catch {
    return "\(error)"
  }
}
