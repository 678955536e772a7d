import Decisioning
import Delivery
import Domain
import Operations
import Platform
import Store
import Support
import Testing

@testable import Service

/// Files beside the store that may hold a person who is forgotten.
struct PersonalFilesTests {
  private struct Place: ~Copyable {
    let directory: String

    init() throws { directory = try Files.makeTemporaryDirectory(prefix: "reprise-forget") }
    deinit { try? Files.removeTree(directory) }

    func file(_ name: String, _ text: String = "x") throws -> String {
      let path = FilePath.join(directory, name)
      try Files.makeDirectories(FilePath.directory(of: path))
      try Files.write(Array(text.utf8), to: path)
      return Files.resolved(path)
    }
  }

  private static func name(_ customer: String, _ uid: String) -> String {
    "20260301T120000Z_welcome_first_\(customer)_\(uid).eml"
  }

  private static let ann = PersonalFiles.Person(
    ids: ["ann"], addresses: ["Ann@x.example", "+8613711112222"],
    references: [name("12", "b"), "250 ok", "../y"])

  @Test func `captured messages of the person go, and nothing else`() throws {
    let place = try Place()
    let own = [try place.file("out/" + Self.name("ann", "a")), try place.file("out/" + Self.name("12", "b"))]
    let others = [
      try place.file("out/" + Self.name("anna", "c")), try place.file("out/" + Self.name("13", "d")),
      try place.file("out/ann.eml"), try place.file("out/250 ok"), try place.file("y"),
    ]
    let files = PersonalFiles(captures: [FilePath.join(place.directory, "out"), "/nowhere"])
    let found = files.clear(Self.ann, imported: [])
    #expect(Set(found.removed) == Set(own))
    #expect(found.left.isEmpty)
    #expect(own.allSatisfy { !Files.exists($0) })
    #expect(others.allSatisfy { Files.exists($0) })
    #expect(files.clear(Self.ann, imported: []).removed.isEmpty)
  }

  @Test func `a name that may be another's is told and stays`() throws {
    let place = try Place()
    let path = try place.file("out/" + Self.name("ann-x-example", "a"))
    let files = PersonalFiles(captures: [FilePath.join(place.directory, "out")])
    let found = files.clear(
      PersonalFiles.Person(ids: ["ann@x.example"], addresses: [], references: []), imported: [])
    #expect(found.removed.isEmpty)
    #expect(found.left == [path])
    let known = files.clear(
      PersonalFiles.Person(
        ids: ["ann@x.example"], addresses: [], references: [Self.name("ann-x-example", "a")]), imported: [])
    #expect(known.removed == [path])
  }

  @Test func `rejected rows of the person are told, however they are written`() throws {
    let place = try Place()
    let told = [
      try place.file("rejected/crm/a.rejected.csv", "id,email\nann,\n"),
      try place.file("rejected/crm/b.rejected.csv", "id;email\r\n7;\"ANN@X.example\"\r\n"),
      try place.file("rejected/shop/c.rejected.csv", "id,phone\n7,137-1111-2222\n"),
      try place.file("own/d.rejected.csv", "id\n 'ann\n"),
      try place.file("own/d.rejected.csv.old.2", "id\nann\n"),
    ]
    _ = try place.file("rejected/crm/e.rejected.csv", "id,email\nanna,ann@x.example.org\n7,2222\n")
    _ = try place.file("own/d.csv", "id\nann\n")
    let files = PersonalFiles(rejects: FilePath.join(place.directory, "rejected"))
    let found = files.clear(Self.ann, imported: [FilePath.join(place.directory, "own/d.csv"), "d.csv"])
    #expect(Set(found.left.map { Files.resolved($0) }) == Set(told))
    #expect(told.allSatisfy { Files.exists($0) })
  }

  @Test(arguments: IntakeStore.allCases)
  func `forgetting says what was removed and what is left`(kind: IntakeStore) async throws {
    let place = try Place()
    let left = try place.file("own/d.rejected.csv", "id\nann\n")
    let captured = try place.file("out/" + Self.name("ann", "a"))
    let (own, out) = (FilePath.join(place.directory, "own/d.csv"), FilePath.join(place.directory, "out"))
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.quiz("ann", "m1", 1)])
      try await floor.store.write { tx in
        try tx.save(
          ImportProgress(
            fingerprint: "f", kind: "customers", path: own, byteOffset: 0, line: 1, imported: 0, rejected: 1,
            startedAt: IntakeFloor.now))
      }
      let responder = Responder(
        store: floor.store, shop: floor.live, log: .silent, files: PersonalFiles(captures: [out]),
        now: { IntakeFloor.now })
      let answer = await responder.handlers.answer(ForgetRequest(customer: "ann").message)
      #expect(
        answer == [
          "customer": "ann", "forgotten": true, "removed_files": [.string(captured)],
          "files_left": [.string(left)],
        ])
      #expect(!Files.exists(captured))
    }
  }
}
