import Platform
import Service
import Testing

struct WriteKeyPlaceTests {
  @Test func `the place of a key is that of the first one that has a value`() throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    func place(_ keys: String, _ values: [String]) throws -> WriteKeyPlace? {
      try Files.write(Array("http:\n  write_keys: [\(keys)]\n".utf8), to: directory + "/reprise.yaml")
      return WriteKeyPlace(
        of: values.map { Secret($0) }, in: directory, credentials: directory + "/credentials")
    }
    try Files.makeDirectories(directory + "/credentials")
    try Files.write(Array("x".utf8), to: directory + "/credentials/plain")
    let keys = #""${credential:plain}", "${credential:handed}", "${env:SHOP_KEY}", "sesame""#
    let found = try [
      place(keys, ["a", "b", "c", "d"]), place(keys, ["", "b", "c", "d"]), place(keys, ["", "", "c", "d"]),
      place(keys, ["", "", "", "d"]), place(keys, ["", "", "", ""]), place("", []),
    ]
    #expect(
      found == [
        .file(directory + "/credentials/plain"), .file(directory + "/credentials/reprise_handed"),
        .variable("SHOP_KEY"), .settings, nil, nil,
      ])
  }
}
