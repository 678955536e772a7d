import Domain
import Testing
import Web

/// The words for yes and no, the same over the API as in files (`ConsentColumnTests`).
struct ConsentWordTests {
  @Test(arguments: [
    "no", "No", "N", "nein", "non", "nao", "不", "否", "いいえ", "FALSE", "0", "opted out", "OPTED_OUT", "opt-out",
    "unsubscribed", "Not Subscribed", "never_subscribed", "cleaned", "bounced", "abgemeldet", "désabonné",
    "de\u{301}sabonne\u{301}", "退订", "ＮＯ", " withdrawn ",
  ])
  func `a no is a no in the languages of shops`(_ word: String) throws {
    let (traits, problems) = try Decoding.identify(["consent": ["email": .string(word)]])
    #expect(problems == [])
    #expect(traits.consent == ["email": .withdrawn])
  }

  @Test(arguments: [
    "yes", "Ja", "oui", "sí", "si\u{301}", "sim", "はい", "是", "TRUE", "1", "opted in", "subscribed", "Opt-In",
    "granted", "已订阅",
  ])
  func `a yes is a yes`(_ word: String) throws {
    let (traits, problems) = try Decoding.identify(["consent": ["email": .string(word)]])
    #expect(problems == [])
    #expect(traits.consent == ["email": .granted])
  }

  @Test func `numbers are words too, and others are named`() throws {
    let (traits, problems) = try Decoding.identify([
      "consent": ["email": 0, "sms": 1, "push": 2, "post": "maybe"]
    ])
    #expect(traits.consent == ["email": .withdrawn, "sms": .granted])
    #expect(
      problems == [
        "traits.consent.push: not a consent; give true or false, or a word such as yes, no, granted or withdrawn",
        "traits.consent.post: not a consent; give true or false, or a word such as yes, no, granted or withdrawn",
      ])
  }

  @Test(arguments: [
    ("XXQ", "not a currency; give ISO 4217, such as CNY"),
    ("ZZZ", "not a currency; give ISO 4217, such as CNY"),
    ("XXX", "not a currency; give ISO 4217, such as CNY"),
    ("EURO", "not a currency; give ISO 4217, such as CNY; did you mean 'EUR'?"),
    ("USB", "not a currency; give ISO 4217, such as CNY; did you mean 'USD'?"),
    ("$", "not a currency; give ISO 4217, such as CNY; did you mean 'USD'?"),
    ("美元", "not a currency; give ISO 4217, such as CNY; did you mean 'USD'?"),
    ("\u{FF11}\u{FF11}", "not a currency; give ISO 4217, such as CNY"),
  ])
  func `a currency is one of ISO 4217`(_ code: String, _ reason: String) throws {
    #expect(
      try Decoding.problem("Order Completed", ["order_id": "1", "total": 1, "currency": .string(code)])
        == "properties.currency: \(reason)")
  }

  @Test(arguments: ["CNY", "eur", "XOF", "ZWG", "HRK", "LTL", "DEM", "BYR", "VEF", "COU", "CHE", "XCG"])
  func `currencies of today, and those that shops still have, are taken`(_ code: String) throws {
    guard
      case .orderPlaced(let order) = try Decoding.effect(
        "Order Completed", ["order_id": "1", "total": 1, "currency": .string(code)])
    else { return #expect(Bool(false)) }
    #expect(order.total.currency.code == code.uppercased())
  }

  @Test(arguments: [
    ("ann@ｂücher。example", "ann@bücher.example"), ("ann@Bu\u{308}cher.Example", "ann@bücher.example"),
    ("ann@shop.example.", "ann@shop.example"), ("ann@shop。example", "ann@shop.example"),
    ("ann@ｓｈｏｐ．ｅｘａｍｐｌｅ", "ann@shop.example"), ("ann@茶｡example。", "ann@茶.example"),
    ("ann@BÜCHER.example", "ann@bücher.example"), ("a@xn--fiqs8s.example", "a@xn--fiqs8s.example"),
    ("ann@straße.example", "ann@straße.example"),
  ])
  func `a domain is mapped as browsers do`(_ text: String, _ expected: String) throws {
    let (traits, problems) = try Decoding.identify(["email": .string(text)])
    #expect(problems == [])
    #expect(traits.email == expected)
  }

  @Test(arguments: [
    (
      "jörg@shop.example",
      "the part before the @ has letters beyond ASCII, which many mail servers do not take"
    ),
    (
      "ａnn@shop.example",
      "the part before the @ has letters beyond ASCII, which many mail servers do not take"
    ),
    ("ann@shop.example..", "the part after the @ is not a domain name"),
    ("ann@。example", "the part after the @ is not a domain name"),
    ("ann@.", "the part after the @ is not a domain name"),
    ("a b@shop.example", "the part before the @ holds a character that is not accepted there"),
    ("a..b@shop.example", "the part before the @ has a dot at its end or two in a row"),
    ("@shop.example", "nothing stands before the @"),
  ])
  func `what is no address is refused with the reason`(_ text: String, _ reason: String) throws {
    let (traits, problems) = try Decoding.identify(["email": .string(text)])
    #expect(traits.email == nil)
    #expect(
      problems == ["traits.email: not an email address: \(reason); give one such as ann@example.com"])
  }

  @Test(
    arguments: [
      (["acceptsMarketing": false], ["email": .withdrawn]),
      (["accepts_marketing": "no"], ["email": .withdrawn]),
      (["acceptsMarketing": true], ["email": .granted]),
      (["unsubscribed": true], ["email": .withdrawn, "sms": .withdrawn]),
      (["unsubscribed": false], [:]), (["subscribed": true], [:]),
      (["subscribed": false], ["email": .withdrawn, "sms": .withdrawn]),
      (["email_marketing_consent": ["state": "unsubscribed"]], ["email": .withdrawn]),
      (["sms_marketing_consent": ["state": "subscribed"]], ["sms": .granted]),
      (["smsOptOut": 1], ["sms": .withdrawn]), (["退订": "是"], ["email": .withdrawn, "sms": .withdrawn]),
      // So many words count before a name, whichever comes first.
      (["acceptsMarketing": true, "consent": ["email": false]], ["email": .withdrawn]),
      (["acceptsMarketing": "spring"], [:]), (["plan": false], [:]),
    ] as [(JSON, [ChannelName: ConsentState])])
  func `what shop systems call consent is heard as such, and kept`(
    _ given: JSON, _ expected: [ChannelName: ConsentState]
  ) throws {
    let (traits, _) = try Decoding.identify(given, channels: ["email": .email, "sms": .phone])
    #expect(traits.consent == expected)
    let names = given.objectValue?.members.map(\.key).filter { !["consent"].contains($0) } ?? []
    for name in names { #expect(traits.attributes[name] != nil) }
  }
}
