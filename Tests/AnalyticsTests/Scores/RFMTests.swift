import Analytics
import Support
import Testing

@Suite struct RFMTests {
  @Test func `equal values share the rank of their middle`() {
    let values: [Int64] = [1, 1, 1, 1, 1, 1, 2, 2, 3, 7]
    let cuts = MidRankCuts(of: values, classes: 5)
    #expect(values.map(cuts.score) == [2, 2, 2, 2, 2, 2, 4, 4, 5, 5])
  }

  @Test func `the order of the values does not matter, and other values fall between them`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(100) {
      var values = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        Int64.random(in: -9...9, using: &random)
      }
      let cuts = MidRankCuts(of: values, classes: 5)
      for value in values {
        let below = values.count { $0 < value }
        let equal = values.count { $0 == value }
        #expect(cuts.score(of: value) == 5 * (2 * below + equal) / (2 * values.count) + 1)
      }
      values.shuffle(using: &random)
      #expect(MidRankCuts(of: values, classes: 5) == cuts)
      #expect((-10...10).map(cuts.score) == (-10...10).map(cuts.score).sorted())
    }
  }

  @Test func `CDNOW at the end of June 1998`() throws {
    let buyers = try buyers()
    let rules = RFMRules(of: buyers)
    let scores = buyers.map(rules.score)
    func counts(_ part: (RFMScore) -> Int?) -> [Int] {
      (1...5).map { score in scores.count { part($0) == score } }
    }
    #expect(counts(\.recency) == [482, 455, 479, 470, 471])
    #expect(counts(\.monetary) == [481, 462, 472, 471, 471])
    #expect(counts(\.frequency).reduce(0, +) == 2357)
    #expect(counts(\.frequency)[0] == 1218)
    #expect(buyers[0] == RFMRules.Buyer(days: 200, orderDays: 4, net: 10_050))
    #expect(scores[0].recency == 4)
    #expect(scores[0].monetary == 4)
  }

  private func buyers() throws -> [RFMRules.Buyer] {
    try CDNOW().customers.map { purchases in
      RFMRules.Buyer(
        days: CDNOW.end - purchases[purchases.count - 1].day, orderDays: Set(purchases.map(\.day)).count,
        net: purchases.reduce(0) { $0 + $1.amount })
    }
  }

  @Test func `frequency has fixed steps`() {
    let rules = RFMRules(of: [])
    let frequencies = [1, 2, 3, 4, 5, 8, 9, 400].map {
      rules.score(of: .init(days: 1, orderDays: $0, net: 1)).frequency
    }
    #expect(frequencies == [1, 2, 3, 3, 4, 4, 5, 5])
  }

  @Test func `a small shop has no comparisons, a larger one thirds, a large one fifths`() {
    func shop(_ size: Int) -> (RFMRules, [RFMRules.Buyer]) {
      let buyers = (0..<size).map { RFMRules.Buyer(days: $0, orderDays: 1, net: Int64($0)) }
      return (RFMRules(of: buyers), buyers)
    }
    let (small, few) = shop(99)
    #expect(Set(few.map { small.score(of: $0).monetary }) == [nil])
    let days = [0, 30, 31, 90, 91, 180, 181, 365, 366]
    #expect(
      days.map { small.score(of: .init(days: $0, orderDays: 1, net: 1)).recency } == [
        5, 5, 4, 4, 3, 3, 2, 2, 1,
      ])
    let (thirds, some) = shop(100)
    #expect(Set(some.map { thirds.score(of: $0).monetary }) == [1, 3, 5])
    #expect(Set(some.map { thirds.score(of: $0).recency }) == [1, 3, 5])
    let (fifths, many) = shop(500)
    #expect(Set(many.map { fifths.score(of: $0).recency }) == [1, 2, 3, 4, 5])
    #expect(fifths.score(of: many[0]) == RFMScore(recency: 5, frequency: 1, monetary: 1))
  }

  @Test(arguments: [
    (5, 5, 5, RFMGroup.champions), (5, 4, 1, .champions), (5, 3, 5, .loyal), (3, 5, 5, .loyal),
    (5, 1, 5, .new),
    (4, 1, 1, .new), (5, 2, 3, .promising), (3, 2, 3, .promising), (3, 1, 5, .needsAttention),
    (2, 3, 5, .atRisk),
    (1, 4, 4, .atRisk), (1, 4, 5, .cannotLose), (1, 3, 5, .atRisk), (2, 2, 5, .hibernating),
    (1, 1, 1, .hibernating),
  ])
  func `the groups`(recency: Int, frequency: Int, monetary: Int, group: RFMGroup) {
    #expect(RFMScore(recency: recency, frequency: frequency, monetary: monetary).group == group)
  }
}
