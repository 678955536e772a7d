import Decisioning
import Domain
import Platform
import Service
import Store
import Templates
import Testing

struct ControlEndpointTests {
  @Test func `the daemon adds to the operations what only it can do`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "endpoint")
    defer { try? Files.removeTree(directory) }
    let store = try Store(.sqlite(path: FilePath.join(directory, "r.db")))
    let shop = LiveShop(Shop(program: Self.program, catalog: Catalog(), triggers: [:]))
    let operations = Operations(store: store, shop: shop, log: .silent, now: { Instant(milliseconds: 0) })
    let endpoint = ControlEndpoint(
      operations, handlers: ["reload": { _ in ["reloaded": true] }], live: { ["daemon": ["pid": 7]] })

    #expect(await endpoint.answer(["command": "reload"]) == ["reloaded": true])
    let status = await endpoint.answer(["command": "status"])
    #expect(status["customers"] == 0)
    #expect(status["daemon"] == ["pid": 7])
    #expect(
      await endpoint.answer(["command": "explain", "customer": "x"]) == [
        "error": "there is no customer 'x'; ids are the shop's own, as they came in", "exit": 65,
      ])
    #expect(
      await endpoint.answer(["command": "dance"]) == [
        "error": "the daemon knows no command 'dance'; are program and daemon of one version?", "exit": 64,
      ])
    #expect(await endpoint.answer([:]) == ["error": "the command is missing or empty", "exit": 64])
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
