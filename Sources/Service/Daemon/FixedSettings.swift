internal import Configuration
internal import Delivery

/// The settings that hold from the start of the daemon to its end, because what was opened by them stays open.
///
/// What the command line says over the configuration is in them, so that a key which it overrides makes no difference.
struct FixedSettings: Equatable, Sendable {
  private let store: String
  private let controlSocket: String?
  private let listen: ListenAddress
  private let isBehindProxy: Bool

  init(_ settings: Settings<any AdapterSettings>, _ options: ServiceOptions) {
    store = options.store ?? settings.store
    controlSocket = options.control ?? settings.controlSocket
    listen = options.listen ?? settings.http.listen
    isBehindProxy = settings.http.isBehindProxy
  }

  /// The keys in which `other` differs, in the order of the configuration reference; empty when a reload is enough.
  func changes(to other: FixedSettings) -> [String] {
    [
      store == other.store ? nil : "store",
      listen == other.listen ? nil : "http.listen",
      isBehindProxy == other.isBehindProxy ? nil : "http.behind_proxy",
      controlSocket == other.controlSocket ? nil : "control_socket",
    ].compactMap(\.self)
  }
}
