import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

@Suite struct SuppressionRowTests {
  private struct Result {
    var summary: ImportSummary
    var rows: [ToldSuppression]
    var text: String

    /// `email ann@x.example bounce`.
    var told: [String] { rows.map { "\($0.channel) \($0.address) \($0.reason.rawValue)" } }
  }

  private func run(
    _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Result {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .suppressions)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: sink)
    let summary = try await importer.run()
    return Result(
      summary: summary, rows: sink.batches.flatMap(\.suppressions),
      text: ImportReport.text(summary, file: "f.csv").replacing(bench.directory + "/", with: ""))
  }

  @Test func `a plain list of addresses is suppressed, with a header and without`() async throws {
    let told = [
      "email ann@x.example operator", "sms +8613812345678 operator", "email bob@x.example operator",
    ]
    for header in ["", "\u{FEFF}", "address\n", "Email\n"] {
      let result = try await run("\(header)ann@x.example\n+86 138 1234 5678\n\nbob@x.example\n")
      if header == "Email\n" {
        #expect(result.told == ["email ann@x.example operator", "email bob@x.example operator"])
        #expect(result.summary.errors.map(\.line) == [3])
      } else {
        #expect(result.told == told, "\(header)")
        #expect(result.text == "f.csv: 3 suppressions imported, 0 rows rejected.\n")
      }
    }
    #expect(
      try await run("13812345678\n") { $0.callingCode = CallingCode("86") }.told == [
        "sms +8613812345678 operator"
      ])
  }

  @Test func `a row has a reason, a time and a source`() async throws {
    let result = try await run(
      """
      Email Address,Reason,LastUpdateTime,Source,Extra
      Ann@X.Example,BOUNCE,2024-05-01T10:00:00Z,ses,1
      bob@x.example,COMPLAINT,1714557600,,2
      cem@x.example,,,,

      """)
    #expect(
      result.rows == [
        ToldSuppression(
          channel: "email", address: "Ann@x.example", reason: .badAddress,
          at: Instant(iso8601: "2024-05-01T10:00:00Z"), source: "ses"),
        ToldSuppression(
          channel: "email", address: "bob@x.example", reason: .complaint,
          at: Instant(iso8601: "2024-05-01T10:00:00Z"), source: "file.csv"),
        ToldSuppression(
          channel: "email", address: "cem@x.example", reason: .operator, at: nil, source: "file.csv"),
      ])
  }

  @Test func `the channel is the row's, else all that use such an address`() async throws {
    let result = try await run(
      """
      email,phone,channel
      ann@x.example,+8613812345678,
      bob@x.example,+8613812345679,sms
      cem@x.example,,SMS
      dan@x.example,,push
      eve@x.example,,facebook
      fay@x.example,,*

      """)
    #expect(
      result.told == [
        "email ann@x.example operator", "sms +8613812345678 operator", "sms +8613812345679 operator",
        "push dan@x.example operator", "email eve@x.example operator", "facebook eve@x.example operator",
        "email fay@x.example operator",
      ])
    #expect(
      result.text == """
        f.csv: 5 suppressions imported, 1 row rejected.
        Left out, in part or as a whole: 1 row
          line 6: channel: it names no channel of the shop; the address was suppressed on all that reach it: email
          line 4: email: 'cem@x.example' is no address of sms
        These rows are in file.rejected.csv. Put them right there and import that file.

        """)
  }

  @Test(arguments: [
    ("UNSUB_TIME", SuppressionReason.unsubscribed), ("CLEAN_TIME", .badAddress),
    ("complained at", .complaint),
    ("created", .operator),
  ])
  func `the name of the time column tells the reason`(header: String, reason: SuppressionReason) async throws
  {
    let result = try await run("Email Address,LEID,\(header)\nann@x.example,7,2024-05-01 10:00:00\n")
    #expect(result.rows.map(\.reason) == [reason])
    #expect(result.rows.map(\.at) == [Instant(iso8601: "2024-05-01T10:00:00+08:00")])
    let given = try await run("email,\(header)\nann@x.example,2024-05-01\n") {
      $0.words = [(.reason, "", "complaint")]
    }
    #expect(given.rows.map(\.reason) == [.complaint])
  }

  @Test func `an unknown reason suppresses everything, and one that suppresses nothing is reported`()
    async throws
  {
    let result = try await run(
      """
      email,status,date
      ann@x.example,on vacation,2024-05-01
      bob@x.example,subscribed,2024-05-01
      cem@x.example,550 5.1.1 no such user here and much more text that is longer than any word may be,x
      not an address,unsubscribed,2024-05-01
      dan@x.example,paused,2024-05-01

      """
    ) { $0.words = [(.reason, "paused", "unsubscribed")] }
    #expect(
      result.told == [
        "email ann@x.example operator", "email cem@x.example bad_address", "email dan@x.example unsubscribed",
      ])
    #expect(
      result.text == """
        f.csv: 2 rows rejected, 3 suppressions imported.
        Left out, in part or as a whole: 2 rows
          line 2: status: 'on vacation' is no known reason, so the address gets nothing at all; say what it means with --value 'reason:on vacation=unsubscribed'
          line 4: date: 'x' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; imported without at
          line 3: status: 'subscribed' holds no messages back; leave the row out, or say what it means with --value 'reason:subscribed=unsubscribed'
          line 5: email: not an email address: it has no @; give one such as ann@example.com
        These rows are in file.rejected.csv. Put them right there and import that file.

        """)
  }

  @Test func `a file without a column of addresses is refused`() async throws {
    await #expect {
      _ = try await run("name,reason\nann,bounce\n")
    } throws: { error in
      "\(error)".hasSuffix(
        "line 1: no column for address, which suppressions need; the columns are 'name', 'reason'; name it with --map address=COLUMN"
      )
    }
  }

  @Test func `a digest from another store is suppressed on every channel`() async throws {
    let (salt, digest) = (String(repeating: "a1", count: 16), String(repeating: "0f", count: 32))
    let result = try await run(
      "address,channel,reason,source,at\ndigest:\(salt)+\(salt):\(digest),*,forgotten,reprise,2024-05-01T10:00:00Z\n"
    )
    #expect(
      result.rows == [
        ToldSuppression(
          channel: "", address: digest, reason: .forgotten, at: Instant(iso8601: "2024-05-01T10:00:00Z"),
          source: "reprise", salts: [salt, salt])
      ])
  }

  @Test func `each word of the table means what the handbook says`() throws {
    let handbook = try Files.readText(
      FilePath.join(FilePath.directory(of: #filePath), "../../Sources/Handbook/imports.md"))
    for (reason, words) in SuppressionWord.words {
      let row = "| `\(reason.rawValue)` | \(words.dropFirst().map { "`\($0)`" }.joined(separator: ", ")) |"
      #expect(handbook.contains(row), "write: \(row)")
      for word in words {
        for spelled in [
          word, word.uppercased(), word.replacing(" ", with: "_"), word.replacing(" ", with: "-"),
        ] {
          #expect(SuppressionWord(spelled) == .holds(reason), "\(spelled)")
        }
      }
    }
    for word in ["subscribed", "yes", "active", "SUBSCRIBED"] {
      #expect(SuppressionWord(word) == .holdsNothing, "\(word)")
    }
    for word in ["550 5.1.1 unknown", "5.1.1", "421-4.2.0 try later", "451"] {
      #expect(SuppressionWord(word) == .holds(.badAddress), "\(word)")
    }
    for word in ["5", "50", "5 stars", "on vacation", "20240501"] {
      #expect(SuppressionWord(word) == nil, "\(word)")
    }
  }
}
