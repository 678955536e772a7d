import Decisioning
import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

@testable import Service

/// What a row says of consent counts, whatever else is wrong in it.
struct RefusedRowTests {
  private struct Result {
    var customers: [ExactText: Customer] = [:]
    var text: String
    var exitCode: ExitCode
    var rejected: [String]
  }

  /// Imports a file into a store, and reads back these customers.
  private func run(
    _ kind: ImportKind, _ text: String, _ customers: String, ignoring: [String] = []
  ) async throws -> Result {
    try await IntakeFloor.use { floor in
      let bench = try ImportBench()
      let sink = DirectImport(store: floor.store, intake: floor.intake, now: { IntakeFloor.now })
      var options = ImportOptions(kind: kind)
      options.ignored = ignoring
      let importer = Importer(
        path: try bench.file(text), options: options, context: ImportBench.context(now: IntakeFloor.now),
        sink: sink)
      let summary = try await importer.run()
      let report = ImportReport.text(summary, file: "f.csv").replacing(bench.directory + "/", with: "")
      var result = Result(
        text: report, exitCode: ImportReport.exitCode(summary),
        rejected: ((try? bench.text("file.rejected.csv")) ?? "").split(separator: "\r\n").map(String.init))
      for id in customers.split(separator: " ") {
        result.customers[ExactText(String(id))] = try await floor.store.read {
          try $0.customer(id: String(id))
        }
      }
      return result
    }
  }

  private func withdrawn(_ result: Result) -> [String] {
    result.customers.sorted { $0.key < $1.key }.map { id, customer in
      let channels = customer.consent.filter { $0.value == .withdrawn }.keys.sorted().map(\.rawValue)
      return "\(id): " + channels.joined(separator: " ")
    }
  }

