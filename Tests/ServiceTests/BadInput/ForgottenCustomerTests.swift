import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// What is left of a person in the files of the store.
struct ForgottenCustomerTests {
  @Test func `after forgetting no file of the store holds the address, the name or what was sent`()
    async throws
  {
    let directory = try ShopDirectory()
    let words = ["zebulon@customers.example", "Zebulon", "+8613812349876", "o-zebulon", "quaint-attribute"]
    func found() throws -> [String] {
      var found: [String] = []
      for name in try Files.names(in: directory.path) where name.hasPrefix("reprise.db") {
        let file = FilePath.join(directory.path, name)
        guard let bytes = try? Files.read(file, limit: 64 << 20) else { continue }
        for word in words where bytes.contains(Array(word.utf8)) { found.append("\(name): \(word)") }
      }
      return found
    }
    try await RunningShop.run(directory) { shop in
      let answer = await shop.post([
        RunningShop.identify(
          "z-1",
          [
            "email": "zebulon@customers.example", "first_name": "Zebulon", "phone": "+8613812349876",
            "note": "quaint-attribute",
          ], message: "m-1"),
        RunningShop.track("z-1", "Order Completed", ["order_id": "o-zebulon", "total": 5], message: "m-2"),
        RunningShop.identify("ann", ["email": "ann@customers.example"], message: "m-3"),
      ])
      #expect(answer.status == 200)
      // Her address then also stands on the list of those who unsubscribed.
      #expect(await shop.send("POST", "/u/\(try shop.token("z-1"))").status == 200)
      let before = try found()
      #expect(Set(before.map { String($0.split(separator: " ")[1]) }) == Set(words))
      let forgotten = await shop.daemon.responder.handlers.answer(["command": "forget", "customer": "z-1"])
      #expect(forgotten["forgotten"] == true)
      #expect(!shop.log.lines.contains { line in words.contains { line.contains($0) } })
    }
    #expect(try found() == [])

    // The address comes back with another customer and gets nothing: a salted digest of it was kept.
    try await RunningShop.run(directory) { shop in
      let suppressed = try await shop.daemon.store.read { tx in
        try tx.suppressions(of: [
          ("email", "Zebulon@customers.example"), ("sms", "+8613812349876"),
          ("email", "ann@customers.example"),
        ])
      }
      #expect(suppressed == [0: .forgotten, 1: .forgotten])
      #expect(try await shop.count("SELECT count(*) FROM suppressions WHERE reason = 'forgotten'") == 3)
    }
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0] == part[0] && self[$0...].starts(with: part) }
  }
}
