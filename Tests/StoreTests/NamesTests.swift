import Domain
import Store
import Testing

struct NamesTests {
  @Test(arguments: StoreKind.allCases)
  func `names are found among attributes, events and their properties`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var ann = scene.ann
      ann.attributes = ["loyalty_level": .string("gold"), "größe \"x\"": .integer(3)]
      try tx.save([ann])
      let event = Event(
        messageID: "m1", name: "下单成功", at: at(1), receivedAt: at(1), properties: ["分数": .integer(3)])
      try tx.insert([(ann.key, event)])
      #expect(try tx.enter(eventNames: ["quiz_finished", "party_🎉"], limit: 2).count == 2)
      #expect(try tx.enter(eventNames: ["quiz_finished", "one_more"], limit: 2) == ["quiz_finished"])
      let found = try tx.names(
        NamesAsked(
          attributes: ["loyalty_level", "total_spent"], events: ["下单成功", "下单"],
          properties: [
            EventProperty(event: "下单成功", name: "分数"), EventProperty(event: "下单成功", name: "score"),
            EventProperty(event: "quiz_finished", name: "score"),
          ]))
      #expect(
        found
          == NamesFound(
            attributes: ["loyalty_level", "größe \"x\""], events: ["下单成功", "quiz_finished", "party_🎉"],
            properties: ["下单成功": ["分数"]]))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a name that only an old customer has is found too`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var ann = scene.ann
      ann.attributes = ["größe \"x\"": .integer(3)]
      try tx.save([ann])
      _ = try tx.createCustomers(ids: (0..<2100).map { "c\($0)" })
      let asked: Set<ExactText> = ["größe \"x\"", "größe"]
      #expect(try tx.names(NamesAsked(attributes: asked)).attributes == ["größe \"x\""])
    }
  }
}
