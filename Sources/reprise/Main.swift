internal import Glibc
internal import Platform
internal import Service

/// The program: parses the command line, runs one command, and exits with its code.
@main
enum Main {
  static func main() {
    // Everything this program writes contains personal data, so only the owner may read it.
    umask(0o077)
    Allocator.limitPools()
    let arguments: Arguments
    do {
      switch try Arguments.parse(Array(CommandLine.arguments.dropFirst()), spec) {
      case .print(let text):
        Console.write(text)
        exit(EXIT_SUCCESS)
      case .run(let parsed): arguments = parsed
      }
    } catch {
      Console.fail("reprise: \(ErrorText.text(error))\n")
      exit(EX_USAGE)
    }
    Invocation(arguments, signals: nil).adoptPasswordFile()
    // Before any thread is started: earlier threads would not have the daemon's signals blocked.
    let signals = arguments.command == RunCommand.spec.name ? blockSignals() : nil
    Task.detached { exit(await run(Invocation(arguments, signals: signals))) }
    while true { pause() }
  }

  /// In the order of `reprise --help`.
  private static let commands: [any Command.Type] = [
    RunCommand.self, CheckCommand.self, StatusCommand.self, ExplainCommand.self, PreviewCommand.self,
    SegmentsCommand.self,
    SegmentCommand.self, ImportFileCommand.self, SourcesCommand.self, SendTestCommand.self, PauseCommand.self,
    ResumeCommand.self,
    ReloadCommand.self,
    ResolveCommand.self, QuarantineCommand.self, UnsubscribeCommand.self, SuppressCommand.self,
    UnsuppressCommand.self, ExportCommand.self, ForgetCommand.self, BackupCommand.self, RestoreCommand.self,
    RestoredCommand.self, SchemaCommand.self, HelpCommand.self, VersionCommand.self,
  ]

  static let spec = CommandLineSpec(
    program: "reprise", summary: "brings customers back", version: Version.text,
    commands: commands.map { $0.spec },
    commonOptions: Invocation.commonOptions)

  private static func blockSignals() -> Signals {
    do {
      return try Signals()
    } catch {
      Console.fail("reprise: \(ErrorText.text(error))\n")
      exit(EX_OSERR)
    }
  }

  private static func run(_ invocation: Invocation) async -> Int32 {
    guard let command = commands.first(where: { $0.spec.name == invocation.arguments.command }) else {
      return EX_SOFTWARE
    }
    if let notice = invocation.configurationNotice { Console.complain(notice) }
    do {
      return try await command.run(invocation)
    } catch {
      let failure = Failure(error, call: invocation.call)
      // Why a daemon ended belongs in its log and is not an answer.
      if invocation.wantsJSON, invocation.arguments.command != RunCommand.spec.name {
        Console.write(json: failure.json.text(pretty: true) + "\n")
      } else {
        Console.fail(failure.text, as: RunCommand.explicitFormat(invocation.arguments))
      }
      return failure.exitCode
    }
  }
}
