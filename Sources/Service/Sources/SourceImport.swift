internal import Delivery
internal import Domain
internal import Import
internal import Operations
internal import Platform
internal import Store
internal import Synchronization

/// Imports a file of a source, in the same way as `reprise import`.
struct SourceImport {
  let watch: SourceWatch
  /// The file's path on this machine.
  let path: String
  /// The row to store when the import begins.
  let file: SourceFile
  /// The file's original address, for texts; `nil` for its path.
  var origin: String?

  private var site: SourceSite { watch.site }
  private var rejects: String { watch.rejectedPath(of: file.file) }

  /// - Parameter isSame: whether the file is unchanged; called at the end. One that changed is imported again at the
  ///   next check.
  /// - Throws: if a retry may succeed; `SourceTrouble` if only this file is concerned. A file whose content is at fault
  ///   is stored as `refused` instead.
  func run(isSame: @escaping @Sendable () -> Bool) async throws {
    defer { watch.update { $0.running = nil } }
    if watch.isStopped { return }
    do {
      try Files.makeDirectories(FilePath.directory(of: rejects), permissions: 0o700)
      try await work(isSame)
    } catch {
      if watch.isStopped { return }
      let error = ImportError(error)
      if error.isAboutContent { return try await refuse(error.cause) }
      guard error.isAboutReading(path) else { throw error.cause }
      throw SourceTrouble(description: text(error.cause), scope: .file)
    }
  }

  /// The error's text without cells, with the file's original address.
  private func text(_ error: ImportError) -> String {
    origin.map { error.discreet.replacing(path, with: $0) } ?? error.discreet
  }

  private func work(_ isSame: @escaping @Sendable () -> Bool) async throws {
    let context = site.context
    let options = watch.settings.options
    var begun = file
    begun.fingerprint = try Importer(
      path: path, options: options, context: context, sink: nil, rejects: rejects
    ).fingerprint()
    let known = watch.known(file.file)
    let isKnown = known.map { $0.fingerprint == begun.fingerprint } ?? false
    if let known, isKnown, known.outcome == .taken { return try await keep(as: known) }
    watch.update { $0.news(at: context.now) }
    // A small file is a single batch, whose transaction also stores the file's row.
    if file.size > SourceSink.surelyOneBatch { try await save(begun) }

    let whole = Mutex(true)
    let kept = Mutex(Int64(0))
    let taken = Mutex<SourceFile?>(nil)
    let started = begun
    let direct = DirectImport(store: site.store, intake: site.intake, now: site.clock.now) { tx, progress in
      guard progress.finishedAt != nil else { return try tx.save(progress) }
      try tx.removeImport(fingerprint: progress.fingerprint)
      guard whole.withLock({ $0 }) else { return }
      let file = started.taken(progress, kept: kept.withLock { $0 })
      try tx.save(file)
      taken.withLock { $0 = file }
    }
    let watch = watch
    let sink = SourceSink(
      direct, isStopped: { watch.isStopped },
      finishing: { rows in
        kept.withLock { $0 = rows }
        // On the source's own thread: the file may be on a file system that hangs.
        let same = await withTaskExecutorPreference(watch.executor) { isSame() }
        whole.withLock { $0 = same }
      },
      counted: { counts in watch.update { $0.count(counts) } })
    let importer = Importer(
      path: path, options: options, context: context, sink: sink,
      startsOver: !(isKnown && known?.outcome == .running), rejects: rejects)
    let summary = try await follow(importer)
    if summary.outcome == .doneBefore {
      // Interrupted here, and finished by `reprise import`.
      try await save(begun.taken(summary.progress, kept: 0))
    } else if let taken = taken.withLock({ $0 }) {
      watch.remember(taken)
    }
    tell(summary)
  }

  private func follow(_ importer: Importer) async throws(ImportError) -> ImportSummary {
    let (watch, name) = (watch, file.file)
    return try await importer.run { start in
      watch.update { $0.running = .init(file: name, bytes: start.offset, totalBytes: start.size) }
    } report: { progress in
      watch.update { $0.running?.bytes = progress.byteOffset }
    }
  }

  /// Stores the new size and time of a file whose content is unchanged.
  private func keep(as known: SourceFile) async throws {
    var kept = known
    kept.size = file.size
    kept.modified = file.modified
    kept.etag = file.etag
    try await save(kept)
  }

  private func save(_ file: SourceFile) async throws {
    try await site.store.write { try $0.save(file) }
    watch.remember(file)
  }

  private func refuse(_ error: ImportError) async throws {
    var refused = file
    refused.outcome = .refused
    let problem = text(error)
    refused.problem = problem
    try await save(refused)
    site.log.warning(
      "source_file_refused",
      [
        "source": watch.name, "file": file.file, "problem": problem,
        "advice": "it is read again when it or its options in reprise.yaml have changed",
      ])
  }

  private func tell(_ summary: ImportSummary) {
    watch.update { $0.result?.files += 1 }
    guard let rejected = summary.rejectedPath else {
      site.log.info(
        "source_file_imported",
        [
          "source": watch.name, "file": file.file, "rows": summary.progress.imported,
          "unchanged": summary.duplicates,
        ])
      return
    }
    site.log.warning(
      "source_file_imported",
      [
        "source": watch.name, "file": file.file, "rows": summary.progress.imported,
        "unchanged": summary.duplicates, "rejected": summary.progress.rejected, "left_out": summary.leftOut,
        "rejected_file": rejected,
      ])
  }
}

extension SourceFile {
  /// The row of a file that was imported to its end.
  ///
  /// - Parameter kept: the number of rows in the file of rejected rows. The others in it were imported without a field,
  ///   or belong to an order that was.
  fileprivate func taken(_ progress: ImportProgress, kept: Int64) -> SourceFile {
    var file = self
    file.outcome = .taken
    file.fingerprint = progress.fingerprint
    file.imported = progress.imported
    file.rejected = progress.rejected
    let partial = kept - progress.rejected
    if partial > 0 { file.problem = "\(SourceWatch.rows(partial)) imported only in part" }
    return file
  }
}

extension ImportError {
  /// The error without the line, and the advice to run the command again: the source continues on its own.
  fileprivate var cause: ImportError { if case .stopped(_, let cause) = self { cause } else { self } }
}
