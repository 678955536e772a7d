import Manual
import Testing

struct TopicTests {
  @Test(arguments: Topic.embedded)
  func `a topic begins with a title and a summary of one short line`(topic: Topic) {
    let blocks = MarkdownReader.blocks(of: topic.text)
    guard case .heading(1, _)? = blocks.first, case .paragraph(let summary)? = blocks.dropFirst().first else {
      Issue.record("\(topic.name) begins with \(blocks.prefix(2))")
      return
    }
    #expect(summary == topic.summary + "." && topic.summary.count <= 50, "\(topic.name)")
    #expect(topic.text.hasSuffix("\n") && !topic.text.utf8.contains(0x0D))
  }

  @Test(arguments: Topic.embedded)
  func `a topic names only topics that there are`(topic: Topic) {
    let names = Topic.embedded.map(\.name)
    for part in topic.text.split(separator: "`reprise help ").dropFirst() {
      let name = String(part.prefix { $0 != "`" && $0 != " " })
      #expect(names.contains(name), "\(topic.name) names '\(name)'")
    }
  }

  @Test func `the words of the program stand behind what was written by hand`() {
    let topic = Topic(name: "x", text: "# X\n\nAn x.\n").appending("## Y\n")
    #expect(topic.text == "# X\n\nAn x.\n\n## Y\n" && topic.summary == "An x")
  }
}
