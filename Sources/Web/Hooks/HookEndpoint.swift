internal import Domain
internal import Platform

/// `POST /v1/hooks/PLATFORM`: the platforms' own webhooks.
///
/// 401, without a reason, if the signature does not match. 413 only for bodies over the limit, whose
/// signature cannot be checked. 503 if nothing could be stored, or if a delivery arrived before its order; a
/// retry is safe. 200 for all else, even if the body cannot be decoded or is of no use: platforms retry any
/// other status for days and then disable the webhook, though a retry would fail the same way. The response,
/// the metric and the log say what was not used.
struct HookEndpoint: Sendable {
  private struct Door: Sendable {
    var services: HookServices
    var signature: HookSignature
    var dialect: any HookDialect
    /// The shop domain that Shopify's header must name.
    var shop: String?
    let unsigned = FailureSpell()
  }

  private let doors: [HookPlatform: Door]
  private let decoder: TrackingDecoder
  private let maximumBody: Int
  private let room: MemoryRoom
  private let services: WebServices
  private let counters: WebCounters
  private let log: Logger
  private let failures = FailureSpell()

  /// - Parameter room: shared with all other readers of bodies.
  init(
    _ configuration: WebConfiguration, _ services: WebServices, _ counters: WebCounters, room: MemoryRoom,
    log: Logger
  ) {
    let settings = configuration.hooks
    let context = HookContext(configuration.decoder, shopURL: settings.shopURL)
    var doors: [HookPlatform: Door] = [:]
    if let services = services.hooks {
      if let shopify = settings.shopify {
        doors[.shopify] = Door(
          services: services, signature: HookSignature(shopify), dialect: ShopifyHook(context: context),
          shop: shopify.shop)
      }
      if let woocommerce = settings.woocommerce {
        doors[.woocommerce] = Door(
          services: services, signature: HookSignature(woocommerce),
          dialect: WooCommerceHook(context: context))
      }
      if let youzan = settings.youzan {
        doors[.youzan] = Door(
          services: services, signature: HookSignature(youzan), dialect: YouzanHook(context: context))
      }
    }
    self.doors = doors
    decoder = context.decoder
    maximumBody = configuration.maximumBody
    self.room = room
    self.services = services
    self.counters = counters
    self.log = log
  }

  // MARK: - Before the body

  func admit(_ head: HTTPRequestHead, _ platform: HookPlatform) -> HTTPAdmission {
    guard let door = doors[platform] else { return .respond(.notFound) }
    guard isFromShop(head.headers, door), let most = door.signature.mostBytes(head, maximumBody) else {
      return .respond(refuse(platform, door))
    }
    return .accept(maximumBody: most)
  }

  /// The header is not signed, but rejects other shops that use the same app and so the same secret.
  private func isFromShop(_ headers: HTTPHeaders, _ door: Door) -> Bool {
    guard let shop = door.shop else { return true }
    return headers["X-Shopify-Shop-Domain"]?.lowercased() == shop.lowercased()
  }

  private func refuse(_ platform: HookPlatform, _ door: Door) -> HTTPResponse {
    counters.hooked(platform, .unsigned)
    if door.unsigned.failed() {
      log.warning(
        "hook_unsigned",
        [
          "platform": platform.rawValue,
          "advice":
            "if this goes on, the secret under http.hooks is not the one that the platform signs with",
        ])
    }
    return Self.unauthorized
  }

  private static let unauthorized = HTTPResponse.failure(401, "unauthorized", "the signature does not fit")

  // MARK: - With the body

  func answer(_ request: HTTPRequest, _ platform: HookPlatform) async -> HTTPResponse {
    guard let door = doors[platform] else { return .notFound }
    if door.signature.isPing(request) {
      return answer(platform, HookResult(outcome: .unused, unused: ["a ping: nothing to use"]))
    }
    guard isFromShop(request.headers, door), door.signature.fits(request.body, request.headers) else {
      return refuse(platform, door)
    }
    _ = door.unsigned.worked()
    let taking = await room.enter(IngestCost.of(request.body))
    defer {
      room.leave(taking)
      if taking > IngestCost.peak { Allocator.giveBack() }
    }
    let result: HookResult
    do {
      if services.care.holds(body: request.body) {
        let call = KeptCall(body: request.body, about: "hooks/\(platform.rawValue)")
        result = try await keep([call], HookResult(outcome: .unused))
      } else {
        result = try await take(request, door, platform)
      }
      if let (count, lasted) = failures.worked() {
        log.notice("hooks_work_again", ["failures": count, "for": lasted])
      }
    } catch is HookEarly {
      counters.hooked(platform, .early)
      return Self.early
    } catch {
      counters.hooked(platform, .failed)
      if failures.failed() {
        log.error("hook_failed", ["platform": platform.rawValue, "reason": ErrorText.text(error)])
      }
      return Self.unavailable
    }
    return answer(platform, result)
  }

  private static let early = HTTPResponse.failure(
    503, "early", "the order is not known yet; send it again", headers: ["Retry-After": "10"])

