import Configuration
import Domain
import Platform
import Store
import Support
import Testing

@testable import Import
@testable import Service

@Suite(.timeLimit(.minutes(10))) struct WebSourceTests {
  private func run(
    _ file: FileServer.File, _ change: (inout WebSource) -> Void = { _ in },
    _ body: (WatchedFolder, FileServer) async throws -> Void
  ) async throws {
    let server = try FileServer(file)
    var source = WebSource(
      url: try ServiceURL(
        "http://127.0.0.1:\(server.port)/shop/export.csv?key=s3cret", rules: .init(schemes: ["http"])))
    change(&source)
    let place = SourcePlace.web(source)
    try await WatchedFolder.run { folder in
      try folder.move(to: place)
      try await body(folder, server)
    }
  }

  @Test func `a file is fetched, and asked for again only if it has changed`() async throws {
    try await run(FileServer.File("id,first_name\na,Ann\n", etag: "\"1\"")) { folder, server async throws in
      #expect(await folder.watch.look() == nil)
      #expect(folder.watch.state.trouble == nil)
      #expect(try await folder.firstName("a") == "Ann")
      #expect(!server.requests[0].contains("If-None-Match"))
      try folder.restart()
      _ = await folder.watch.look()
      #expect(server.requests[1].contains("If-None-Match: \"1\"\n"))
      #expect(folder.rows == [0, 0, 0])
      server.change { $0 = FileServer.File("id,first_name\na,Anna\n", etag: "\"2\"") }
      _ = await folder.watch.look()
      #expect(try await folder.firstName("a") == "Anna")
      #expect(try await folder.remembered().map(\.etag) == ["\"2\""])
      let left = try Files.names(in: folder.shop.directory.path)
      #expect(!left.contains { $0.hasPrefix("download") })
    }
  }

  @Test func `a server that only tells a time is asked by it, one that tells nothing is read each time`()
    async throws
  {
    let time = "Sun, 01 Mar 2026 10:00:00 GMT"
    try await run(FileServer.File("id\na\n", modified: time)) { folder, server async throws in
      for _ in 1...2 { _ = await folder.watch.look() }
      #expect(server.requests[1].contains("If-Modified-Since: \(time)\n"))
      server.change { $0 = FileServer.File("id\na\n") }
      _ = await folder.watch.look()
      #expect(folder.rows == [1, 0, 0])
    }
  }

  @Test func `it signs in with a name and headers`() async throws {
    try await run(
      FileServer.File("id\na\n"),
      {
        $0.username = "shop"
        $0.password = SourceSecret(Secret("pass"))
        $0.headers = [.init(name: "X-Token", value: SourceSecret(Secret("t0ken")))]
      }
    ) { folder, server async throws in
      _ = await folder.watch.look()
      #expect(server.requests[0].contains("Authorization: Basic c2hvcDpwYXNz\nX-Token: t0ken\n"))
    }
  }

  @Test(arguments: [
    (404, nil, " answered 404"), (500, nil, " answered 500"),
    (
      302, "https://other.example/x?sig=s3cret",
      " answered 302, a redirect to https://other.example/x, which is not followed; name the right address with from"
    ),
  ])
  func `an answer without the file is a problem that shows no secret`(
    status: Int, location: String?, told: String
  ) async throws {
    var file = FileServer.File("id\na\n")
    file.status = status
    file.location = location
    try await run(file) { folder, server async throws in
      _ = await folder.watch.look()
      #expect(
        folder.watch.state.trouble == "http://127.0.0.1:\(server.port)/shop/export.csv\(told)")
      #expect(try await folder.customers() == [])
      #expect(server.requests.count == 1)
      #expect(folder.log.lines.allSatisfy { !$0.contains("s3cret") })
    }
  }

  @Test func `a file that breaks off is not imported`() async throws {
    var file = FileServer.File("id\na\nb\n")
    file.cutAfter = 5
    try await run(file) { folder, server async throws in
      _ = await folder.watch.look()
      #expect(
        folder.watch.state.trouble?.hasPrefix("http://127.0.0.1:\(server.port)/shop/export.csv: ") == true)
      #expect(try await folder.customers() == [])
      server.change { $0.cutAfter = nil }
      _ = await folder.watch.look()
      #expect(folder.watch.state.trouble == nil)
      #expect(try await folder.customers() == ["a", "b"])
    }
  }

  @Test func `a file that comes to a standstill on the way is given up, and told so`() async throws {
    var file = FileServer.File("id\na\nb\n")
    file.silentAfter = 5
    try await run(file) { folder, server async throws in
      folder.silence = .seconds(1)
      try folder.restart()
      _ = await folder.watch.look()
      #expect(
        folder.watch.state.trouble
          == "http://127.0.0.1:\(server.port)/shop/export.csv: 127.0.0.1:\(server.port) sent fewer than 100 bytes a second for 1s"
      )
      server.change { $0.silentAfter = nil }
      _ = await folder.watch.look()
      #expect(folder.watch.state.trouble == nil)
      #expect(try await folder.customers() == ["a", "b"])
    }
  }

  @Test func `a file that is too large is given up at once`() async throws {
    try await run(FileServer.File("id\na\nb\n")) { folder, server async throws in
      folder.largest = 6
      try folder.restart()
      _ = await folder.watch.look()
      #expect(
        folder.watch.state.trouble
          == "http://127.0.0.1:\(server.port)/shop/export.csv is larger than 6 B; let the shop export less at once"
      )
    }
  }

  @Test func `a fetched file has the time that the server tells`() async throws {
    let modified = "Sun, 01 Mar 2026 10:00:00 GMT"
    try await run(FileServer.File("id\na\n", modified: modified)) { folder, server async throws in
      let transfer = HTTPTransfer(
        url: "http://127.0.0.1:\(server.port)/export.csv", allowPrivateAddresses: true)
      let (_, file) = try await folder.watch.download(transfer, from: "here")
      #expect(try Files.look(file.path).modified == 1_772_359_200_000_000_000)
      server.change { $0.modified = nil }
      let (_, other) = try await folder.watch.download(transfer, from: "here")
      #expect(try Files.look(other.path).modified > 1_772_359_200_000_000_000)
    }
  }

  @Test func `a file of unclear meaning is told by its address`() async throws {
    try await run(FileServer.File("number\na\n", etag: "\"1\"")) { folder, server async throws in
      _ = await folder.watch.look()
      #expect(
        folder.problems == [
          "export.csv: 'http://127.0.0.1:\(server.port)/shop/export.csv': line 1: no column for id, which customers need; none of the 1 columns has a name that is known; name it with --map id=COLUMN"
        ])
      _ = await folder.watch.look()
      #expect(server.requests[1].contains("If-None-Match"))
      #expect(folder.problems.count == 1)
    }
  }
}
