import Decisioning
import Domain
import Operations
import Platform
import Service
import Store
import Templates
import Testing

struct RequestHandlersTests {
  @Test func `the daemon adds to the requests what only it can do`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "handlers")
    defer { try? Files.removeTree(directory) }
    let store = try Store(.sqlite(path: FilePath.join(directory, "r.db")))
    let shop = LiveShop(Shop(program: Self.program, catalog: Catalog(), triggers: [:]))
    let responder = Responder(store: store, shop: shop, log: .silent, now: { Instant(milliseconds: 0) })
    var handlers = responder.handlers
    let reloaded = ReloadAnswer(
      configuration: "/c", triggers: 1, templates: 2, channels: 3, restartNeeded: ["store"])
    handlers.on { (_: ReloadRequest) in reloaded }
    handlers.on("import") { ["progress": $0["fingerprint"] ?? .null] }

    #expect(await handlers.answer(["command": "reload"]) == reloaded.json)
    #expect(await handlers.answer(["command": "import", "fingerprint": "f"]) == ["progress": "f"])
    let status = await handlers.answer(["command": "status"])
    #expect(status["customers"] == 0)
    #expect(status["clock"] == .null)
    #expect(status["daemon"] == nil)
    await store.close()
  }

  @Test(
    arguments: [
      (
        ["command": "explain", "customer": "x"],
        "there is no customer 'x'; ids are the shop's own, as they came in", 65
      ),
      (["command": "explain", "customer": ""], "the customer is missing or empty", 64),
      (["command": "explain"], "the customer is missing or empty", 64),
      (
        ["command": "explain", "customer": 7], "the request is not understood: customer is not a text", 64
      ),
      (
        ["command": "messages", "state": "lost"],
        "the request is not understood: state is 'lost', not one of waiting, queued, leased, handoff, ambiguous, quarantined, sent, dead, expired, cancelled, suppressed",
        64
      ),
      (
        ["command": "dance"],
        "the daemon knows no command 'dance'; are program and daemon of one version?", 64
      ),
      (["command": "restored"], "'restored' works on the store alone; stop the daemon first", 73),
      ([:], "the command is missing or empty", 64),
    ] as [(JSON, String, Int32)])
  func `what cannot be done is answered with the reason and the exit code`(
    message: JSON, error: String, exitCode: Int32
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "handlers")
    defer { try? Files.removeTree(directory) }
    let store = try Store(.sqlite(path: FilePath.join(directory, "r.db")))
    let shop = LiveShop(Shop(program: Self.program, catalog: Catalog(), triggers: [:]))
    let responder = Responder(store: store, shop: shop, log: .silent, now: { Instant(milliseconds: 0) })
    let answer = await responder.handlers.answer(message)
    #expect(answer == FailureAnswer(error: error, exitCode: exitCode).json)
    await store.close()
  }

  private static let program = ProgramDraft(
    brand: Brand(
      name: "Tea", url: "https://tea.example", address: "", zone: .utc, currency: Currency("CNY")!,
      locale: "en"),
    channels: [:], limits: Limits(), triggers: [:], templates: [:], partials: TemplateLibrary(),
    zones: ZoneCatalog(), publicURL: "https://tea.example"
  ).program(linkKey: .init(id: "1", secret: [7]), holdoutSalt: "")
}
