import Configuration
package import Domain
import Platform

/// Passes messages to a program as JSON on standard input. The gate opens before the program starts.
///
/// The program gets the variables of its settings, PATH, LANG and `REPRISE_MESSAGE_ID`, and nothing else from the
/// daemon: no credentials directory, no descriptors. The first line of its output is kept as the provider's id.
package final class ExecAdapter: ChannelAdapter {
  private let settings: ExecSettings
  private let text: ProviderText
  private let classification: ExecClassification

  package init(_ settings: ExecSettings) {
    self.settings = settings
    classification = ExecClassification(ambiguousExits: settings.ambiguousExits)
    text = ProviderText(secrets: settings.variables.map { $0.value.reveal() })
  }

  package func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm {
    WireForm(format: "json", bytes: input(message))
  }

  package func deliver(
    _ message: ClaimedMessage, at now: Instant, through gate: HandoffGate
  ) async -> DeliveryReport {
    var environment: Environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "REPRISE_MESSAGE_ID": message.uid,
    ]
    for (name, value) in settings.variables { environment.values[name] = value.reveal() }
    let process = ChildProcess(
      settings.command, environment: environment, directory: settings.directory, input: input(message),
      outputLimit: 16 << 10, deadline: settings.timeout)
    guard !Task.isCancelled, await gate.open() else { return .released }
    do {
      return report(try await process.run())
    } catch {
      // It never ran, so nothing was delivered; the path or its permissions are wrong.
      return DeliveryReport(
        .configurationFault, code: "not_started", detail: text.clean(ErrorText.text(error)))
    }
  }

  package func close() async {}

  private func input(_ message: ClaimedMessage) -> [UInt8] {
    var bytes: [UInt8] = []
    MessageJSON.value(of: message).write(into: &bytes)
    bytes.append(0x0A)
    return bytes
  }

  private func report(_ end: ChildProcess.Outcome) -> DeliveryReport {
    let outcome = classification.outcome(of: end.ending, hasReadInput: end.hasReadInput)
    let code =
      switch end.ending {
      case .exited(let status): "exit \(status)"
      case .killed(let signal): end.isLate ? "timeout" : "signal \(signal)"
      }
    let firstLine = end.output.prefix { $0 != 0x0A }
    return DeliveryReport(
      outcome, reference: outcome == .accepted && firstLine.count <= 200 ? text.clean(firstLine) : nil,
      code: code,
      detail: outcome == .accepted ? nil : text.clean(end.errorOutput))
  }
}
