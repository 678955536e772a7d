import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

/// Files as other systems write them, imported by the commands in the handbook.
@Suite struct MovingFileTests {
  private func run(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (rows: [String], text: String) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: sink)
    let summary = try await importer.run()
    let consents = sink.batches.flatMap(\.consents).map { row in
      let who = row.addresses.map(\.text).joined(separator: "+")
      let at = row.at.map { Timestamp.text(milliseconds: $0.milliseconds) } ?? "-"
      return
        "\(who) \(row.channels.map(\.rawValue).joined(separator: "+")) \(row.state.rawValue) \(row.isFlag ? "flag" : "word") \(at)"
    }
    let held = sink.batches.flatMap(\.suppressions).map { row in
      let at = row.at.map { Timestamp.text(milliseconds: $0.milliseconds) } ?? "-"
      return "\(row.channel) \(row.address) \(row.reason.rawValue) \(at)"
    }
    return (
      consents + held,
      ImportReport.text(summary, file: "f.csv").replacing(bench.directory + "/", with: "")
    )
  }

  private static let klaviyo = """
    Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,Address 2,City,State / Region,Country,Zip Code,Source,Email Marketing Consent,Email Marketing Consent Timestamp,SMS Marketing Consent,SMS Marketing Consent Timestamp,Date Added
    ann@x.example,01A,Ann,Lee,,,+8613812345678,12 Main St,,Boston,MA,US,02110,12,SUBSCRIBED,2024-05-01T10:00:00Z,NEVER_SUBSCRIBED,,2024-04-01 10:00:00
    bob@x.example,01B,Bob,,,,+8613812345679,,,,,,,,UNSUBSCRIBED,2024-06-01T10:00:00Z,SUBSCRIBED,2024-07-01T10:00:00Z,2024-04-01 10:00:00
    cem@x.example,01C,,,,,,,,,,,,,NEVER_SUBSCRIBED,,,,2024-04-01 10:00:00
    dan@x.example,01D,,,,,,,,,,,,,,,,,2024-04-01 10:00:00

    """

  @Test func `profiles of Klaviyo are imported once for each channel`() async throws {
    let email = try await run(.consents, Self.klaviyo) {
      $0.mappings = [("state", "Email Marketing Consent")]
    }
    #expect(
      email.rows == [
        "ann@x.example++8613812345678 email granted word 2024-05-01T10:00:00.000Z",
        "bob@x.example++8613812345679 email withdrawn word 2024-06-01T10:00:00.000Z",
        "cem@x.example email withdrawn flag 1970-01-01T00:00:00.000Z",
      ])
    #expect(
      email.text == """
        f.csv: 3 consents imported, 0 rows rejected.
        1 row says nothing about consent and was passed over.

        """)
    let sms = try await run(.consents, Self.klaviyo) { $0.mappings = [("state", "SMS Marketing Consent")] }
    #expect(
      sms.rows == [
        "ann@x.example++8613812345678 sms withdrawn flag 1970-01-01T00:00:00.000Z",
        "bob@x.example++8613812345679 sms granted word 2024-07-01T10:00:00.000Z",
      ])
    #expect(
      sms.text == """
        f.csv: 2 consents imported, 0 rows rejected.
        2 rows say nothing about consent and were passed over.

        """)
  }

  @Test func `the other channel's time is never used`() async throws {
    let text =
      "Email,Email Marketing Consent,SMS Marketing Consent Timestamp\nann@x.example,SUBSCRIBED,2024-05-01\n"
    #expect(try await run(.consents, text).rows == ["ann@x.example email granted word -"])
  }

  @Test func `subscribers of Mailchimp count from their confirmation`() async throws {
    let result = try await run(
      .consents,
      """
      Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
      ann@x.example,Ann,Lee,12 Main St Boston MA,+8613812345678,05/14,2,2024-05-01 10:00:00,1.2.3.4,2024-05-01 10:05:00,1.2.3.4,,,,,,,,2024-05-02 10:00:00,1,a1,,

      """
    ) {
      $0.words = [(.state, "", "granted")]
      $0.ignored = ["Phone Number"]
    }
    #expect(result.rows == ["ann@x.example email granted word 2024-05-01T02:05:00.000Z"], "\(result.text)")
  }

  @Test func `spam reports of Mailchimp are complaints, and no other reason suppresses more`()
    async throws
  {
    let result = try await run(
      .suppressions,
      """
      Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID
      ann@x.example,Ann,,12 Main St Boston,,2,,2024-05-01 10:00:00,2024-06-01 10:00:00,May,c1,SPAM,,1,a
      bob@x.example,Bob,,,,2,,2024-05-01 10:00:00,2024-06-01 10:00:00,May,c1,NORMAL,,2,b
      cem@x.example,Cem,,,,2,,2024-05-01 10:00:00,2024-06-01 10:00:00,May,c1,none,,3,c
      dan@x.example,Dan,,,,2,,2024-05-01 10:00:00,2024-06-01 10:00:00,May,c1,,,4,d

      """)
    #expect(
      result.rows
        == ["ann complaint", "bob unsubscribed", "cem unsubscribed", "dan unsubscribed"].map { row in
          let parts = row.split(separator: " ")
          return "email \(parts[0])@x.example \(parts[1]) 2024-06-01T02:00:00.000Z"
        })
    #expect(result.text == "f.csv: 4 suppressions imported, 0 rows rejected.\n")
    #expect(
      try await run(.suppressions, "email,UNSUB_REASON\nann@x.example,\n").rows
        == ["email ann@x.example unsubscribed -"])
  }

  @Test func `each word of the table of states means what the handbook says`() async throws {
    let handbook = try Files.readText(
      FilePath.join(FilePath.directory(of: #filePath), "../../Sources/Handbook/imports.md"))
    var words: [(state: String, word: String)] = []
    for line in handbook.split(separator: "\n") {
      for state in ["granted", "withdrawn", "not granted", "says nothing"]
      where line.hasPrefix("| \(state) | ") {
        words += line.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map {
          (state, String($0.element))
        }
      }
    }
    #expect(words.count > 50)
    for (state, word) in words {
      for spelled in [
        word, word.uppercased(), word.replacing(" ", with: "_"), word.replacing(" ", with: "-"),
      ] {
        let rows = try await run(
          .consents, "email,channel,state,at\na@x.example,email,\(spelled),2024-05-01\n"
        ).rows
        let said = rows.first.map {
          $0.contains("flag") ? "not granted" : String($0.split(separator: " ")[2])
        }
        #expect(said ?? "says nothing" == state, "\(spelled)")
      }
    }
  }

  @Test(arguments: [
    ("NEVER_SUBSCRIBED", "withdrawn flag 1970-01-01T00:00:00.000Z"),
    ("Non-subscribed", "withdrawn flag 1970-01-01T00:00:00.000Z"),
    ("never", "withdrawn flag 1970-01-01T00:00:00.000Z"),
    ("nonsubscribed", "withdrawn flag 1970-01-01T00:00:00.000Z"),
    ("transactional", "withdrawn flag 1970-01-01T00:00:00.000Z"), ("no", "withdrawn flag -"),
    ("未同意", "withdrawn flag 1970-01-01T00:00:00.000Z"), ("unsubscribed", "withdrawn word -"),
    ("TD", "withdrawn word -"), ("回T退订", "withdrawn word -"),
  ])
  func `without a time only words for unsubscribing are the person's own`(
    _ word: String, _ said: String
  ) async throws {
    let result = try await run(.consents, "email,channel,state\nann@x.example,email,\(word)\n")
    #expect(result.rows == ["ann@x.example email \(said)"], "\(result.text)")
  }
}
