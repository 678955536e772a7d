import Domain
import Support
import Templates
import Testing

@Suite struct DifferenceTests {
  @Test func `the handbook lists every deliberate difference, and no other`() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
      separator: "/")
    let handbook = try spawn(["cat", root + "/Sources/Handbook/templates.md"]).text
    let section = try #require(handbook.components(after: "## Not as in Shopify's Liquid", until: "\n## "))
    let items = section.split(separator: "\n- ").dropFirst().map { item in
      item.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
    #expect(items == Difference.all.map { "`\($0.template)`: \($0.told)" })
  }

  @Test func `each difference is one`() throws {
    for difference in Difference.all {
      var ours: Oracle.Answer
      do {
        let template = try Template.parse(difference.template, name: "t", escape: .html)
        ours = .text(try template.render(.test(Difference.data)))
      } catch {
        ours = .error("\(error)")
      }
      #expect(ours == difference.ours, "\(difference.template)")
      guard let (oracle, expected) = difference.theirs else { continue }
      let theirs = try oracle.render([difference.template], Difference.data, partials: oraclePartials)
      switch (theirs.first, expected) {
      case (.error?, .error): break
      default: #expect(theirs == [expected], "\(difference.template)")
      }
    }
  }
}

extension String {
  /// What stands between two texts, without their spaces and line ends around it.
  fileprivate func components(after start: String, until end: String) -> Substring? {
    guard let first = firstRange(of: start) else { return nil }
    let rest = self[first.upperBound...]
    return rest.firstRange(of: end).map { rest[..<$0.lowerBound] } ?? rest
  }
}
