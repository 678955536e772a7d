internal import Configuration
internal import Decisioning
internal import Domain
internal import Platform
internal import Service

/// `reprise check`: every mistake of the configuration at once, and what else would keep the daemon from starting here.
enum CheckCommand: Command {
  static let spec = CommandLineSpec.Command(
    "check", "Check the configuration, and whether the daemon can start with it here",
    options: [
      .init(
        "files-only", "look at the configuration alone, as on a machine where the daemon does not run")
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let isWhole = !invocation.arguments.has("files-only")
    let (loaded, report) = ConfigurationSource(invocation.options).load(secrets: isWhole ? .checked : .looked)
    var findings: [StartCheck.Finding] = []
    if isWhole, let loaded {
      findings = try await StartCheck(invocation.options, loaded.settings).findings()
    }
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    let texts = loaded.map { ExampleCustomer.textMessages($0.draft, now: now) } ?? []
    if invocation.wantsJSON {
      Console.write(json(loaded?.draft, report, texts, findings).text(pretty: true) + "\n")
    } else {
      Console.write(text(loaded?.draft, report, texts, findings, invocation))
    }
    if loaded == nil { return ExitCode.configuration.rawValue }
    return findings.lazy.compactMap(\.exitCode).first ?? ExitCode.success.rawValue
  }

  private static func text(
    _ draft: ProgramDraft?, _ report: DiagnosticReport, _ texts: [ExampleText],
    _ findings: [StartCheck.Finding], _ invocation: Invocation
  ) -> String {
    var text = report.rendered(colour: invocation.style.usesColor)
    guard let draft else { return text }
    if !text.isEmpty { text += "\n" }
    let counts = [
      count(draft.triggers.count, "trigger"), count(draft.templates.count, "template"),
      count(draft.channels.count, "channel"),
    ]
    for finding in findings {
      text += "\(finding.exitCode == nil ? "warning" : "error"): \(finding.text)\n"
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

  private static func json(
    _ draft: ProgramDraft?, _ report: DiagnosticReport, _ texts: [ExampleText],
    _ findings: [StartCheck.Finding]
  ) -> JSON {
    var answer: JSONObject = [
      "good": .bool(draft != nil && findings.allSatisfy { $0.exitCode == nil }),
      "start": .array(
        findings.map { finding in
          [
            "severity": .string(finding.exitCode == nil ? "warning" : "error"),
            "message": .string(finding.text), "exit": finding.exitCode.map { .integer(Int64($0)) } ?? .null,
          ]
        }),
      "diagnostics": .array(
        report.diagnostics.prefix(DiagnosticReport.shown).map { diagnostic in
          [
            "file": .string(diagnostic.file), "line": .integer(Int64(diagnostic.line)),
            "column": .integer(Int64(diagnostic.column)), "severity": .string(diagnostic.severity.rawValue),
            "message": .string(diagnostic.message), "hint": diagnostic.hint.map { .string($0) } ?? .null,
          ]
        }),
    ]
    if report.leftOut > 0 { answer["left_out"] = .integer(Int64(report.leftOut)) }
    if let draft {
      answer["triggers"] = .array(draft.triggers.keys.sorted().map { .string($0.rawValue) })
      answer["templates"] = .array(draft.templates.keys.sorted().map { .string($0.text) })
      answer["channels"] = .array(draft.channels.keys.sorted().map { .string($0.rawValue) })
      answer["text_messages"] = .array(
        texts.map { message in
          [
            "template": .string(message.template), "channel": .string(message.channel.rawValue),
            "parts": message.text.map { .integer(Int64(SMSPartText.parts($0))) } ?? .null,
          ]
        })
    }
    return .object(answer)
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
