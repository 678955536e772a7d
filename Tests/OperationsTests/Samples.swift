import Decisioning
import Domain
import Operations

/// Every request, and every answer with and without what may be missing in it.
enum Samples {
  static let requests: [any OperatorRequest] = [
    StatusRequest(), MessagesRequest(state: .ambiguous),
    ExplainRequest(customer: "ann"), ExplainRequest(customer: "陈敏", trigger: "welcome"),
    PreviewRequest(template: "cart/reminder", customer: "ann"),
    PreviewRequest(template: "cart/reminder", customer: "ann", wantsWire: true, channel: "sms"),
    PreviewRequest(template: "cart/reminder"),
    SendTestRequest(channel: "email", to: "me@tea.example"),
    SendTestRequest(channel: "email", to: "me@tea.example", template: "hi", customer: "ann"),
    NamesRequest(attributes: ["level"], events: ["quiz"], properties: [.init(event: "quiz", name: "score")]),
    NamesRequest(),
    PauseRequest(trigger: "welcome"), ResumeRequest(trigger: "welcome"), ReloadRequest(),
    SegmentsRequest(), SegmentsRequest(segment: "buyers"), SegmentMembersRequest(segment: "buyers"),
    SourcesRequest(), SourcesRequest(source: "crm", isNow: true),
    AmbiguousRequest(), AmbiguousRequest(channel: "sms", trigger: "welcome", since: "2h"),
    ResolveRequest(message: "00", as: .retry), ResolveManyRequest(messages: ["00", "01"], as: .dead),
    QuarantineListRequest(), QuarantineRetryRequest(item: "7"), QuarantineDropRequest(item: "all"),
    UnsubscribeRequest(customer: "ann", channel: "email"),
    SuppressRequest(channel: "email", address: "a@b.example"),
    UnsuppressRequest(channel: "email", address: "a@b.example"),
    ExportRequest(customer: "ann"), ExportListRequest(list: .suppressions),
    ExportListRequest(list: .consents), ExportListRequest(list: .sent), ForgetRequest(customer: "ann"),
    RestoredRequest(),
  ]

