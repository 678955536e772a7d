import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

@Suite struct ConsentRowTests {
  private func run(
    _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (rows: [ToldConsent], text: String) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .consents)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: sink)
    let summary = try await importer.run()
    return (
      sink.batches.flatMap(\.consents),
      ImportReport.text(summary, file: "f.csv").replacing(bench.directory + "/", with: "")
    )
  }

  private func said(_ row: ToldConsent) -> String {
    let who = row.customer ?? row.addresses.map(\.text).joined(separator: "+")
    return "\(who) \(row.channels.map(\.rawValue).joined(separator: "+")) \(row.state.rawValue)"
  }

  @Test func `the state column's name may tell the channel, and that a yes refuses`() async throws {
    for (header, said) in [
      ("Email Marketing Consent", "ann@x.example email granted"),
      ("SMS Marketing Consent", "ann@x.example sms granted"),
    ] {
      let result = try await run("Email,Phone Number,\(header)\nann@x.example,,SUBSCRIBED\n")
      #expect(result.rows.map(self.said) == [said], "\(result.text)")
    }
    let refused = try await run("email,unsub\nann@x.example,yes\n") { $0.mappings = [("state", "unsub")] }
    #expect(refused.rows.map(said) == ["ann@x.example email+sms withdrawn"])
  }

  @Test func `a list without states gets its state from --value`() async throws {
    let result = try await run("Email Address,CONFIRM_TIME\nann@x.example,2024-05-01 10:00:00\n") {
      $0.words = [(.state, "", "granted")]
    }
    #expect(
      result.rows == [
        ToldConsent(
          customer: nil, addresses: [.init(.email, "ann@x.example")], channels: ["email"], state: .granted,
          at: Instant(iso8601: "2024-05-01T10:00:00+08:00"), source: "file.csv")
      ])
  }

  @Test func `errors in a row are reported, and no withdrawal is lost because of a bad time`() async throws {
    let result = try await run(
      """
      customer_id,email,channel,state,at
      ann,,email,maybe,2024-05-01
      bob,,,granted,2024-05-01
      ,,email,withdrawn,2024-05-01
      ,not an address,email,withdrawn,
      cem,,email,withdrawn,soon
      dan,,facebook,withdrawn,2024-05-01
      eve,,facebook,granted,2024-05-01
      fay,,,withdrawn,2024-05-01
      gus,,email,,2024-05-01
      hal,,email,granted,2099-01-01

      """)
    #expect(
      result.rows.map(said) == [
        "cem email withdrawn", "dan email+facebook+sms withdrawn", "fay email+sms withdrawn",
        "hal email granted",
      ])
    #expect(result.rows.last?.at == nil)
    #expect(
      result.text == """
        f.csv: most rows were not imported: 5 rows rejected, 4 consents imported.
        1 row says nothing about consent and was passed over.
        Left out, in part or as a whole: 3 rows
          line 6: at: 'soon' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; imported without at
          line 7: channel: it names no channel of the shop; consent was withdrawn on all of them: email, sms
          line 11: at: '2099-01-01' lies in the future; check the date, or the --date-format; imported without at
          line 2: state: 'maybe' is not understood; write yes, no, granted or withdrawn
          line 3: channel: it is empty, but needed
          line 4: customer_id: it is empty, but needed
          line 5: email: not an email address: it has no @; give one such as ann@example.com
          line 8: channel: it names no channel of the shop; write email or sms
        These rows are in file.rejected.csv. Put them right there and import that file.

        """)
  }

  @Test(arguments: [
    ("channel,state\nemail,yes\n", "customer_id"), ("customer_id,channel\nann,email\n", "state"),
  ])
  func `a file needs a column for the person and one for the state`(text: String, field: String) async throws
  {
    await #expect {
      _ = try await run(text)
    } throws: { error in
      "\(error)".hasSuffix("name it with --map \(field)=COLUMN")
        && "\(error)".contains("no column for \(field), which consents need;")
    }
  }
}
