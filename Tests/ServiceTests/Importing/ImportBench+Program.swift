import Decisioning
import Domain
import ImportSupport
import Templates

extension ImportBench {
  static func program(_ triggers: [Trigger] = []) -> Program {
    ProgramDraft(
      brand: Brand(
        name: "Shop", url: "https://shop.example", address: "", zone: shanghai,
        currency: Currency("CNY") ?? .unknown,
        locale: "en"),
      channels: [:], limits: Limits(),
      triggers: Dictionary(uniqueKeysWithValues: triggers.map { ($0.id, $0) }),
      templates: [:], partials: TemplateLibrary(), zones: ZoneCatalog(["Asia/Shanghai": shanghai]),
      publicURL: "https://shop.example"
    ).program(linkKey: .init(id: "1", secret: [7]), holdoutSalt: "salt")
  }
}
