internal import Domain
internal import Operations
internal import Platform
package import Store

/// Imports a file in batches: each is decoded while the one before is being stored, and stored in one transaction with
/// the progress. After an interruption, the same call continues after the last stored batch. Cancelling the task is
/// such an interruption, even while a large file is only being looked through.
package struct Importer: Sendable {
  private let path: String
  private let options: ImportOptions
  private let context: ImportContext
  private let sink: (any ImportSink)?
  private let startsOver: Bool
  private let comparesWith: (any ImportSink)?
  private let rejects: String?

  /// - Parameters:
  ///   - context: `now` is used for a new import; a continued one keeps the `now` it began with.
  ///   - sink: `nil` makes it a dry run, which decodes everything and writes nothing.
  ///   - comparesWith: what a dry run compares with; `nil` for nothing.
  ///   - startsOver: whether to import from the beginning even if the file was imported before.
  ///   - rejects: for a file found in a source's folder, the path for its rejected rows. Such a file must not be a
  ///     link, and rejected rows of an earlier import are removed. `nil` puts the rejected rows next to the file.
  package init(
    path: String, options: ImportOptions, context: ImportContext, sink: (any ImportSink)?,
    startsOver: Bool = false, comparesWith: (any ImportSink)? = nil, rejects: String? = nil
  ) {
    self.path = path
    self.options = options
    self.context = context
    self.sink = sink
    self.startsOver = startsOver
    self.comparesWith = comparesWith
    self.rejects = rejects
  }

  /// - Parameters:
  ///   - begin: called when the file is open, before the first row.
  ///   - report: called after each batch.
  package func run(
    begin: (ImportBegin) -> Void = { _ in }, report: (ImportProgress) -> Void = { _ in }
  ) async throws(ImportError) -> ImportSummary {
    Allocator.returnLargeBlocks()
    let file = try open()
    let mapping: ColumnMapping
    do {
      mapping = try ColumnMapping(header: file.header, options, channels: context.channels)
    } catch {
      throw .mapping(path: path, error)
    }
    let fingerprint = try file.fingerprint(options, context)
    let known = startsOver ? nil : try await sink?.progress(fingerprint: fingerprint)
    if let known, known.finishedAt != nil {
      return ImportSummary(kind: options.kind, outcome: .doneBefore, progress: known)
    }
    var progress =
      known
      ?? ImportProgress(
        fingerprint: fingerprint, kind: options.kind.rawValue, path: Files.resolved(path),
        byteOffset: file.start.offset,
        line: Int64(file.start.line), imported: 0, rejected: 0, startedAt: context.now)
    guard progress.byteOffset <= file.size else { throw .shrunk(path: path) }
    let survey = try ColumnSurvey.look(through: file, mapping, options, context, takesSamples: sink == nil)
    begin(
      ImportBegin(
        size: file.size, offset: progress.byteOffset, line: progress.line, isContinued: known != nil,
        notices: mapping.notices + survey.notices))
    var summary = try await work(file, mapping, survey.readings, &progress, isContinued: known != nil, report)
    if sink == nil {
      summary.columns = mapping.notes(survey.readings, samples: survey.samples, options, context)
    }
    return summary
  }

  /// The name of the file with the rejected rows of `file`.
  package static func rejectedName(of file: String) -> String { RejectedFile.path(for: file) }

  private func open() throws(ImportError) -> ImportFile {
    try ImportFile(
      path: path, separator: options.separator, encoding: options.encoding, isOwn: rejects != nil,
      impliedHeader: options.kind.impliedHeader(options, context))
  }

  /// Identifies the file's content and how it is read; its progress is stored under it.
  package func fingerprint() throws(ImportError) -> String { try open().fingerprint(options, context) }

  private func work(
    _ file: borrowing ImportFile, _ mapping: ColumnMapping, _ readings: [ColumnReading],
    _ progress: inout ImportProgress, isContinued: Bool,
    _ report: (ImportProgress) -> Void
  ) async throws(ImportError) -> ImportSummary {
    var context = context
    context.now = progress.startedAt
    context.fileName = FilePath.name(of: path)
    let position = CSVPosition(offset: progress.byteOffset, line: Int(progress.line))
    let decoder = options.kind.decoder(CellReader(mapping, readings, options, context), mapping)
    var reader = BatchReader(
      try file.reader(from: position), decoder, from: position, receivedAt: context.now)
    var rejectedFile = try openRejectedFile(file, goingOnAt: isContinued ? progress.line : nil)
    var summary = ImportSummary(
      kind: options.kind, outcome: sink == nil ? .dryRun : .done, progress: progress)
    summary.continuedAtLine = isContinued ? progress.line : nil
    var stored = progress.line
    var begun = progress.line
    var writing: Task<Written, any Error>?
    do {
      while let batch = try reader.next(
        (sink ?? comparesWith)?.batchLimit(options.kind, from: progress.line)
          ?? ImportBatchLimit(rows: 20_000, bytes: 4 << 20),
        in: file)
      {
        progress.byteOffset = reader.position.offset
        progress.line = Int64(reader.position.line)
        progress.imported += batch.imported
        progress.rejected += Int64(batch.rejected.count + batch.unkept)
        if reader.isAtEnd { progress.finishedAt = context.now }
        summary.note(batch)
        if let sink {
          // Rejected rows must be on disk before the progress that counts them is stored, and a continued import
          // removes those after the stored progress: so each batch waits for the one before.
          if let last = writing {
            try settle(try await last.value, &progress, &summary, &rejectedFile)
            stored = begun
          }
          writing = nil
          begun = progress.line
          try rejectedFile?.append(batch.faultyRows)
          var package = batch.package(options.kind, progress)
          package.keptRows = rejectedFile?.count ?? 0
          let (lines, kept) = (batch.lines, batch.kept)
          writing = Task { [package] in
            Written(receipt: try await sink.take(package), lines: lines, kept: kept)
          }
        }
        if let comparesWith {
          summary.note(try await comparesWith.compare(batch.package(options.kind, progress)))
        }
        report(progress)
      }
      if let last = writing { try settle(try await last.value, &progress, &summary, &rejectedFile) }
    } catch {
      // The batch that is being stored may still succeed.
      if let last = writing, (try? await last.value) != nil { stored = begun }
      if sink == nil { throw ImportError(error) }
      throw .stopped(line: stored, cause: ImportError(error))
    }
    summary.progress = progress
    if progress.rejected > 0 || summary.partial > 0, sink != nil { summary.rejectedPath = rejectedFile?.path }
    return summary
  }

  /// A stored batch.
  private struct Written: Sendable {
    var receipt: ImportReceipt
    var lines: [Int32]
    var kept: [(line: Int, cells: [String])]
  }

  /// Rows that the sink found to be about nobody are rejected; its progress counts them as such.
  private func settle(
    _ written: Written, _ progress: inout ImportProgress, _ summary: inout ImportSummary,
    _ rejectedFile: inout RejectedFile?
  ) throws {
    let refused = written.receipt.refusals.filter { written.kept.indices.contains($0.position) }.map {
      let (line, cells) = written.kept[$0.position]
      return RejectedRow(cells: cells, error: ImportRowError(line: line, problem: .refused($0.reason)))
    }
    summary.note((written.receipt, written.lines))
    guard !refused.isEmpty else { return }
    progress = progress.refusing(refused.count)
    summary.note(refused: refused)
    try rejectedFile?.append(refused)
  }

  private func openRejectedFile(
    _ file: borrowing ImportFile, goingOnAt line: Int64?
  ) throws(ImportError) -> RejectedFile? {
    guard sink != nil else { return nil }
    do {
      return try RejectedFile(
        at: rejects ?? RejectedFile.path(for: path), headers: file.header, separator: file.separator,
        goingOnAt: line, keepsOld: rejects == nil)
    } catch {
      throw .file(error)
    }
  }
}
