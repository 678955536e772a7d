internal import Configuration
internal import Decisioning
internal import Domain
internal import Import
internal import Platform
internal import Service
internal import Synchronization

/// Provides `import` with the configuration and access to the daemon or the store.
enum ImportFileCommand: Command {
  /// Without the common options.
  static let spec: CommandLineSpec.Command = {
    var spec = ImportCommand.spec
    let shared = Set(Invocation.commonOptions.map(\.name))
    spec.options.removeAll { shared.contains($0.name) }
    return spec
  }()

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let draft = try invocation.load().draft
    let options = invocation.options
    let path = invocation.controlPath
    let offline = Mutex<OfflineService?>(nil)
    let site = ImportCommand.Site(
      context: ImportContext(
        brand: draft.brand, channels: draft.channels, zones: draft.zones, triggers: draft.triggers,
        now: Instant(milliseconds: SystemTime.wallMilliseconds())),
      connect: {
        do {
          return try RemoteImport(socket: path)
        } catch ImportError.control(.notRunning) {
          let service = try await OfflineService(options, for: .fill, log: .silent)
          offline.withLock { $0 = service }
          return service.importSink
        }
      },
      // Without a daemon the store would have to be opened, which may migrate its schema: a dry run writes
      // nothing.
      look: { try? RemoteImport(socket: path) },
      disconnect: {
        guard let service = offline.withLock({ $0 }) else { return }
        await plan(service)
        await service.close()
      }, call: invocation.call)
    return await ImportCommand.run(invocation.arguments, site).rawValue
  }

  /// Plans for the imported customers. If it fails, the next import or the daemon does the rest.
  private static func plan(_ service: OfflineService) async {
    do {
      let all = try await service.unplannedCount()
      var bar = ProgressBar(
        "planning", total: Int64(all), unit: "customers", write: { Console.draw($0) })
      try await service.planImported { bar.update(Int64(min($0, all))) }
      guard all > 0 else { return }
      bar.update(Int64(all))
      bar.finish()
    } catch {
      Console.complain(
        "reprise import: planning stopped: \(ErrorText.text(error)); the daemon goes on with it at its next start\n"
      )
    }
  }
}
