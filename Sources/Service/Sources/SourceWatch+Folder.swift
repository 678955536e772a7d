internal import Delivery
internal import Domain
internal import Import
internal import Platform
internal import Store

extension SourceWatch {
  /// Checks a folder and imports what is new. It polls, since inotify does not see changes on network file systems.
  ///
  /// - Returns: after what time a file that is still being written may be complete; `nil` without one.
  func look(into folder: String, _ pattern: FilePattern) async throws -> Duration? {
    let reading = settings.options.digest(site.context)
    let files = try Files.list(folder) { pattern.matches($0) && !FilePattern.isPassedOver($0) }
      .filter(\.isRegular)
    let (ready, wait) = settled(files, reading: reading)
    tellProblems(of: files)
    if !ready.isEmpty {
      let now = site.clock.now()
      update { $0.result = SourceState.Result(at: now) }
    }
    for file in ready where !isStopped {
      let path = FilePath.join(folder, file.name)
      let begun = SourceFile(
        source: name, file: file.name, size: file.size, modified: file.version, reading: reading,
        fingerprint: "", outcome: .running, at: site.clock.now())
      try await SourceImport(watch: self, path: path, file: begun).run {
        guard let now = try? Files.look(path) else { return false }
        return now.isRegular && now.size == file.size && now.modified == file.modified
      }
      tellProblems(of: files)
    }
    if !isStopped { try await forget(butFor: files) }
    return wait
  }
}
