internal import Glibc
internal import Platform

/// `benchmarks [NAME] [OPTIONS]`: how fast the program is, each figure next to its comparison from the same
/// run on the same machine; `benchmarks compare OLD NEW`: how they have changed.
@main
enum Main {
  static func main() async {
    Signals.ignoreBrokenPipes()
    var words = Array(CommandLine.arguments.dropFirst())
    if words.first.map({ $0.hasPrefix("--") && $0 != "--help" && $0 != "--version" }) ?? true {
      words.insert("all", at: 0)
    }
    do {
      switch try Arguments.parse(words, Catalogue.commandLine) {
      case .print(let text): print(text, terminator: "")
      case .run(let arguments): exit(try await run(arguments))
      }
    } catch {
      StandardError.say("\(error)")
      exit(code(of: error))
    }
  }

  private static func code(of error: any Error) -> Int32 {
    switch error {
    case is UsageError: ExitCode.usage.rawValue
    case is ReportComparison.NoReport: ExitCode.badData.rawValue
    case let error as FileError: error.exitCode
    default: ExitCode.inputOutput.rawValue
    }
  }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    switch arguments.command {
    case ServiceProcess.command: return try await ServiceProcess.serve(arguments)
    case ReportComparison.command:
      let old = try ReportComparison.read(arguments.positionals[0])
      let new = try ReportComparison.read(arguments.positionals[1])
      print(ReportComparison(old: old, new: new).text, terminator: "")
      return 0
    default: break
    }
    let options = try BenchmarkOptions(arguments)
    let chosen = Catalogue.benchmarks.filter { ["all", $0.name].contains(arguments.command) }
    var reports: [Report] = []
    for benchmark in chosen {
      StandardError.say("\(benchmark.name): \(benchmark.summary)")
      let report = try await benchmark.run(options)
      reports.append(report)
      // One at a time, so that a long run shows its results so far.
      if !options.isJSON { print(report.table(Terminal(descriptor: 1)), terminator: "") }
    }
    if options.isJSON { print(Report.jsonText(reports)) }
    return 0
  }
}
