internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
package import Platform
internal import Store
internal import Synchronization
internal import Web

extension Daemon {
  /// Serves until stopped, then closes everything, also if starting to serve fails.
  ///
  /// - Parameter whenReady: called once everything listens.
  /// - Returns: the exit code.
  package func run(
    signals: AsyncStream<Signal>, whenReady: @Sendable (Daemon) -> Void = { _ in }
  ) async throws -> Int32 {
    let serving = ClosingStack()
    do {
      try await serve(serving)
    } catch {
      await serving.close()
      await opened.close()
      throw error
    }
    notifier.ready(status: statusLine)
    whenReady(self)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.runLoops() }
      await obey(signals, serving)
      group.cancelAll()
    }
    if !clock.isDoubted { try? await clockWatch.remember() }
    await opened.close()
    log.notice("stopped", [:])
    return 0
  }

  /// Listens for events and operators first, so that a taken port is reported before anything else happens,
  /// and starts delivery.
  private func serve(_ serving: ClosingStack) async throws {
    serving.opened { [dispatcher, options] in await dispatcher.drain(within: options.drainTimeout) }
    let web = try startWeb()
    serving.opened { await web.stop(within: .seconds(5)) }
    let control = try startControl()
    // It blocks, and may be waiting for the task threads.
    serving.opened { try? await WorkerThread.run("control-stop") { control.stop() } }
    let customers = try await store.read { try $0.customerCount() }
    try applyChannels()
    let settings = state.withLock { $0.settings }
    tellMissingSecrets()
    log.notice(
      "ready",
      [
        "store": store.location.description, "customers": customers,
        "triggers": shop.current.program.triggers.count, "listen": webAddress ?? "off",
        "channels": settings.channels.map { $0.name.rawValue }.joined(separator: ","),
      ])
  }

  /// SIGHUP reloads, the first SIGTERM or SIGINT shuts down gracefully, the second cuts the wait short.
  private func obey(_ signals: AsyncStream<Signal>, _ serving: ClosingStack) async {
    for await signal in signals {
      switch signal {
      case .hangUp: await reload()
      case .terminate, .interrupt:
        let cut = Task {
          for await signal in signals where signal != .hangUp { dispatcher.cut() }
        }
        await stop(serving)
        cut.cancel()
        return
      }
    }
    await stop(serving)
  }

  private func stop(_ serving: ClosingStack) async {
    log.notice("stopping", ["messages_under_way": dispatcher.underWay])
    sources.stop()
    notifier.stopping(status: "waiting for \(Self.count(dispatcher.underWay, "message")) under way")
    notifier.extendTimeout(by: options.drainTimeout + .seconds(10))
    await serving.close()
  }

  /// Warns if the configuration cannot send. Capturing needs no channel secrets, so a missing one would
  /// otherwise be noticed only when sending is enabled.
  private func tellMissingSecrets() {
    guard options.capture != nil, !options.isDemo else { return }
    var sending = options
    sending.capture = nil
    let (loaded, report) = ConfigurationSource(sending).load(secrets: .checked)
    guard loaded == nil else { return }
    log.warning(
      "not_ready_to_send",
      [
        "problems": report.errorLines.replacing("\n", with: "; "),
        "advice": "messages are captured; without --capture the daemon would not start",
      ])
  }
}
