package import Templates

/// The parsed parts of one message: files that share a name, `cart/reminder.html.liquid`,
/// `cart/reminder.txt.liquid`, `cart/reminder.sms.liquid`.
package struct MessageTemplate: Sendable {
  package var name: String
  /// From the front matter; required if a channel of the email medium uses the template.
  package var subject: Template?
  package var preheader: Template?
  package var html: Template?
  package var text: Template?
  package var sms: Template?

  package init(
    name: String, subject: Template? = nil, preheader: Template? = nil, html: Template? = nil,
    text: Template? = nil, sms: Template? = nil
  ) {
    self.name = name
    self.subject = subject
    self.preheader = preheader
    self.html = html
    self.text = text
    self.sms = sms
  }
}
