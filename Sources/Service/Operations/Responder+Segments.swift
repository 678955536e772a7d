internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  /// How many days a history has.
  private static let days = 30

  func segments(_ request: SegmentsRequest) async throws -> SegmentsAnswer {
    let shop = shop.current
    let known = shop.program.audience.rules.map(\.segment.id).sorted()
    if let only = request.segment, !known.contains(only) { throw unknown(only) }
    let zone = shop.program.brand.zone
    let now = now()
    let today = zone.civilDate(at: now).dayNumber
    let wanted = known.filter { request.segment == nil || $0 == request.segment }
    return try await store.read { tx in
      let records = try tx.segments()
      let customers =
        records.values.contains { $0.passAfter != nil } ? try tx.customerCount(upTo: CustomerKey(.max)) : 0
      return SegmentsAnswer(
        segments: try wanted.map { id in
          // One that was just added to the files, and is unknown to a store that nobody has started with it.
          guard let record = records[id] else {
            return SegmentsAnswer.Segment(segment: id, size: 0, entered: 0, left: 0, days: [])
          }
          let figures = try tx.figures(of: record, since: now - .days(7), from: today - Self.days)
          return SegmentsAnswer.Segment(
            segment: id, size: figures.size, entered: figures.entered, left: figures.left,
            days: (figures.days.filter { $0.day < today } + [(day: today, size: figures.size)]).map {
              SegmentsAnswer.Day(day: CivilDate(dayNumber: $0.day).description, size: $0.size)
            },
            evaluation: try record.passAfter.map {
              Evaluation(done: try tx.customerCount(upTo: $0), customers: customers)
            })
        })
    }
  }

  func segmentMembers(_ request: SegmentMembersRequest, _ send: RequestHandlers.Sink) async throws {
    let shop = shop.current
    let id = request.segment
    guard shop.program.audience[id] != nil else { throw unknown(id) }
    let zone = shop.program.brand.zone
    _ = try await stream(to: send) { tx, part in
      guard let record = try tx.segments()[id] else {
        try part(["total": .integer(0)])
        return true
      }
      let figures = try tx.figures(of: record, since: .distantFuture, from: .max)
      try part(["total": .integer(Int64(figures.size))])
      var last = CustomerKey(.min)
      while true {
        let members = try tx.members(of: record, after: last, limit: 500)
        guard let end = members.last?.key else { return true }
        last = end
        try part([
          "rows": .array(
            members.map { member in
              .array([
                .string(member.id), .string(member.since.map { OffsetTime($0, in: zone).text } ?? ""),
                .string(member.reason?.rawValue ?? ""),
              ])
            })
        ])
      }
    }
  }

  func unknown(_ segment: SegmentID) -> OperationError {
    .unknownSegment(
      segment.rawValue, known: shop.current.program.audience.rules.map(\.segment.id.rawValue))
  }
}