  @Test func `a bad optional field costs only itself, and no refusal`() async throws {
    let result = try await run(
      .customers,
      """
      id,email,unsubscribed,calendar,birthday,phone,gdpr
      a,a@x.example,yes,回历,1990-08-15,,x
      b,b@x.example,yes,,1990-13-41,13812345678,x
      c,not-an-address,yes,,1990-08-15,,x
      d,d@x.example,,,08-15,,x

      """, "a b c d", ignoring: ["gdpr"])
    #expect(withdrawn(result) == ["a: email sms", "b: email sms", "c: email sms", "d: "])
    #expect(result.customers["a"]?.email == "a@x.example" && result.customers["a"]?.birthday == nil)
    #expect(result.customers["b"]?.email == "b@x.example" && result.customers["b"]?.birthday == nil)
    #expect(result.customers["c"]?.email == nil && result.customers["c"]?.birthday != nil)
    #expect(result.exitCode == .success)
    #expect(
      result.text == """
        f.csv: 4 customers imported, 0 rows rejected.
        Left out, in part or as a whole: 3 rows
          line 2: calendar: '回历' is not understood; write gregorian or lunar; imported without birthday
          line 3: phone: not a telephone number: it has no country code; write it as +8613812345678, or give --calling-code 86; imported without phone; birthday: '1990-13-41' is not a birthday: there is no such day; give YYYY-MM-DD or MM-DD; imported without birthday
          line 4: email: not an email address: it has no @; give one such as ann@example.com; imported without email
        These rows are in file.rejected.csv. Put them right there and import that file.

        """)
    try #require(result.rejected.count == 4)
    #expect(
      result.rejected[2].hasSuffix(
        "\"3\",\"phone: not a telephone number: it has no country code; write it as +8613812345678, or give --calling-code 86; imported without phone; birthday: '1990-13-41' is not a birthday: there is no such day; give YYYY-MM-DD or MM-DD; imported without birthday\""
      ))
  }

  @Test func `a row that is refused withdraws consent all the same`() async throws {
    let result = try await run(
      .customers,
      """
      id,Accepts Email Marketing,SMS Opt-Out,updated_at
      a,no,,30.02.
      b,maybe,yes,2026-03-01
      c,no
      d,yes,,2026-03-01
      ,no,,2026-03-01

      """, "a b c d")
    #expect(withdrawn(result) == ["a: email", "b: sms", "c: email", "d: "])
    #expect(result.exitCode == .badData)
    #expect(
      result.text == """
        f.csv: most rows were not imported: 4 rows rejected, 1 customer imported.
        The withdrawal of consent in 3 of the rejected rows was taken.
          line 2: updated_at: '30.02.' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; the withdrawal of consent in it was taken
          line 3: Accepts Email Marketing: 'maybe' is not understood; write yes, no, granted or withdrawn; the withdrawal of consent in it was taken
          line 4: the row has 2 columns, the header 4; put text that holds the separator in quotes; the withdrawal of consent in it was taken
          line 6: id: it is empty, but needed; it refuses messages, and nobody knows whose refusal it is
        The rejected rows are in file.rejected.csv. Put them right there and import that file.

        """)
  }

  @Test func `a time in a column of refusals is the customer's word at that time`() async throws {
    let result = try await run(
      .customers,
      """
      id,EMAIL,UNSUB_TIME,CLEAN_TIME,consent.email
      a,a@x.example,2026-02-01 10:00:00,,yes
      b,b@x.example,,2026-02-01T10:00:00Z,
      c,c@x.example,,,yes
      d,d@x.example,too many mails,,yes

      """, "a b c d")
    #expect(withdrawn(result) == ["a: email sms", "b: email", "c: ", "d: email sms"])
    #expect(
      result.customers["a"]?.unsubscribedAt("email") == Instant(iso8601: "2026-02-01T10:00:00+08:00"))
    #expect(
      result.customers["b"]?.unsubscribedAt("email") == Instant(iso8601: "2026-02-01T10:00:00Z"))
    #expect(
      result.text.contains(
        "line 5: UNSUB_TIME: 'too many mails' is not understood; write yes, no, granted or withdrawn; it was taken for a refusal"
      ))
  }

  @Test func `a withdrawal among events is never lost`() async throws {
    let result = try await run(
      .events,
      """
      customer_id,name,at,channel
      a,Consent Withdrawn,30.02.,email
      b,Consent Withdrawn,2026-02-01,
      c,Consent Withdrawn,2026-02-01,E-Mail
      d,Consent Withdrawn,2026-02-01,every one
      e,Email Unsubscribed,2026-02-01,
      f,Consent Withdrawn,,短信
      g,Consent Granted,2026-02-01,
      h,Consent Withdrawn,2026-02-01,push
      i,Consent Withdrawn,2026-02-01,"mail, text"

      """, "a b c d e f h i")
    #expect(
      withdrawn(result) == [
        "a: email", "b: email sms", "c: email", "d: email sms", "e: email", "f: sms", "h: push",
        "i: email sms",
      ])
    #expect(result.customers["a"]?.unsubscribedAt("email") == IntakeFloor.now)
    #expect(
      result.text == """
        f.csv: 3 rows rejected, 6 events imported.
        The withdrawal of consent in 2 of the rejected rows was taken.
        Left out, in part or as a whole: 2 rows
          line 3: channel: it names no channel of the shop; consent was withdrawn on all of them: email, sms
          line 5: channel: it names no channel of the shop; consent was withdrawn on all of them: email, sms
          line 2: at: '30.02.' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; the withdrawal of consent in it was taken
          line 7: at: it is empty, but needed; the withdrawal of consent in it was taken
          line 8: channel: it names no channel of the shop; write email or sms
        These rows are in file.rejected.csv. Put them right there and import that file.

        """)
  }

  @Test func `events without a column for the channel withdraw all`() async throws {
    let result = try await run(.events, "customer_id,name,at\na,Consent Withdrawn,2026-02-01\n", "a")
    #expect(withdrawn(result) == ["a: email sms"])
  }

  @Test(arguments: 0..<5)
  func `cut off after any batch, rows taken in part stand in the file once`(batches: Int) async throws {
    let bench = try ImportBench()
    let text =
      "id,birthday\n"
      + (0..<40).map { $0 % 3 == 0 ? "c\($0),1990-13-41\n" : $0 % 5 == 0 ? ",\n" : "c\($0),\n" }
      .joined()
    func run(_ sink: RecordingSink, _ path: String) async throws -> ImportSummary {
      try await Importer(
        path: path, options: ImportOptions(kind: .customers), context: ImportBench.context(), sink: sink
      ).run()
    }
    _ = try await run(RecordingSink(rows: 10), try bench.file(text, "whole.csv"))
    let path = try bench.file(text, "cut.csv")
    let sink = RecordingSink(rows: 10, batchesBeforeCrash: batches)
    _ = try? await run(sink, path)
    sink.recover()
    _ = try await run(sink, path)
    let (cut, whole) = (try bench.text("cut.rejected.csv"), try bench.text("whole.rejected.csv"))
    #expect(cut == whole)
    #expect(whole.split(separator: "\r\n").count == 20)
  }
}
