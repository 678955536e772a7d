internal import Configuration
internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise check`: reports all configuration errors, and what else would keep the daemon from starting here.
enum CheckCommand: Command {
  static let spec = CommandLineSpec.Command(
    "check", "Check the configuration, and whether the daemon can start with it here",
    options: [
      .init(
        "files-only", "look at the configuration alone, as on a machine where the daemon does not run")
    ]
      + RunCommand.startOptions.map {
        .init($0.name, "as it would with this option of 'reprise run'", value: $0.value)
      })

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let isWhole = !invocation.arguments.has("files-only")
    let options = try RunCommand.startOptions(of: invocation)
    var (loaded, report) = ConfigurationSource(options).load(secrets: isWhole ? .checked : .looked)
    var findings: [StartCheck.Finding] = []
    var unasked: String?
    if isWhole, let loaded {
      let check = StartCheck(options, loaded.settings)
      findings = try await check.findings()
      do throws(ServiceError) {
        let found = loaded.names.isEmpty ? nil : try await check.names(loaded.names.asked)
        report = report.replacing(loaded.names.warnings(nil), with: loaded.names.warnings(found))
      } catch {
        unasked = ErrorText.text(error)
      }
    } else if loaded?.names.isEmpty == false {
      unasked = "--files-only asks nobody"
    }
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    let texts = loaded.map { ExampleCustomer.textMessages($0.draft, now: now) } ?? []
    invocation.show(CheckAnswer(loaded?.draft, report, texts, findings, unasked)) { _ in
      text(loaded?.draft, report, texts, findings, unasked, invocation)
        + (loaded == nil ? advice(options, invocation.call) : "")
    }
    if loaded == nil { return ExitCode.configuration.rawValue }
    return findings.lazy.compactMap(\.exitCode).first ?? ExitCode.success.rawValue
  }

  /// Advice for a configuration that lacks only secrets; empty otherwise.
  private static func advice(_ options: ServiceOptions, _ call: ProgramCall) -> String {
    guard options.capture == nil else { return "" }
    var captured = options
    captured.capture = "."
    guard ConfigurationSource(captured).load(secrets: .checked).loaded != nil else { return "" }
    return """

      Only secrets of channels are missing. A daemon that writes messages into files needs none:
      \(call("check --demo"))

      """
  }

  private static func text(
    _ draft: ProgramDraft?, _ report: DiagnosticReport, _ texts: [ExampleText],
    _ findings: [StartCheck.Finding], _ unasked: String?, _ invocation: Invocation
  ) -> String {
    var text = report.rendered(colour: invocation.style.usesColor)
    guard let draft else { return text }
    if !text.isEmpty { text += "\n" }
    var counts = [
      count(draft.triggers.count, "trigger"), count(draft.templates.count, "template"),
      count(draft.channels.count, "channel"),
    ]
    let segments = draft.audience.rules.count
    if segments > 0 { counts.append(count(segments, "segment")) }
    for finding in findings {
      text += "\(finding.exitCode == nil ? "warning" : "error"): \(finding.text)\n"
    }
    if let unasked {
      text += "Not asked of the shop's data, which attributes and events there are: \(unasked)\n"
    }
    let cannotStart = findings.contains { $0.exitCode != nil }
    let verdict = cannotStart ? "good in itself, but the daemon cannot start here" : "good"
    text += "\(invocation.configuration): \(verdict). Found: \(counts.joined(separator: ", ")).\n"
    for message in texts {
      let cost = message.text.map { SMSPartText.text($0) } ?? "cannot be counted: \(message.problem ?? "")"
      text += "  \(message.template) by \(message.channel), for an example customer: \(cost)\n"
    }
    return text
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension CheckAnswer {
  fileprivate init(
    _ draft: ProgramDraft?, _ report: DiagnosticReport, _ texts: [ExampleText],
    _ findings: [StartCheck.Finding], _ unasked: String?
  ) {
    self.init(
      isGood: draft != nil && findings.allSatisfy { $0.exitCode == nil },
      start: findings.map { Finding(message: $0.text, exitCode: $0.exitCode) },
      diagnostics: report.diagnostics.prefix(DiagnosticReport.shown).map { Diagnostic($0) },
      leftOut: report.leftOut,
      program: draft.map { draft in
        Contents(
          triggers: draft.triggers.keys.sorted(),
          segments: draft.audience.rules.map(\.segment.id).sorted(),
          templates: draft.templates.keys.sorted().map(\.text),
          channels: draft.channels.keys.sorted(),
          textMessages: texts.map { message in
            TextMessage(
              template: message.template, channel: message.channel,
              parts: message.text.map { SMSPartText.parts($0) })
          })
      }, namesUnasked: unasked)
  }
}

extension CheckAnswer.Diagnostic {
  fileprivate init(_ diagnostic: Diagnostic) {
    self.init(
      file: diagnostic.file, line: diagnostic.line, column: diagnostic.column,
      severity: diagnostic.severity == .error ? .error : .warning, message: diagnostic.message,
      hint: diagnostic.hint)
  }
}
