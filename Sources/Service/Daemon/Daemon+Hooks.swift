internal import Configuration
internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Store
internal import Web

extension Daemon {
  /// The platforms' secrets. A credential missing on this machine becomes an empty secret, which matches no
  /// signature.
  func hookSettings(_ secrets: HookSecrets, _ program: Program) -> HookSettings {
    var settings = HookSettings()
    settings.shopify = secrets.shopify.map { .init(secret: $0.secret.reveal(), shop: $0.shop) }
    settings.woocommerce = secrets.woocommerce.map { .init(secret: $0.secret.reveal()) }
    settings.youzan = secrets.youzan.map {
      .init(clientID: $0.clientID, clientSecret: $0.clientSecret.reveal())
    }
    settings.shopURL = program.brand.url
    return settings
  }

  var hookServices: HookServices {
    HookServices(
      take: { [take] events, platform in try await take(events, platform.rawValue) },
      owners: { [store] orders in try await store.read { try $0.owners(ofOrders: orders) } },
      learn: { [intake] products in try await intake.take(reports: products) },
      retire: { [intake, clock] parent in try await intake.retire(parent: parent, now: clock.now()) },
      forget: { [responder] customer in
        do {
          _ = try await responder.forget(ForgetRequest(customer: customer))
          return true
        } catch OperationError.unknownCustomer {
          return false
        }
      })
  }
}
