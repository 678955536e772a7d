/// The answer to `reprise help`: the topics of the handbook.
package struct TopicListAnswer: JSONRecord {
  package var topics: [Entry]

  package struct Entry: JSONRecord {
    package var topic: String
    package var summary: String

    package init(topic: String, summary: String) {
      self.topic = topic
      self.summary = summary
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Entry(topic: try field("topic", \.topic), summary: try field("summary", \.summary))
    }
  }

  package init(topics: [Entry]) { self.topics = topics }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    TopicListAnswer(topics: try field("topics", \.topics))
  }
}

/// The answer to `reprise help TOPIC`: one topic of the handbook.
package struct TopicAnswer: JSONRecord {
  package var topic: String
  package var summary: String
  package var markdown: String

  package init(topic: String, summary: String, markdown: String) {
    self.topic = topic
    self.summary = summary
    self.markdown = markdown
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    TopicAnswer(
      topic: try field("topic", \.topic), summary: try field("summary", \.summary),
      markdown: try field("markdown", \.markdown))
  }
}
