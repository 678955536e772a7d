internal import Domain
internal import Import
internal import Platform
internal import Service
internal import Store

/// `reprise import KIND FILE.csv`.
///
/// Exit codes: 0 if rows were imported, even if some were rejected; 65 if more were rejected than imported,
/// or the file is not readable as CSV; 64 for the command line, 73 if another process has the store, 74 for
/// files, disk and database, 75 if the daemon went away.
enum ImportCommand {
  static let spec = ImportOptions.command

  /// What the command needs from the configuration that was loaded before it.
  struct Site {
    var context: ImportContext
    /// Connects to the daemon, or opens the store under the lock if none is running.
    var connect: () async throws -> any ImportSink
    /// Connects to the daemon to look up stored data; `nil` if none is running.
    var look: () -> (any ImportSink)?
    /// Closes what `connect` opened.
    var disconnect: () async -> Void
    /// How to call this program again for the same daemon or store.
    var call = ProgramCall()
  }

  static func run(_ arguments: Arguments, _ site: Site) async -> ExitCode {
    let options: ImportOptions
    do {
      options = try ImportOptions(arguments)
    } catch {
      complain(error.description)
      return .usage
    }
    let path = arguments.positionals.count > 1 ? arguments.positionals[1] : ""
    do {
      let summary: ImportSummary
      if arguments.has("dry-run") {
        let stored = site.look()
        let importer = Importer(
          path: path, options: options, context: site.context, sink: nil, comparesWith: stored)
        summary = try await follow(importer, arguments)
      } else {
        let sink = try await site.connect()
        let importer = Importer(
          path: path, options: options, context: site.context, sink: sink, startsOver: arguments.has("again"))
        do {
          summary = try await follow(importer, arguments)
        } catch {
          await site.disconnect()
          throw error
        }
        await site.disconnect()
      }
      if arguments.has("json") {
        Console.write(json: ImportReport.answer(summary, file: path).json.text() + "\n")
      } else {
        Console.write(
          ImportReport.text(summary, file: path) { again(arguments, file: $0, site.call) })
      }
      return ImportReport.exitCode(summary)
    } catch {
      let error = ImportError(error)
      complain("reprise import: \(ErrorText.text(error))")
      return error.exitCode
    }
  }

  /// The command that imports another file with the same options.
  static func again(_ arguments: Arguments, file: String, _ call: ProgramCall) -> String {
    var words = ["import", arguments.positionals[0], file.hasPrefix("-") ? "./" + file : file]
    for option in ImportOption.all {
      if option.value == nil {
        if arguments.has(option.name) { words.append("--\(option.name)") }
      } else {
        for value in arguments.values(option.name) { words += ["--\(option.name)", value] }
      }
    }
    return call(words.map(NextSteps.quoted).joined(separator: " "))
  }

  /// Runs the import with its progress on standard error.
  private static func follow(
    _ importer: Importer, _ arguments: Arguments
  ) async throws(ImportError) -> ImportSummary {
    var bar: ProgressBar?
    let summary = try await importer.run { start in
      for notice in start.notices { complain(notice) }
      if start.isContinued { complain("going on at line \(start.line)") }
      guard !arguments.has("json") else { return }
      bar = ProgressBar(
        VisibleText.plainLine(FilePath.name(of: arguments.positionals[1])),
        total: start.size,
        initial: start.offset, unit: "bytes", write: { Console.draw($0) })
    } report: { progress in
      bar?.update(progress.byteOffset)
    }
    bar?.finish()
    return summary
  }

  private static func complain(_ text: String) {
    Console.complain(VisibleText.of(text, isColored: false) + "\n")
  }
}
