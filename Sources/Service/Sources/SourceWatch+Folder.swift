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
    let files = try Files.list(folder) { pattern.matches($0) && !FilePattern.isPassedOver($0) }
      .filter(\.isRegular).map(SourceEntry.init)
    return try await take(files) { file, begun in
      let path = FilePath.join(folder, file.name)
      try await SourceImport(watch: self, path: path, file: begun).run {
        guard let now = try? Files.look(path), now.isRegular else { return false }
        return now.size == file.size && "\(now.modified)" == file.modified
      }
    }
  }

  /// Imports the new and changed files of a folder, one after the other.
  ///
  /// - Parameter take: imports a file, given the row to store when its import begins.
  func take(
    _ files: [SourceEntry], by take: (SourceEntry, SourceFile) async throws -> Void
  ) async throws -> Duration? {
    let reading = settings.options.digest(site.context)
    let names = files.map(\.name)
    let (ready, wait) = settled(files, reading: reading)
    tellProblems(of: names)
    for file in ready where !isStopped {
      try await take(
        file,
        SourceFile(
          source: name, file: file.name, size: file.size, modified: file.modified, reading: reading,
          fingerprint: "", outcome: .running, at: site.clock.now()))
      tellProblems(of: names)
    }
    if !isStopped { try await forget(butFor: names) }
    return wait
  }
}

extension SourceEntry {
  fileprivate init(_ file: ListedFile) {
    self.init(name: file.name, size: file.size, modified: "\(file.modified)", order: file.modified)
  }
}
