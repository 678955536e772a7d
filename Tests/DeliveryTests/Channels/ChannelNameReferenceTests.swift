import Configuration
import Decisioning
import Delivery
import Domain
import Support
import Templates
import Testing

/// The names of channels' templates as the handbook lists them.
struct ChannelNameReferenceTests {
  private let table = ChannelNameReference.markdown()

  @Test func `the handbook has the table that is made from a message`() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
      .joined(separator: "/")
    let handbook = try spawn(["cat", root + "/Sources/Handbook/channels.md"]).text
    #expect(handbook.contains("\n" + table), "channels.md wants this table:\n\(table)")
  }

  @Test func `every name that the checker takes of each message stands there`() throws {
    let settings = try #require(
      HTTPChannelSettings.shape.decode(
        "{url: \"https://sms.example/\", secrets: {key: \"${env:KEY}\"}, authentication: {type: hmac, secret: \"${env:KEY}\", header: X-S}}"
      ).value)
    for group in settings.templates {
      let roots =
        group.seesFacts
        ? group.roots.merging(MessageData.roots(.email, of: [])) { own, _ in own } : group.roots
      for (root, shape) in roots {
        var names = [root.text]
        if case .object(let fields) = shape { names = fields.keys.map { "\(root).\($0)" } }
        for name in names.map({ $0 == "secret.key" ? "secret.NAME" : $0 }) {
          #expect(table.contains("\n| `\(name)` | text | "), "\(name)")
        }
      }
    }
  }
}
