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
      .map(SourceEntry.init)
    return try await take(files) { file, begun in
      let path = FilePath.join(folder, file.name)
      try await SourceImport(watch: self, path: path, file: begun).run {
        guard let now = try? Files.look(path), now.isRegular else { return false }
        return now.size == file.size && "\(now.modified)" == file.modified
      }
    }
  }

  /// Imports the new and changed files of a folder, one after the other. A file that cannot be read is told and passed
  /// over until the next check.
  ///
  /// - Parameter take: imports a file, given the row to store when its import begins.
  func take(
    _ files: [SourceEntry], by take: (SourceEntry, SourceFile) async throws -> Void
  ) async throws -> Duration? {
    let reading = settings.options.digest(site.context)
    let names = files.map(\.name)
    let (ready, wait) = settled(files.filter { $0.obstacle == nil }, reading: reading)
    for file in files { if let obstacle = file.obstacle { passOver(file.name, "\(obstacle)") } }
    keepPassedOver((files.filter { $0.obstacle != nil } + ready).map(\.name))
    tellProblems(of: names)
    var failedBefore = false
    for file in ready where !isStopped {
      let before = problem(ofFile: file.name)
      do {
        try await take(
          file,
          SourceFile(
            source: name, file: file.name, size: file.size, modified: file.modified, reading: reading,
            fingerprint: "", outcome: .running, at: site.clock.now()))
        failedBefore = false
        if !isStopped { passOver(file.name, nil) }
      } catch let trouble as SourceTrouble {
        if trouble.scope == .place || trouble.scope == .fileOrPlace && failedBefore { throw trouble }
        failedBefore = trouble.scope == .fileOrPlace
        passOver(file.name, trouble.description)
      }
      // Not after each of thousands of good files.
      if problem(ofFile: file.name) != before { tellProblems(of: names) }
    }
    if !isStopped { try await forget(butFor: names) }
    return wait
  }
}

extension SourceEntry {
  fileprivate init(_ file: ListedFile) {
    let obstacle: SourceObstacle? =
      switch file.kind {
      case .regular: file.isNameUTF8 ? nil : .name
      case .directory: .folder
      case .link: .link
      case .special: .special
      }
    self.init(
      name: file.name, size: file.size, modified: "\(file.modified)", order: file.modified, obstacle: obstacle
    )
  }
}