  static let answers: [any JSONRepresentable] = [
    status, emptyStatus, MessagesAnswer(messages: [message]), MessagesAnswer(messages: []), explanation,
    ExplainAnswer(
      customer: "ann", names: ["anonymous:a1"], at: time, zone: "UTC", triggers: [], leftOutDecisions: 3,
      leftOutMessages: 4), preview,
    textMessage,
    SendTestAnswer(
      channel: "email", to: "a@b.example", outcome: .accepted, reference: "1.eml", file: "/o/1.eml",
      sample: MadeUp(of: .customer)),
    SendTestAnswer(
      channel: "email", to: "a@b.example", outcome: .badAddress, code: "550", detail: "no", reference: "X"),
    PauseAnswer(trigger: "welcome", isPaused: true),
    NamesAnswer(attributes: nil, events: [], properties: []),
    NamesAnswer(
      attributes: ["level"], events: ["quiz"], properties: [.init(event: "quiz", names: ["score"])]),
    ReloadAnswer(configuration: "/c", triggers: 1, templates: 2, channels: 3, restartNeeded: ["store"]),
    ReloadAnswer(
      configuration: "/c", triggers: 1, templates: 2, channels: 3, restartNeeded: [], warnings: ["w"]),
    SegmentsAnswer(segments: []),
    SegmentsAnswer(segments: [
      SegmentsAnswer.Segment(
        segment: "buyers", size: 3, entered: 2, left: 1,
        days: [SegmentsAnswer.Day(day: "2026-03-01", size: 2)],
        evaluation: Evaluation(done: 1, customers: 2)),
      SegmentsAnswer.Segment(segment: "silent", size: 0, entered: 0, left: 0, days: []),
    ]),
    ExplainAnswer(
      customer: "ann", at: time, zone: "UTC", triggers: [],
      segments: [
        ExplainAnswer.Segment(
          segment: "buyers", isMember: true, since: time, reason: .data, lapsedAt: time, nextChange: time,
          conditions: [ExplainAnswer.Condition(condition: "c", holds: true, found: "2")]),
        ExplainAnswer.Segment(segment: "silent", isMember: false, since: nil, reason: nil),
      ], measures: [ExplainAnswer.Measure(name: "m", value: "2", nextChange: nil)]),
    SourcesAnswer(sources: []), SourcesAnswer(sources: [source, busySource]),
    AmbiguousAnswer(messages: ["00"]), ResolveAnswer(message: "00", as: .sent),
    ResolveManyAnswer(resolved: 2, as: .dead), QuarantineListAnswer(items: [item]),
    QuarantineAnswer(act: .drop, items: [item]),
    UnsubscribeAnswer(customer: "ann", channel: "email", isChanged: true),
    SuppressAnswer(channel: "email", address: "a@b.example", before: nil),
    SuppressAnswer(channel: "email", address: "a@b.example", before: .complaint),
    ["customer": ["id": "ann"]] as JSON, ForgetAnswer(customer: "ann"),
    ForgetAnswer(customer: "ann", removed: ["/var/a.eml"], left: ["/var/b.csv"]), restored,
    Reply(restored, journalSetAside: "/var/x"), FailureAnswer(error: "no", exitCode: 65),
    ImportAnswer(
      file: "f.csv", kind: "orders", outcome: .doneBefore, imported: 1, rejected: 2, withdrawalsOfRejected: 3,
      duplicates: 4, unpaid: 6, leftOut: 5, omissions: [ImportAnswer.Row(line: 2, reason: "r")],
      continuedAtLine: nil,
      rejectedFile: "f.rejected.csv", errors: [],
      columns: [
        ImportAnswer.Column(name: "Date", field: "placed_at", form: "date", samples: ["2026-03-01"]),
        ImportAnswer.Column(name: "x", field: nil, form: "not imported", samples: []),
      ]),
    TopicListAnswer(topics: [TopicListAnswer.Entry(topic: "imports", summary: "s")]),
    TopicAnswer(topic: "imports", summary: "s", markdown: "# m"), VersionAnswer(version: "1"),
    BackupAnswer(file: "f", store: "s"),
    BackupAnswer(
      file: "f", store: "s",
      contents: BackupAnswer.Contents(bytes: 1, customers: 2, schema: 3, lastDecision: nil)),
    BackupAnswer(
      file: "f", store: "s",
      contents: BackupAnswer.Contents(bytes: 1, customers: 2, schema: 3, lastDecision: time)),
    CheckAnswer(isGood: false, start: [], diagnostics: [diagnostic], leftOut: 7, program: nil),
    CheckAnswer(
      isGood: false, start: [], diagnostics: [], leftOut: 0, program: nil, namesUnasked: "no store"),
    CheckAnswer(
      isGood: true,
      start: [
        CheckAnswer.Finding(message: "a", exitCode: nil), CheckAnswer.Finding(message: "b", exitCode: 78),
      ], diagnostics: [], leftOut: 0,
      program: CheckAnswer.Contents(
        triggers: ["welcome"], templates: ["hi"], channels: ["email", "sms"],
        textMessages: [CheckAnswer.TextMessage(template: "hi", channel: "sms", parts: nil)])),
  ]

  private static let source = StatusAnswer.Source(
    source: "crm", kind: "customers", from: "/srv/crm", standing: .waiting)

  private static let busySource = StatusAnswer.Source(
    source: "shop", kind: "orders", from: "/srv/shop", standing: .withProblems,
    running: StatusAnswer.Source.Running(file: "a.csv", bytes: 1, totalBytes: 2), lastLookAt: time,
    nextLookAt: time,
    lastResult: StatusAnswer.Source.Result(at: time, files: 1, taken: 2, unchanged: 3, rejected: 4),
    problems: [
      StatusAnswer.Source.Problem(file: nil, problem: "p"),
      StatusAnswer.Source.Problem(file: "b.csv", problem: "q"),
    ], problemCount: 7)

  private static let diagnostic = CheckAnswer.Diagnostic(
    file: "a.yaml", line: 1, column: 2, severity: .warning, message: "m", hint: nil)

  private static let time = OffsetTime(text: "2026-03-01T18:00:00+08:00")

  private static let message = MessagesAnswer.Message(
    uid: "00", trigger: "welcome", step: "1", customer: nil, channel: "email", createdAt: time, attempt: 1,
    code: nil)

  private static let item = QuarantineItem(
    item: 7, kind: "message", id: "12", customer: "ann", about: "welcome, order o-1", signal: "SIGILL",
    crashes: 2, since: time)

  private static let restored = RestoredAnswer(
    until: time, ambiguous: 1, skipped: 2, journalCustomers: 3, journalAddresses: 4, since: time)

