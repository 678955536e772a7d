package import Configuration
package import Domain
import Platform
import Templates

/// `adapter: http`: any provider with an HTTP API, described by a request template.
package struct HTTPChannelSettings: AdapterSettings {
  package var address: AddressKind
  package var request: HTTPRequestTemplate
  package var authentication: HTTPAuthentication?
  package var success: HTTPSuccessRule
  /// The location of the message's id in the provider's response.
  package var reference: JSONPath?
  package var idempotencyHeader: String?
  package var idempotentWindow: Duration?
  package var timeout: Duration
  /// Whether private addresses may be called, for tests and own services.
  package var allowPrivate: Bool
  package var authorities: String?
  package var flow: FlowSettings
  package var onAmbiguous: AmbiguousPolicy
  package var addsOptOut: Bool

  package static let word = "http"

  /// Without an idempotency key, or with an unknown window, a retry may send a second message.
  package var retry: RetryPolicy { RetryPolicy(onAmbiguous: onAmbiguous, idempotentWindow: idempotentWindow) }
  package var isIdempotent: Bool { idempotentWindow != nil }

  package var templates: [ChannelTemplates] {
    var groups = [ChannelTemplates(request.templates, roots: request.roots, seesFacts: true)]
    if case .hmac(let signature) = authentication {
      groups.append(ChannelTemplates([signature.content], roots: HTTPSignature.roots, seesFacts: false))
    }
    return groups
  }

  package static let shape = keys.refusing { settings in
    guard settings.request.bodies.count > 1 else { return nil }
    return .objection("has more than one body", hint: "keep one of 'json', 'form' and 'body'")
  }

  private static let keys = Shape<HTTPChannelSettings>.mapping(
    "channel",
    .required(
      "url", .urlTemplate(example: "https://sms.example/send"), "Where requests go; a template."),
    .defaulted(
      "method", Shape.word(of: HTTPRequestTemplate.Method.allCases).described(example: "POST"),
      default: "POST", "The method."
    ),
    .optional(
      "headers",
      .table(
        of: .requestTemplate("headers", example: "zh-CN"), name: "headers",
        key: .headerName(example: "Accept-Language")),
      "Headers; the values are templates."),
    .optional("json", .jsonTemplate, "The body as JSON; every text in it is a template."),
    .optional(
      "form", .table(of: .requestTemplate("form", example: "{{ message.to }}"), name: "form", key: .formName),
      "The body as an HTML form; the values are templates."),
    .optional(
      "body", .requestTemplate("body", example: "{{ message.text }}"), "The body as it is; a template."),
    .optional("content_type", .text(maximum: 100, example: "text/plain"), "The type of 'body'."),
    .optional(
      "secrets",
      .table(of: .secret(named: "sms_key"), name: "secrets", key: .identifier(example: "key")),
      "Secrets that templates see as 'secret.NAME'."),
    .optional("authentication", HTTPAuthentication.shape, "How requests are signed."),
    .optional("success", HTTPSuccessRule.shape, "What counts as success; any 2xx without it."),
    .optional("reference", .jsonPath, "Where the provider's id of the message stands in its JSON answer."),
    .optional(
      "idempotency_header", .headerName(example: "Idempotency-Key"),
      "The header that carries the message's id, so that the provider recognises a repetition."),
    .optional(
      "idempotent_window", .duration(example: "24h"),
      "How long the provider recognises a repetition; an unanswered request is then repeated within 80 % of it."
    ),
    .defaulted(
      "address", .word(), default: "phone",
      "What messages are delivered to: the customer's phone, email or id."),
    .defaulted(
      "timeout", .duration(maximum: .seconds(600), example: "30s"), default: "30s", "For a whole request."),
    .defaulted(
      "allow_private", .bool, default: "false", "Whether addresses of this machine and network may be called."
    ),
    .optional(
      "ca_file", .certificateFile(example: "/etc/ssl/provider.pem"),
      "Certificate authorities in PEM to trust instead of the system's."),
    ChannelKeys.rate, ChannelKeys.connections(default: 10), ChannelKeys.onAmbiguous,
    ChannelKeys.addsOptOut
  ) {
    url, method, headers, json, form, body, contentType, secrets, authentication, success, reference,
    idempotencyHeader, window, address, timeout, allowPrivate, authorities, rate, connections, onAmbiguous,
    addsOptOut in
    HTTPChannelSettings(
      address: address,
      request: HTTPRequestTemplate(
        method: method, url: url, headers: (headers ?? []).map { ($0.name.value, $0.value) },
        bodies: [
          json.map { .json($0) }, form.map { .form($0.map { ($0.name.value, $0.value) }) },
          body.map { .raw($0, contentType: contentType) },
        ].compactMap { $0 },
        secrets: (secrets ?? []).map { ($0.name.value, $0.value) }),
      authentication: authentication, success: success ?? HTTPSuccessRule(), reference: reference,
      idempotencyHeader: idempotencyHeader, idempotentWindow: window, timeout: timeout,
      allowPrivate: allowPrivate, authorities: authorities,
      flow: FlowSettings(rate, connections: connections), onAmbiguous: onAmbiguous, addsOptOut: addsOptOut)
  }

  package func adapter(
    for channel: ChannelName, in environment: AdapterEnvironment
  ) throws(ChannelSetupError) -> any ChannelAdapter {
    HTTPAdapter(self, environment)
  }
}
