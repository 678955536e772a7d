import Configuration
import Domain
import Platform
import Support
import Templates
import Testing

@testable import Delivery

@Suite struct HTTPRequestTests {
  private let environment = RenderEnvironment(now: noon, currency: Currency("CNY")!)

  private func settings(_ yaml: String) throws -> HTTPChannelSettings {
    let (value, diagnostics) = HTTPChannelSettings.shape.decode(yaml)
    return try #require(value, "\(diagnostics.map(\.headline))")
  }

  private func rendered(
    _ yaml: String, _ message: ClaimedMessage = message()
  ) throws -> HTTPRequestTemplate.Rendered {
    try settings(yaml).request.render(message, environment: environment, showingSecrets: true)
  }

  @Test func `a JSON body keeps its types and escapes every value`() throws {
    let request = try rendered(
      """
      url: https://sms.example/send
      json:
        to: ["{{ message.to }}"]
        text: "{{ message.text }}"
        retries: 3
        code: "0123"
        flag: true
        none: null
        plain: hello
      """, message(to: "+8613812345678", text: "a \"quote\"\n{{ 7 | times: 7 }}"))
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"to":["+8613812345678"],"text":"a \"quote\"\n{{ 7 | times: 7 }}","retries":3,"code":"0123","flag":true,"none":null,"plain":"hello"}"#
    )
    #expect(request.headers["Content-Type"] == "application/json")
  }

  @Test func `a form escapes its values`() throws {
    let request = try rendered(
      "{url: 'https://sms.example', form: {To: '{{ message.to }}', Body: '{{ message.text }}'}}",
      message(to: "+1&x=y", text: "茶 & co"))
    #expect(String(decoding: request.body, as: UTF8.self) == "To=%2B1%26x%3Dy&Body=%E8%8C%B6+%26+co")
    #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
  }

  @Test func `a raw body and a URL take the message's values and the secrets`() throws {
    let request = try rendered(
      """
      {url: 'https://robot.example/send?key={{ secret.key }}&to={{ message.to | url_encode }}', method: PUT,
       body: 'x={{ message.uid }}', content_type: text/plain, secrets: {key: abcd}}
      """)
    #expect(request.url == "https://robot.example/send?key=abcd&to=ann%40tea.example")
    #expect(String(decoding: request.body, as: UTF8.self) == "x=\(uid(1))")
    #expect(request.headers["Content-Type"] == "text/plain")
  }

  @Test func `a value that cannot stand in a header or URL is refused`() throws {
    let poisoned = message(subject: "Hi\r\nX-Evil: 1")
    #expect(throws: CompositionError.forbiddenCharacter(field: "X-Subject", byte: 0x0D)) {
      try rendered("{url: 'https://a.example', headers: {X-Subject: '{{ message.subject }}'}}", poisoned)
    }
    #expect(
      throws: CompositionError.template(
        field: "url", problem: "a character stands in it that no URL can hold; use '| url_encode'")
    ) { try rendered("{url: 'https://a.example/{{ message.subject }}'}", poisoned) }
    for (subject, problem) in [
      ("x#y", "holds a '#', behind which nothing is sent"),
      ("100%", "holds a '%' without two hexadecimal digits"), ("../admin", "holds the step '..'"),
    ] {
      #expect(throws: CompositionError.template(field: "url", problem: "it \(problem); use '| url_encode'")) {
        try rendered("{url: 'https://a.example/{{ message.subject }}'}", message(subject: subject))
      }
    }
  }

  @Test func `a token is longer than a line of mail may be`() throws {
    let token = String(repeating: "x", count: 2000)
    let yaml =
      "{url: 'https://a.example', headers: {X-Token: '{{ secret.token }}'}, secrets: {token: \(token)}}"
    #expect(try rendered(yaml).headers["X-Token"] == token)
    let limit = CompositionError.tooLong(field: "X-Text", bytes: 8001, limit: 8000)
    #expect(throws: limit) {
      try rendered(
        "{url: 'https://a.example', headers: {X-Text: '{{ message.text }}'}}",
        message(text: String(repeating: "x", count: 8001)))
    }
  }

  @Test func `a message goes with a long token`() async throws {
    let provider = Provider()
    let server = try provider.http(.accepts)
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let token = String(repeating: "x", count: 2000)
      let channel = try engine.channel(
        """
        {adapter: http, url: "http://127.0.0.1:\(server.port)", allow_private: true,
         authentication: {type: bearer, token: \(token)}}
        """)
      let (report, _) = await channel.adapter.attempt(message(to: "+8613812345678"))
      #expect(report.outcome == .accepted, "\(report)")
      #expect(provider.received.first?.contains("Authorization: Bearer \(token)\n") == true)
    }
  }

  @Test func `a missing value is refused, never sent empty`() throws {
    #expect(throws: CompositionError.self) {
      try rendered("{url: 'https://a.example', body: '{{ customer.nickname }}'}")
    }
  }

  @Test func `Standard Webhooks are signed as the standard's example`() throws {
    var request = HTTPRequestTemplate.Rendered(
      url: "", headers: HTTPHeaders(), body: Array(#"{"test": 2432232314}"#.utf8))
    try HTTPAuthentication.standardWebhooks(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
      .sign(
        &request, messageID: "msg_p5jXN8AQM9LWM0D4loKWxJek", now: Instant(seconds: 1_614_265_330),
        environment: environment)
    #expect(request.headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek")
    #expect(request.headers["webhook-timestamp"] == "1614265330")
    #expect(request.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func `basic, bearer and HMAC proofs are written as their standards say`() throws {
    func headers(_ yaml: String) throws -> HTTPHeaders {
      var request = HTTPRequestTemplate.Rendered(
        url: "", headers: HTTPHeaders(), body: Array("what do ya want for nothing?".utf8))
      let proof = try #require(HTTPAuthentication.shape.decode(yaml).value)
      try proof.sign(&request, messageID: "m1", now: Instant(seconds: 10), environment: environment)
      return request.headers
    }
    // RFC 7617 section 2.
    #expect(
      try headers("{type: basic, username: Aladdin, password: open sesame}")["Authorization"]
        == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    #expect(try headers("{type: bearer, token: abcd}")["Authorization"] == "Bearer abcd")
    // RFC 4231 test case 2.
    #expect(
      try headers(
        "{type: hmac, secret: Jefe, header: X-Signature, prefix: 'sha256=', timestamp_header: X-Time}")[
          "X-Signature"]
        == "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test func `mistakes in the settings are named`() {
    let diagnostics = HTTPChannelSettings.shape.decode(
      "{url: 'https://a.example/{{ message.to', metod: POST}"
    ).diagnostics
    #expect(diagnostics.contains { $0.message == "unknown key 'metod' in channel" })
    #expect(diagnostics.contains { $0.message.hasPrefix("'url' has a mistake in its Liquid: ") })
  }

  @Test func `two bodies are one too many`() {
    let (value, diagnostics) = HTTPChannelSettings.shape.decode(
      "{url: 'https://a.example', body: x, json: {a: b}}")
    #expect(value == nil)
    #expect(
      diagnostics.map(\.headline) == [
        "reprise.yaml:1:1: error: the file has more than one body; keep one of 'json', 'form' and 'body'"
      ])
  }
}
