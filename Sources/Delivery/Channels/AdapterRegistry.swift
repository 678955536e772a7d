package import Configuration

/// All adapters. A new one needs its folder and a line here.
package enum AdapterRegistry {
  package static let adapters: [any AdapterSettings.Type] = [
    SMTPSettings.self,
    HTTPChannelSettings.self,
    ExecSettings.self,
    CaptureSettings.self,
  ]

  /// One entry of `channels:` in `reprise.yaml`; `adapter` determines its keys.
  package static let channel: Shape<any AdapterSettings> = .variant(
    "channel", on: "adapter", summary: "How messages of this channel leave.",
    adapters.map { ($0.word, erased($0)) })

  private static func erased<Settings: AdapterSettings>(
    _ type: Settings.Type
  ) -> Shape<any AdapterSettings> {
    type.shape.map { $0 as any AdapterSettings }
  }
}
