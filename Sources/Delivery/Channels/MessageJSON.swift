import Domain
import Templates

/// A message in the form for programs and request templates.
enum MessageJSON {
  /// `{"message": {"uid", "channel", "trigger", "step", "purpose", "to", "name", "subject", "text", "html",
  /// "unsubscribe_url"}, and the message's data}`; missing values are `null`.
  static func value(of message: ClaimedMessage) -> JSON {
    json(.object(record(of: message)))
  }

  /// The same as values of the template language. `message` overrides data of that name.
  static func record(of message: ClaimedMessage) -> Record {
    let content = message.content
    func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
    var own = Record()
    own["uid"] = .string(message.uid)
    own["channel"] = .string(message.channel.rawValue)
    own["trigger"] = .string(message.trigger.rawValue)
    own["step"] = .string(message.step.rawValue)
    own["purpose"] = .string(content.purpose.rawValue)
    own["to"] = .string(content.to)
    own["name"] = .string(content.toName)
    own["subject"] = text(content.subject)
    own["preheader"] = text(content.preheader)
    own["text"] = .string(content.text)
    own["html"] = text(content.html)
    own["unsubscribe_url"] = text(content.unsubscribeURL)
    var record = Record()
    record["message"] = .object(own)
    for entry in content.data.entries where entry.name != "message" { record[entry.name] = entry.value }
    return record
  }

  /// The names in `message` that templates may use.
  static let shape = TemplateSchema.Shape.object(
    Dictionary(
      texts: [
        "uid", "channel", "trigger", "step", "purpose", "to", "name", "subject", "preheader", "text", "html",
        "unsubscribe_url",
      ].map { ($0, .value(.text)) }))

  /// Instants become ISO 8601 in UTC, money an object of minor units and currency.
  static func json(_ value: Value) -> JSON {
    switch value {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .string(let text): .string(text)
    case .instant(let instant): .string(instant.iso8601)
    case .money(let money):
      .object(["minor_units": .integer(money.minorUnits), "currency": .string(money.currency.code)])
    case .array(let values): .array(values.map(json))
    case .object(let record):
      .object(
        JSONObject(members: record.entries.map { JSONObject.Member(key: $0.name, value: json($0.value)) }))
    }
  }
}
