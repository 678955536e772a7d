internal import Domain
internal import Platform

/// `/u/TOKEN`. A GET only shows a page, because scanners and previews fetch every link (RFC 8058 section 1).
/// A POST unsubscribes, whatever its body, and may be repeated.
///
/// The answer does not reveal whether the shop still knows the customer: a valid link gets the same words, in
/// the same way, for a forgotten customer. The words are true either way.
///
/// `Origin` is not checked: the token authorises the request, mail providers send no origin, and a browser
/// that obeys our `no-referrer` sends `null`.
struct UnsubscribeEndpoint: Sendable {
  /// Enough for `List-Unsubscribe=One-Click` in any encoding.
  static let maximumBody = 16 * 1024
  /// Longer than any token we make.
  private static let maximumToken = 2048

  private let services: WebServices
  private let counters: WebCounters
  private let brand: String
  private let fallback: PageLanguage
  private let log: Logger
  private let failures = FailureSpell()

  init(_ configuration: WebConfiguration, _ services: WebServices, _ counters: WebCounters, log: Logger) {
    self.services = services
    self.counters = counters
    self.log = log
    brand = configuration.brandName
    fallback = PageLanguage(range: configuration.locale) ?? .english
  }

  func show(_ token: String, _ request: HTTPRequest) -> HTTPResponse {
    let language = language(request)
    switch link(token) {
    case .unsubscribe(let link)?:
      return Page.response(
        200, .ask(language, brand: brand, channel: link.channel), language, brand: brand)
    case .test?: return Page.response(200, .test(language, brand: brand), language, brand: brand)
    case nil: return unusable(language)
    }
  }

  func submit(_ token: String, _ request: HTTPRequest) async -> HTTPResponse {
    let language = language(request)
    let link: UnsubscribeLink
    switch self.link(token) {
    case .unsubscribe(let known)?: link = known
    case .test?:
      counters.unsubscribed(.test)
      if Self.isOneClick(request) { return HTTPResponse(status: 200) }
      return Page.response(200, .test(language, brand: brand), language, brand: brand)
    case nil:
      counters.unsubscribed(.unknown)
      return unusable(language)
    }
    do {
      let isNews = try await services.unsubscribe(link)
      if let (count, lasted) = failures.worked() {
        log.notice("unsubscribe_works_again", ["failures": count, "for": lasted])
      }
      counters.unsubscribed(isNews.map { $0 ? .done : .repeated } ?? .unknown)
    } catch {
      counters.unsubscribed(.failed)
      if failures.failed() {
        log.error("unsubscribe_failed", ["channel": link.channel.rawValue, "reason": ErrorText.text(error)])
      }
      var response = Page.response(503, .failed(language, brand: brand), language, brand: brand)
      response.headers.append("Retry-After", "60")
      return response
    }
    if Self.isOneClick(request) { return HTTPResponse(status: 200) }
    return Page.response(
      200, .done(language, brand: brand, channel: link.channel), language, brand: brand)
  }

  private func link(_ token: String) -> PageLink? {
    token.utf8.count <= Self.maximumToken ? services.readUnsubscribeToken(token) : nil
  }

  private func unusable(_ language: PageLanguage) -> HTTPResponse {
    Page.response(404, .unusable(language, brand: brand), language, brand: brand)
  }

  private func language(_ request: HTTPRequest) -> PageLanguage {
    PageLanguage(accept: request.headers["Accept-Language"], fallback: fallback)
  }

  /// Whether a mail provider sent the request and needs no page: the field and value of RFC 8058, in either form
  /// encoding.
  private static func isOneClick(_ request: HTTPRequest) -> Bool {
    let body = String(decoding: request.body, as: UTF8.self)
    if body.utf8.elementsEqual("List-Unsubscribe=One-Click".utf8) { return true }
    return request.headers["Content-Type"]?.lowercased().hasPrefix("multipart/form-data") == true
      && body.utf8.split(separator: 0x0A).contains { line in
        line.elementsEqual("One-Click\r".utf8) || line.elementsEqual("One-Click".utf8)
      }
  }
}