  private static let unavailable = HTTPResponse.failure(
    503, "unavailable", "nothing could be stored; send it again", headers: ["Retry-After": "5"])

  private func take(_ request: HTTPRequest, _ door: Door, _ platform: HookPlatform) async throws -> HookResult
  {
    let found: Result<HookReading, HookFault> = services.care.read(request.body) { _ in
      door.dialect.delivery(request, limits: JSONLimits(bytes: maximumBody)).map { door.dialect.read($0) }
    }
    var reading: HookReading
    switch found {
    case .success(let read): reading = read
    case .failure(let fault):
      log.warning("hook_refused", ["platform": platform.rawValue, "reason": fault.reason])
      return HookResult(outcome: .refused, unused: [fault.reason])
    }
    let orders = reading.orders
    if !orders.isEmpty {
      guard reading.give(to: try await door.services.owners(orders), now: services.now()) else {
        throw HookEarly()
      }
    }
    return try await store(reading, request, door.services, platform)
  }

  private func decode(_ reading: HookReading, _ request: HTTPRequest) -> DecodedEvents {
    if reading.calls.isEmpty { return DecodedEvents() }
    let receivedAt = services.now()
    return services.care.read(request.body) { care in
      do throws(TrackingShapeError) {
        return try decoder.decode(
          ["batch": .array(reading.calls)], as: .batch, receivedAt: receivedAt, care: care)
      } catch {
        var decoded = DecodedEvents()
        decoded.problems = [EventProblem(field: "body", reason: error.description)]
        return decoded
      }
    }
  }

  /// Stores the result of a delivery; forgets customers last, after storing what they did.
  private func store(
    _ reading: HookReading, _ request: HTTPRequest, _ hooks: HookServices, _ platform: HookPlatform
  ) async throws -> HookResult {
    var result = HookResult(outcome: .unused, unused: reading.unused)
    let decoded = decode(reading, request)
    var problems = decoded.problems
    if !decoded.events.isEmpty {
      let taken = try await hooks.take(decoded.events, platform)
      (result.stored, result.duplicates) = (taken.stored, taken.duplicates)
      problems += taken.problems
    }
    if !reading.products.isEmpty { result.products = try await hooks.learn(reading.products) }
    for parent in reading.removedParents { result.products += try await hooks.retire(parent) }
    for customer in reading.forgotten where try await hooks.forget(customer) {
      result.forgotten += 1
    }
    tell(reading.task, platform)
    result.unused += problems.map { "\($0.field): \($0.reason)" }
    result.settle(isRefused: problems.contains { !$0.isEventKept })
    if let first = problems.first {
      log.warning(
        "hook_events_refused",
        [
          "platform": platform.rawValue, "problems": problems.count, "stored": result.stored,
          "first": "\(first.field): \(first.reason)",
        ])
    }
    return decoded.kept.isEmpty ? result : try await keep(decoded.kept, result)
  }

  private func tell(_ task: HookTask?, _ platform: HookPlatform) {
    guard let task else { return }
    log.notice(
      "hook_task", ["platform": platform.rawValue, "task": task.rawValue, "advice": "\(task.advice)"])
  }

  /// Sets the calls aside for an operator, since a retry would not help.
  private func keep(_ calls: [KeptCall], _ result: HookResult) async throws -> HookResult {
    try await services.care.setAside(calls, log)
    var result = result
    result.unused.append("events that ended the program before were kept aside and not used")
    return result
  }

  private func answer(_ platform: HookPlatform, _ result: HookResult) -> HTTPResponse {
    counters.hooked(platform, result.outcome)
    var json: JSONObject = platform == .youzan ? ["code": 0, "msg": "success"] : ["success": true]
    json["outcome"] = .string(result.outcome.rawValue)
    json["stored"] = .integer(Int64(result.stored))
    json["duplicates"] = .integer(Int64(result.duplicates))
    if !result.unused.isEmpty { json["unused"] = .array(result.unused.prefix(20).map { .string($0) }) }
    return HTTPResponse(status: 200, json: .object(json))
  }
}

/// The result of a delivery; the raw value is the metric's label.
enum HookOutcome: String, CaseIterable, Sendable {
  /// Something new was stored.
  case used
  /// Everything in it was stored before.
  case repeated
  /// It contains nothing Reprise uses.
  case unused
  /// Some of it could not be accepted.
  case refused
  case unsigned
  /// It is about an order not known yet; the platform will send it again.
  case early
  /// Nothing could be stored; the platform will send it again.
  case failed
}

/// The delivery arrived before that of its order.
private struct HookEarly: Error {}

/// The result of a signed delivery.
private struct HookResult {
  var outcome: HookOutcome
  var stored = 0
  var duplicates = 0
  var products = 0
  var forgotten = 0
  var unused: [String] = []

  /// - Parameter isRefused: whether some of its events were rejected.
  mutating func settle(isRefused: Bool) {
    if isRefused {
      outcome = .refused
    } else if stored + products + forgotten > 0 {
      outcome = .used
    } else {
      outcome = duplicates > 0 ? .repeated : .unused
    }
  }
}
