import Platform
import Support
import Testing

/// What reads texts of strangers must not take longer for any of them; see `HostileText`.
struct HostileTextTests {
  private func isQuick(_ body: (_ text: String, _ other: String) throws -> Void) rethrows {
    let extra = try HostileText.extraTime(body)
    #expect(extra < HostileText.limit)
  }

  @Test func `accents as keys and texts of JSON`() throws {
    let filler = (0..<20).map { "\"key\($0)\":0" }.joined(separator: ",")
    try isQuick { text, turned in
      let json = try JSON.parse("{\(filler),\"\(text)\":\"\(turned)\",\"\(turned)\":1}")
      let other: JSON = [turned: .string(text)]
      let areSame = json == other
      #expect(!areSame && json["type"] == nil)
      #expect(Set([json, other, .string(text), .string(turned)]).count == 4)
      let isWord = json[text]?.stringValue == "track"
      #expect(!isWord)
    }
    let twins = try JSON.parse(#"{"\#(HostileText.composed)":1,"\#(HostileText.decomposed)":2}"#)
    #expect(twins[HostileText.composed] == 1 && twins[HostileText.decomposed] == 2)
  }

  @Test func `accents as keys and texts of YAML`() throws {
    isQuick { text, turned in
      let document = YAMLDocument(
        parsing: Array("\"\(text)\": \(turned)\n\"\(turned)\": {\"\(text)\": [\"\(text)\"]}\n".utf8))
      let isThere = document.root?["brand"] != nil
      #expect(!isThere)
    }
    let twins = YAMLDocument(
      parsing: Array("\(HostileText.composed): 1\n\(HostileText.decomposed): 2\n".utf8))
    #expect(twins.problems == [])
    #expect(twins.root?[HostileText.decomposed]?.scalar?.text == "2")
  }

  @Test func `accents among header fields`() {
    isQuick { text, turned in
      var headers: HTTPHeaders = ["X": text]
      headers.append(text, turned)
      let isThere = headers["Retry-After"] != nil || headers[turned] != nil
      #expect(!isThere)
    }
  }

  @Test func `accents in the fields of CSV`() throws {
    try isQuick { text, turned in
      let bytes = Array("a,\(text.prefix(200_000))\n\(turned.prefix(200_000)),2\n".utf8)
      var next = 0
      var reader = CSVReader(CSVOptions()) { space in
        let count = min(space.count, bytes.count - next)
        space.copyBytes(from: bytes[next..<next + count])
        next += count
        return count
      }
      reading: while true {
        switch try reader.next() {
        case .record: #expect(!reader.fields.contains("b"))
        case .malformed: continue
        case .end: break reading
        }
      }
    }
  }

  @Test func `accents on a command line`() throws {
    let spec = CommandLineSpec(
      program: "p", summary: "a program", version: "1",
      commands: [.init("run", "Run.", options: [.init("config", "a directory", value: "DIR")])],
      commonOptions: [])
    isQuick { text, _ in
      for words in [[text], ["run", "--\(text)=x"], ["run", text]] {
        _ = try? Arguments.parse(words, spec)
      }
    }
  }
}
