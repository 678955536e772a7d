import Domain
import Import
import ImportSupport
import Operations
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

  @Test(arguments: [
    ("UNSUB_TIME", ["email", "sms"], true), ("CLEAN_TIME", ["email"], true),
    ("Blacklisted", ["email", "sms"], true),
    ("黑名单", ["email", "sms"], true), ("Email Suppressed", ["email"], true),
    ("Email Status", ["email"], false),
    ("EMAIL_STATUS", ["email"], false), ("bounced", ["email"], true), ("mail_ok", ["email"], false),
    ("wants_mail", ["email"], false), ("SMS_BLACKLISTED", ["sms"], true),
    ("unsubscribed_at", ["email", "sms"], true),
    ("Unsubscribed from all email", ["email"], true), ("Newsletter abonniert", ["email"], false),
    ("Désabonné", ["email", "sms"], true), ("Abgemeldet", ["email", "sms"], true),
    ("配信停止", ["email", "sms"], true),
    ("メルマガ", ["email"], false), ("电子报", ["email"], false), ("退訂時間", ["email", "sms"], true),
  ])
  func `consent is known in the exports of other programs`(
    _ header: String, _ channels: [String], _ isRefusal: Bool
  ) throws {
    let meaning = try mapping(["id", header]).meanings[1]
    #expect(meaning == .consent(channels.map { ChannelName($0) }, isRefusal: isRefusal))
  }

  @Test(arguments: [
    "contactable", "可否联系", "接收优惠信息", "是否允许推送", "Einwilligung", "Abonniert", "Werbung erlaubt",
    "Zustimmung", "consentement", "Inscrit newsletter promo", "Acepta publicidad", "Suscrito", "メール配信",
    "同意する", "Spam complaint", "Email hard bounce reason", "Unsub reason", "Opted out of email: Offers",
    "DOUBLE_OPT-IN", "do_not_disturb_until", "Suppression list", "blocklist reason", "是否接收活动通知", "推广许可",
    "can_contact", "ok_to_mail_offers", "Datenschutz",
  ])
  func `whatever sounds like consent never becomes an attribute`(_ header: String) {
    #expect(throws: ImportMappingError.self) { try mapping(["id", header]) }
  }

  @Test(arguments: [
    "Tier", "City", "Member level", "会员等级", "Points", "Mobile model", "Notes", "等级", "Shop", "Total spent",
  ])
  func `other columns are attributes`(_ header: String) throws {
    #expect(try mapping(["id", header]).meanings[1] == .attribute(header))
  }

  @Test func `all that is unclear is told at once, each with a line that fits`() throws {
    do {
      _ = try mapping(["id", "gdpr", "Newsletter 2024", "Tier", "SMS refused?", "Opt-out's", "推送"])
      Issue.record("it was taken")
    } catch {
      #expect(
        error.description == """
          line 1: 5 columns look like consent. Say what each means, so that nobody who refused is written to:
            --map 'consent=gdpr'
            --map 'consent.email=Newsletter 2024'
            --map 'refused.sms=SMS refused?'
            --map 'refused=Opt-out'\\''s'
            --map 'consent=推送'
          With consent a yes allows messages, with refused a yes forbids them. Behind the dot stands the channel, email or sms; without it all are meant. What is something else: --ignore 'gdpr'
          """)
    }
    let maps = [("consent", "gdpr"), ("refused", "推送")].map { (field: $0.0, header: $0.1) }
    let meanings = try mapping(["id", "gdpr", "推送"], maps: maps).meanings
    #expect(meanings[1] == .consent(["email", "sms"], isRefusal: false))
    #expect(meanings[2] == .consent(["email", "sms"], isRefusal: true))
  }

  @Test func `several columns may speak of one channel`() throws {
    let found = try mapping(
      ["id", "Accepts Marketing", "Accepts Email Marketing", "Unsubscribed", "UNSUB_TIME", "Email Opt-Out"],
      maps: [("refused.email", "Email Opt-Out")])
    #expect(found.meanings[1] == found.meanings[2] && found.meanings[3] == found.meanings[4])
    #expect(found.meanings[5] == .consent(["email"], isRefusal: true))
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

  @Test(
    arguments: [
      ("Marketing Consent", "consent"), ("Newsletter 2024", "consent.email"), ("gdpr_ok", "consent"),
      ("subscription", "consent"), ("营销同意", "consent"), ("是否授权推广", "consent"), ("短信勿扰时段", "refused.sms"),
    ])
  func `what looks like consent for nobody knows which channel stops the import`(
    _ header: String, _ proposal: String
  ) throws {
    do {
      _ = try mapping(["id", header])
      Issue.record("it was taken")
    } catch {
      #expect(
        error.description == """
          line 1: 1 column looks like consent. Say what it means, so that nobody who refused is written to:
            --map '\(proposal)=\(header)'
          With consent a yes allows messages, with refused a yes forbids them. Behind the dot stands the channel, email or sms; without it all are meant. What is something else: --ignore '\(header)'
          """)
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
        "line 6: Accepts Email Marketing: 'maybe' is not understood; write yes, no, granted or withdrawn"
      ])
  }

  // MARK: Times

  /// What a file says of consent, each customer in a line, and what is told of its rows.
  private func consents(
    _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (told: [String], rows: [String]) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .customers)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: sink)
    let summary = try await importer.run()
    let told = sink.events.compactMap { event -> String? in
      switch event.effect {
      case .consent(let channels, let state):
        "\(event.customerID) \(channels.map(\.rawValue).joined(separator: "+")) \(state) \(event.event.at.iso8601)"
      case .identify(let traits) where !traits.consent.isEmpty:
        "\(event.customerID) "
          + traits.consent.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
      default: nil
      }
    }
    return (told, (summary.errors + summary.omissions).map(\.description))
  }

  @Test func `one time in a column of refusals decides the order of day and month for all`() async throws {
    let found = try await consents(
      "id,Email Opt-Out,Accepts SMS Marketing\na,25/12/2023,12/25/2023\nb,05/06/2024,05/06/2024\n")
    #expect(found.rows.isEmpty)
    #expect(
      found.told == [
        "a sms granted", "a email withdrawn 2023-12-24T16:00:00Z", "b sms granted",
        "b email withdrawn 2024-06-04T16:00:00Z",
      ])
  }

  @Test func `ambiguous times are refused with both readings, and the option in the error works`()
    async throws
  {
    let text = "id,Email Opt-Out,birthday\na,05/06/2024,1990-02-28\nb,no,\n"
    do {
      _ = try await consents(text)
      Issue.record("it was taken")
    } catch {
      #expect(
        "\(error)".hasSuffix(
          "column 'Email Opt-Out': '05/06/2024' in line 2 may be 2024-06-05 or 2024-05-06, and no row of the column tells which; give --date-format day-first or --date-format month-first"
        ))
    }
    let found = try await consents(text) { $0.dateForms = [(nil, .order(.monthFirst))] }
    #expect(found.told == ["a email withdrawn 2024-05-05T16:00:00Z"])
  }

  @Test func `a bare number is not a time unless a format is given`() async throws {
    let text = "id,Email Opt-Out,birthday\na,25/12/2023,\nb,45626,1990-02-28\n"
    let refusal =
      "line 3: Email Opt-Out: '45626' is not understood; write yes, no, granted or withdrawn; it was taken for a refusal"
    for forms in [[], [(.birthday, .order(.dayFirst))]] as [[(ImportField?, DateForm)]] {
      let found = try await consents(text) { $0.dateForms = forms.map { ($0.0, $0.1) } }
      #expect(found.rows == [refusal])
      #expect(found.told == ["a email withdrawn 2023-12-24T16:00:00Z", "b email withdrawn"])
    }
    let given = try await consents(text) { $0.dateForms = [(nil, .order(.dayFirst))] }
    #expect(given.rows.isEmpty)
    #expect(given.told.last == "b email withdrawn 2024-11-29T16:00:00Z")
  }

  @Test func `a dry run shows how the times of consent are read`() async throws {
    let bench = try ImportBench()
    let path = try bench.file("id,Email Opt-Out,Accepts SMS Marketing\na,25/12/2023,yes\n")
    let summary = try await Importer(
      path: path, options: ImportOptions(kind: .customers), context: ImportBench.context(), sink: nil
    ).run()
    #expect(summary.columns.map(\.form) == ["text", "consent, day first", "consent"])
  }
}
