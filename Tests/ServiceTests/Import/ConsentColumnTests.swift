import Domain
import Service
import Testing

/// Columns that say to whom the shop may write: understood, or the import stops.
@Suite struct ConsentColumnTests {
  private func mapping(
    _ header: [String], kind: ImportKind = .customers, maps: [(field: String, header: String)] = [],
    ignored: [String] = [], channels: [ChannelName: AddressKind] = ["email": .email, "sms": .phone]
  ) throws(ImportMappingError) -> ColumnMapping {
    var options = ImportOptions(kind: kind, mappings: maps)
    options.ignored = ignored
    return try ColumnMapping(header: header, options, channels: channels)
  }

  @Test(arguments: [
    ("Accepts Email Marketing", ["email"], false), ("Accepts SMS Marketing", ["sms"], false),
    ("Accepts Marketing", ["email"], false), ("email_marketing_consent", ["email"], false),
    ("is_subscribed", ["email"], false), ("接受短信营销", ["sms"], false), ("是否订阅邮件", ["email"], false),
    ("Email Opt-Out", ["email"], true), ("短信退订", ["sms"], true), ("Unsubscribed", ["email", "sms"], true),
    ("是否退订", ["email", "sms"], true), ("consent.sms", ["sms"], false),
  ])
  func `consent is known by the names that shops give it`(
    _ header: String, _ channels: [String], _ isRefusal: Bool
  ) throws {
    let meaning = try mapping(["id", header]).meanings[1]
    #expect(meaning == .consent(channels.map { ChannelName($0) }, isRefusal: isRefusal))
  }

  @Test func `what was understood, what became an attribute and what is left out is told`() throws {
    let told = try mapping(
      ["id", "Accepts Email Marketing", "Unsubscribed", "Tier", "Note", ""], ignored: ["Note"]
    ).notices
    #expect(
      told == [
        "'Accepts Email Marketing' is read as consent for email",
        "'Unsubscribed' is read as the refusal of email, sms", "attributes: 'Tier'",
        "not imported: column 6 without a name",
      ])
  }

  @Test(arguments: ["Marketing Consent", "Newsletter 2024", "gdpr_ok", "subscription", "营销同意", "是否授权推广"])
  func `what looks like consent for nobody knows which channel stops the import`(_ header: String) throws {
    do {
      _ = try mapping(["id", header])
      Issue.record("it was taken")
    } catch {
      #expect(
        error.description
          == "line 1: column '\(header)' looks like consent: people who refused must not be written to; name its channel with --map 'consent.email=\(header)', or with --map 'refused.email=\(header)' where a yes means no mail; if it is something else, --map 'attributes.NAME=\(header)' or --ignore '\(header)'"
      )
    }
    let ways: [(maps: [(field: String, header: String)], ignored: [String], meaning: ColumnMapping.Meaning)] =
      [
        ([("consent.email", header)], [], .consent(["email"], isRefusal: false)),
        ([("refused.sms", header)], [], .consent(["sms"], isRefusal: true)),
        ([("attributes.x", header)], [], .attribute("x")), ([], [header], .ignored),
      ]
    for way in ways {
      #expect(try mapping(["id", header], maps: way.maps, ignored: way.ignored).meanings[1] == way.meaning)
    }
  }

  @Test func `with a single channel consent in general is consent for it`() throws {
    let meanings = try mapping(["id", "Marketing Consent"], channels: ["post": .email]).meanings
    #expect(meanings[1] == .consent(["post"], isRefusal: false))
  }

  @Test func `orders cannot carry consent`() throws {
    let header = ["order_id", "customer_id", "placed_at", "Accepts Marketing"]
    do {
      _ = try mapping(header, kind: .orders)
      Issue.record("it was taken")
    } catch {
      #expect(
        error.description
          == "line 1: column 'Accepts Marketing' looks like consent, which orders cannot carry; import it with the customers, and leave it out here with --ignore 'Accepts Marketing'"
      )
    }
    #expect(try mapping(header, kind: .orders, ignored: ["Accepts Marketing"]).meanings[3] == .ignored)
  }

  @Test func `a column to be left out must be there`() throws {
    #expect(throws: ImportMappingError.self) { try mapping(["id"], ignored: ["Newsletter"]) }
    do { _ = try mapping(["id"], ignored: ["Newsletter"]) } catch {
      #expect(error.description == "--ignore 'Newsletter': there is no such column; the columns are 'id'")
    }
  }

  @Test func `the words of shops withdraw, and two columns do not outvote a refusal`() async throws {
    let bench = try ImportBench()
    let sink = RecordingSink()
    let text = """
      id,Accepts Email Marketing,Email Opt-Out,Accepts SMS Marketing
      1,no,no,not_subscribed
      2,yes,yes,SUBSCRIBED
      3,yes,no,unsubscribed
      4,,,
      5,maybe,,

      """
    let importer = Importer(
      path: try bench.file(text), options: ImportOptions(kind: .customers), context: ImportBench.context(),
      sink: sink)
    let summary = try await importer.run()
    let consents = sink.events.map { event -> [ChannelName: ConsentState] in
      guard case .identify(let traits) = event.effect else { return [:] }
      return traits.consent
    }
    #expect(
      consents == [
        ["email": .withdrawn, "sms": .withdrawn], ["email": .withdrawn, "sms": .granted],
        ["email": .granted, "sms": .withdrawn], [:],
      ])
    #expect(
      summary.errors.map(\.description) == [
        "line 6: Accepts Email Marketing: 'maybe' is not understood; write granted or withdrawn"
      ])
  }
}
