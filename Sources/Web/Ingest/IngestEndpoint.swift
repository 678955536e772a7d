internal import Domain
internal import Platform

/// `POST /v1/...`: the Segment HTTP tracking API.
///
/// 200 once every event is on disk. 400 if the body is not JSON or not a call. 422 if some events or fields were
/// refused, by themselves or because of stored data; the rest is stored. A retry helps with none of these. 503 with
/// `Retry-After` if nothing could be stored; a retry is safe, since message ids deduplicate events.
struct IngestEndpoint: Sendable {
  private let keys: WriteKeys
  private let hosts: HostNames
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
    keys = WriteKeys(configuration.writeKeys)
    hosts = HostNames(configuration)
    decoder = configuration.decoder
    maximumBody = configuration.maximumBody
    self.room = room
    self.services = services
    self.counters = counters
    self.log = log
  }

  // MARK: - Before the body

  func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
    guard let holder = keys.holder(head.headers) else { return .respond(Self.unauthorized) }
    // A page on another site cannot read a key, but may have been given one by mistake.
    if let origin = head.headers["Origin"] {
      guard HostNames.isSameSite(origin, host: head.headers["Host"]) else {
        return .respond(
          .failure(
            403, "cross_origin", "browsers may not send events from other sites; send them from a server"))
      }
      // The name of another site that resolves to this server (DNS rebinding).
      guard hosts.owner(of: head.headers["Host"]) != .stranger else { return .respond(.misdirected) }
    }
    if head.contentLength == 0, head.headers["Content-Length"] == nil { return .respond(Self.noLength) }
    guard Self.isJSON(head.headers["Content-Type"]) else { return .respond(Self.notJSON) }
    guard Self.coding(head.headers) != nil else { return .respond(Self.unknownCoding) }
    return .accept(maximumBody: maximumBody, holder: holder)
  }

  private static let unauthorized = HTTPResponse.failure(
    401, "unauthorized", "send a write key as the user name of HTTP Basic authentication",
    headers: ["WWW-Authenticate": "Basic realm=\"reprise\", charset=\"UTF-8\""])

  /// Without a length, the body would be read as the next request.
  private static let noLength = HTTPResponse.failure(
    400, "no_length", "send the body's length as Content-Length, or the body in chunks",
    headers: ["Connection": "close"])

  private static let notJSON = HTTPResponse.failure(
    415, "unsupported_media_type", "send Content-Type: application/json in UTF-8")

  private static let unknownCoding = HTTPResponse.failure(
    415, "unsupported_encoding", "send the body as it is, or with Content-Encoding: gzip",
    headers: ["Accept-Encoding": "gzip"])

  /// Longer than any media type or coding supported.
  private static let maximumField = 128

  /// `application/json`, alone or with `charset=utf-8`.
  private static func isJSON(_ field: String?) -> Bool {
    guard let field, field.utf8.count <= maximumField else { return false }
    let parts = field.lowercased().utf8.split(separator: UInt8(ascii: ";")).map {
      Substring($0).omitting {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\t")
      }
    }
    guard parts.first == "application/json" else { return false }
    return parts.dropFirst().allSatisfy { !$0.hasPrefix("charset=") || $0 == "charset=utf-8" }
  }

  private enum Coding { case identity, gzip }

  private static func coding(_ headers: HTTPHeaders) -> Coding? {
    let fields = headers.values(of: "Content-Encoding")
    guard let field = fields.first else { return .identity }
    guard fields.count == 1, field.utf8.count <= maximumField else { return nil }
    switch field.lowercased() {
    case "identity", "": return .identity
    case "gzip", "x-gzip": return .gzip
    default: return nil
    }
  }

  // MARK: - With the body

  func answer(_ request: HTTPRequest, _ kind: TrackingBody) async -> HTTPResponse {
    let began = SystemTime.monotonic()
    let receivedAt = services.now()
    // The unpacked size is not known in advance.
    let isPacked = Self.coding(request.headers) == .gzip
    var taking = await room.enter(
      isPacked
        ? IngestCost.most(Inflate.mostBytes(from: request.body.count, limit: maximumBody))
        : IngestCost.of(request.body))
    defer {
      room.leave(taking)
      if taking > IngestCost.peak { Allocator.giveBack() }
    }
    var decoded: DecodedEvents
    do {
      let body = try unpack(request.body, isPacked: isPacked)
      if isPacked, case let cost = IngestCost.of(body), cost < taking {
        room.leave(taking - cost)
        taking = cost
      }
      if services.care.holds(body: body) {
        return await keep([Self.kept(body, kind)], DecodedEvents(), TakenEvents())
      }
      decoded = try services.care.read(body) { (care) throws(Refusal) in
        try read(body, kind, receivedAt, care)
      }
    } catch {
      log.warning("ingest_refused", ["status": error.response.status, "reason": error.reason])
      return error.response
    }
    var taken = TakenEvents()
    if !decoded.events.isEmpty || !decoded.names.isEmpty {
      do {
        let refused = decoded.names.isEmpty ? [:] : try await services.join(decoded.names)
        decoded.note(refused)
        if !decoded.events.isEmpty { taken = try await services.take(decoded.events) }
        taken.stored += decoded.aliasesTaken(but: refused)
        if let (count, lasted) = failures.worked() {
          log.notice("ingest_works_again", ["failures": count, "for": lasted])
        }
      } catch {
        if failures.failed() {
          log.error("ingest_failed", ["events": decoded.events.count, "reason": ErrorText.text(error)])
        }
        return Self.unavailable
      }
    }
    for var problem in taken.problems {
      problem.index = problem.index.flatMap { decoded.positions[$0] }
      decoded.problems.append(problem)
    }
    counters.decoded(decoded, stored: taken.stored, duplicates: taken.duplicates)
    counters.ingestTook(SystemTime.monotonic() - began)
    if !decoded.kept.isEmpty { return await keep(decoded.kept, decoded, taken) }
    return Self.answer(decoded, taken, log)
  }

  /// Answers as if the events were stored, because a retry would not help. They are kept for an operator.
  private func keep(
    _ calls: [KeptCall], _ decoded: DecodedEvents, _ taken: TakenEvents
  ) async -> HTTPResponse {
    do { try await services.care.setAside(calls, log) } catch {
      log.error("ingest_failed", ["events": calls.count, "reason": "\(error)"])
      return Self.unavailable
    }
    return Self.answer(decoded, taken, log, setAside: calls.count)
  }

  private static func answer(
    _ decoded: DecodedEvents, _ taken: TakenEvents, _ log: Logger, setAside: Int = 0
  ) -> HTTPResponse {
    guard let first = decoded.problems.first else {
      return setAside == 0
        ? success
        : HTTPResponse(
          status: 200,
          json: [
            "success": true, "set_aside": .integer(Int64(setAside)),
            "message":
              "events that ended the program before were kept aside and not used; do not send them again",
          ])
    }
    log.warning(
      "events_refused",
      [
        "refused": decoded.refused, "stored": taken.stored, "problems": decoded.problems.count,
        "first": "\(first)",
      ])
    return refusal(decoded, taken)
  }

  private static let unavailable = HTTPResponse.failure(
    503, "unavailable", "the events could not be stored; send them again", headers: ["Retry-After": "1"])

  private static func kept(_ body: [UInt8], _ kind: TrackingBody) -> KeptCall {
    var about = "batch"
    if case .single(let call) = kind { about = call.rawValue }
    return KeptCall(body: body, about: about)
  }

  private struct Refusal: Error {
    let response: HTTPResponse
    let reason: String

    init(_ status: Int, _ code: String, _ reason: String) {
      response = .failure(status, code, reason)
      self.reason = reason
    }
  }

  private func unpack(_ body: [UInt8], isPacked: Bool) throws(Refusal) -> [UInt8] {
    if !isPacked { return body }
    do { return try Inflate.gzip(body, limit: maximumBody) } catch .tooLarge {
      throw Refusal(413, "too_large", "\(InflateError.tooLarge(limit: maximumBody))")
    } catch {
      throw Refusal(400, "invalid_gzip", ErrorText.text(error))
    }
  }

  private func read(
    _ body: [UInt8], _ kind: TrackingBody, _ receivedAt: Instant, _ care: DecodingCare
  ) throws(Refusal) -> DecodedEvents {
    let json: JSON
    do { json = try JSON.parse(body, limits: JSONLimits(bytes: maximumBody)) } catch {
      throw Refusal(400, "invalid_json", ErrorText.text(error))
    }
    do { return try decoder.decode(json, as: kind, receivedAt: receivedAt, care: care) } catch {
      throw Refusal(400, "invalid_body", ErrorText.text(error))
    }
  }

  // MARK: - Answers

  private static let success = HTTPResponse(status: 200, json: ["success": true])

  /// Problems beyond this many are counted, not listed.
  private static let listedProblems = 20

  private static func refusal(
    _ decoded: DecodedEvents, _ taken: TakenEvents
  ) -> HTTPResponse {
    let list = decoded.problems.prefix(listedProblems).map { problem in
      var object: JSONObject = ["field": .string(problem.field), "reason": .string(problem.reason)]
      if let index = problem.index { object["index"] = .integer(Int64(index)) }
      object["event_stored"] = .bool(problem.isEventKept)
      return JSON.object(object)
    }
    let first = decoded.problems.first.map { "\($0)" } ?? ""
    let others = decoded.problems.count - 1
    return HTTPResponse(
      status: 422,
      json: [
        "success": false, "code": "invalid_event",
        "message": .string(others == 0 ? first : "\(first) (and \(others) more)"),
        "stored": .integer(Int64(taken.stored)), "duplicates": .integer(Int64(taken.duplicates)),
        "refused": .integer(Int64(decoded.refused)), "problems": .array(list),
      ])
  }
}
