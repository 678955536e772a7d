import Decisioning
import Domain
import Platform
import Testing

@testable import Service

/// Withdrawals over the API whose channel is missing or called otherwise than in reprise.yaml.
struct WithdrawalSpellingTests {
  private func withdrawn(_ id: String, in shop: RunningShop) async throws -> [String] {
    let consent = try await shop.customer(id)?.consent ?? [:]
    return consent.filter { $0.value == .withdrawn }.keys.sorted().map(\.rawValue)
  }

  private static let spellings: [String] = [
    "email", " email", "EMAIL ", "e-mail", "E-Mail", "mail", "Newsletter", "邮件", "邮箱", "電郵", "Ｅｍａｉｌ",
    "email, fax",
  ]

  @Test func `the known kinds of channels are understood as people spell them`() async throws {
    try await RunningShop.run { shop in
      for (number, spelling) in Self.spellings.enumerated() {
        let word = RunningShop.track(
          "w\(number)", "Consent Withdrawn", ["channel": .string(spelling)], message: "w\(number)")
        let flag = RunningShop.identify(
          "f\(number)", ["consent": .object(JSONObject(members: [.init(key: spelling, value: "no")]))],
          message: "f\(number)")
        let answer = await shop.post([word, flag])
        #expect(answer.status == 200, "\(spelling): \(answer.body)")
        let (words, flags) = (
          try await withdrawn("w\(number)", in: shop), try await withdrawn("f\(number)", in: shop)
        )
        #expect(words == ["email"] && flags == ["email"], "\(spelling)")
      }
    }
  }

  private static let nameless: [JSON] = [
    [:], ["channel": ""], ["channel": nil], ["channel": 7], ["channel": "everything"],
    ["channel": " \u{200B}"],
    "email",
  ]

  @Test(arguments: nameless.indices) func `one that names no channel withdraws all, and the answer says so`(
    _ number: Int
  ) async throws {
    try await RunningShop.run { shop in
      let answer = await shop.post([
        RunningShop.track("ann", "Consent Withdrawn", Self.nameless[number], message: "m-1")
      ])
      #expect(answer.status == 422)
      let all = shop.daemon.shop.current.program.channels.keys.sorted().map(\.rawValue)
      let found = try await withdrawn("ann", in: shop)
      #expect(Set(texts: found).isSuperset(of: Set(texts: all)) && !all.isEmpty)
      let reason = answer.json?["problems"]?[0]?["reason"]?.stringValue
      if case .string = Self.nameless[number] {
        #expect(reason == "a JSON string; send an object; the withdrawal of consent in it was taken")
      } else {
        #expect(
          reason == "it names no channel of the shop; consent was withdrawn on all of them: "
            + all.joined(separator: ", "))
      }
    }
  }

  @Test func `a refusal of everything among the traits is taken`() async throws {
    try await RunningShop.run { shop in
      let all = shop.daemon.shop.current.program.channels.keys.sorted().map(\.rawValue)
      for (number, refusal) in ([false, "no", "withdrawn", 0] as [JSON]).enumerated() {
        let answer = await shop.post([
          RunningShop.identify("u\(number)", ["consent": refusal], message: "m-\(number)")
        ])
        #expect(answer.status == 422)
        #expect(
          answer.json?["problems"]?[0]?["reason"]?.stringValue
            == "it names no channel of the shop; consent was withdrawn on all of them: "
            + all.joined(separator: ", "))
        let found = try await withdrawn("u\(number)", in: shop)
        #expect(found == all)
      }
    }
  }

  @Test func `what is said about no channel of the shop is kept, and the answer says so`() async throws {
    try await RunningShop.run { shop in
      let all = shop.daemon.shop.current.program.channels.keys.sorted().map(\.rawValue)
      let reason =
        "it names no channel of the shop, and neither allows nor holds back anything; the channels are "
        + all.joined(separator: ", ") + "; did you mean 'email'?"
      for (number, (spelling, isTold)) in [
        ("emial", true), (" Emial\t", true), ("E-Mail", false), (" push ", false), ("fax", false),
      ].enumerated() {
        let flags = ["yes", "no"].map { word in
          RunningShop.identify(
            "f\(number)",
            ["consent": .object(JSONObject(members: [.init(key: spelling, value: .string(word))]))],
            message: "f\(number)\(word)")
        }
        let grant = RunningShop.track(
          "g\(number)", "Consent Granted", ["channel": .string(spelling)], message: "g\(number)")
        for (event, field) in [
          (flags[0], "traits.consent.emial"), (flags[1], "traits.consent.emial"),
          (grant, "properties.channel"),
        ] {
          let answer = await shop.post([event])
          #expect(answer.status == (isTold ? 422 : 200), "\(spelling): \(answer.body)")
          guard isTold else { continue }
          #expect(answer.json?["stored"] == 1)
          #expect(answer.json?["problems"]?[0]?["field"]?.stringValue == field)
          #expect(answer.json?["problems"]?[0]?["reason"]?.stringValue == reason)
        }
      }
    }
  }

  @Test func `a grant must name its channel`() async throws {
    try await RunningShop.run { shop in
      let answer = await shop.post([RunningShop.track("ann", "Consent Granted", message: "m-1")])
      #expect(answer.status == 422 && answer.json?["refused"] == 1)
      #expect(
        answer.json?["problems"]?[0]?["reason"] == "missing or no channel; give one such as email")
      let granted = await shop.post([
        RunningShop.track("ann", "Consent Granted", ["channel": "E-Mail"], message: "m-2")
      ])
      #expect(granted.status == 200)
      let ann = try await shop.customer("ann")
      #expect(ann?.consent == ["email": .granted])
    }
  }
}