  private static let preview = PreviewAnswer(
    trigger: "welcome", step: "1", channel: "email", to: "a@b.example", toName: "Ann", text: "Hi",
    purpose: .marketing, subject: "Hi", preheader: "", html: "<p>Hi</p>", unsubscribeURL: "https://x/u/T",
    wire: PreviewAnswer.Wire(format: "eml", text: "To: a@b.example\r\n"))

  private static let textMessage = PreviewAnswer(
    trigger: "welcome", step: "1", channel: "sms", to: "+86", toName: "", text: "Hi", purpose: .service,
    sample: MadeUp(of: .occasion, lacks: "an order"))

  private static let emptyStatus = StatusAnswer(
    store: "x", customers: 0, enrollments: 0, nextDueAt: nil, oldestLeaseAt: nil, queues: ByName(),
    unplanned: 0, clock: nil, quarantined: ByName(), triggers: [])

  private static var status: StatusAnswer {
    var status = emptyStatus
    status.nextDueAt = time
    status.oldestLeaseAt = time
    status.queues.append("email", QueueCounts([.queued: 3, .ambiguous: 1, .sent: 9]))
    status.quarantined.append("message", 2)
    status.clock = ClockDoubt(offBySeconds: -7, doubtedForSeconds: 600)
    status.triggers = [
      StatusAnswer.Trigger(
        trigger: "welcome", isPaused: true, isPlanning: false, nextDueAt: nil, sentToday: 1, failedToday: 2,
        skippedToday: 3, withheldToday: 4)
    ]
    status.daemon = StatusAnswer.Daemon(pid: 7, since: time, underWay: 2, capture: "/o")
    status.reload = StatusAnswer.Reload(at: time, error: nil, restartNeeded: ["store"])
    status.storeFailure = "no room"
    var channels = ByName<StatusAnswer.Channel>()
    for state in BreakerState.allCases {
      channels.append(state.rawValue, StatusAnswer.Channel(state: state, underWay: 1, window: 5))
    }
    status.channels = channels
    status.ambiguous = [message]
    return status
  }

  private static var explanation: ExplainAnswer {
    let passed = ExplainAnswer.GateAnswer(gate: .expired, isPassed: true)
    let failed = ExplainAnswer.GateAnswer(
      gate: .frequencyCap, isPassed: false, channel: "email", values: ["limit": 1, "since": .null])
    let sent = ExplainAnswer.Message(
      uid: "00", state: .waiting, isMaybeDelivered: true, dueAt: time, isCaptured: true, subject: "Hi",
      code: "451")
    let decisions = [
      ExplainAnswer.Decision(
        step: "1", at: time, verdict: .send, channel: "email", trace: [passed], message: sent),
      ExplainAnswer.Decision(
        step: "2", at: time, verdict: .defer, gate: .quietHours, until: time, trace: [passed, failed]),
    ]
    let next = [
      ExplainAnswer.Forecast(
        step: "3", at: time, verdict: .send, channel: "sms",
        follows: ExplainAnswer.Following(step: "2", distance: "1d")),
      ExplainAnswer.Forecast(
        step: "4", at: time, verdict: .skip, heldBy: failed, channels: [failed, failed]),
    ]
    let late = ExplainAnswer.LateOrder(
      order: "o-9", placedAt: time, knownAt: time, step: "1", messageAt: time)
    let enrollment = ExplainAnswer.Enrollment(
      occurrence: "o-1", about: "order o-1", state: .ended, firesAt: time, endReason: .superseded,
      nextDueAt: time, decisions: decisions, next: next, lateOrders: [late])
    let absences: [ExplainAnswer.Absence?] = [
      nil, .init(.noOccasion), .init(.noOccasion, lacks: .cart),
      .init(
        .noOccasion, lacks: .match,
        refused: .init(
          occasion: "order o-1", at: time, condition: "event.a > 1", values: ["event.a": .null], problem: "no"
        )),
      .init(.qualifiedEarlier, firedAt: time, enabledAt: time),
      .init(.reentry, enrolledAt: time, until: time), .init(.expired, firedAt: time),
      .init(.unplanned, firesAt: time), .init(.completed, occurrence: "o-1"),
      .init(.ended, occurrence: "o-1", endReason: .cancelled),
    ]
    return ExplainAnswer(
      customer: "ann", at: time, zone: "Asia/Shanghai",
      triggers: absences.map {
        ExplainAnswer.Trigger(
          trigger: "welcome", isPaused: false, enrollments: [enrollment], nothingComes: $0)
      },
      clock: ClockDoubt(offBySeconds: 7, doubtedForSeconds: 600), quarantine: [item])
  }
}
