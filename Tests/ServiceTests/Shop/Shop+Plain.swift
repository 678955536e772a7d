import Decisioning
import Domain
import Service
import Templates

extension Shop {
  /// A shop in UTC without triggers: one mail channel, quiet from nine to nine.
  static var plain: Shop {
    let draft = ProgramDraft(
      brand: Brand(name: "Tea", url: "", address: "", zone: .utc, currency: Currency("CNY")!, locale: "en"),
      channels: ["email": ChannelPolicy(name: "email", address: .email, medium: .email, consent: .optOut)],
      limits: Limits(
        quietHours: QuietHours(from: ClockTime(hour: 21, minute: 0)!, to: ClockTime(hour: 9, minute: 0)!)),
      triggers: [:], templates: [:], partials: TemplateLibrary(), zones: ZoneCatalog(),
      publicURL: "https://tea.example")
    let program = draft.program(linkKey: .init(id: "1", secret: [7]), holdoutSalt: "")
    return Shop(program: program, catalog: Catalog(), triggers: [:])
  }
}
