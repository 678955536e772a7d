internal import Platform
internal import Synchronization

/// Detects that a PostgreSQL database went back to an earlier state: a dump was loaded, or its machine was restored
/// from a snapshot. The server cannot know, and messages sent since then would be sent again.
///
/// About once a second a commit increments a number, first in the database and then in a file on this
/// machine. A database behind the file is an older copy. Losses of less than a second go unnoticed. Used on
/// the writer's thread.
final class PostgresGeneration: Sendable {
  private static let interval = Duration.seconds(1)
  private let location: StoreLocation
  private let file: GenerationFile
  private let state = Mutex(State())

  private struct State {
    var generation: Int64 = 0
    /// The number in the open transaction.
    var pending: Int64?
    var markedAt: ContinuousClock.Instant?
  }

  /// - Parameter readsOnly: allows only `check`, when the file cannot be written.
  init(path: String, location: StoreLocation, readsOnly: Bool = false) throws {
    self.location = location
    if !readsOnly { try Files.makeDirectories(FilePath.directory(of: path), permissions: 0o700) }
    file = try GenerationFile(path: path, readsOnly: readsOnly)
  }

  /// Compares the database with the file on this machine; changes nothing.
  func check(_ connection: any SQLConnection, acceptsOlderCopy: Bool) throws {
    let hasTables = try Migrator.version(of: connection) > 0
    let found =
      hasTables
      ? try connection.integer("SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'generation'") ?? 0 : 0
    let confirmed = file.confirmed ?? 0
    guard acceptsOlderCopy || found >= confirmed else {
      throw StoreError.olderDatabase(location: location.description, found: found, confirmed: confirmed)
    }
    // Continue above both, so that an older copy that was accepted is not refused again.
    state.withLock { $0.generation = max(found, confirmed) }
  }

  /// Numbers the open transaction if the last number is old enough.
  func mark(_ connection: any SQLConnection) throws {
    let now = ContinuousClock.now
    let generation: Int64? = state.withLock { state in
      if let markedAt = state.markedAt, now - markedAt < Self.interval { return nil }
      state.markedAt = now
      state.generation += 1
      state.pending = state.generation
      return state.generation
    }
    guard let generation else { return }
    try GenerationFile.write(generation, to: connection)
  }

  /// Call after a commit or its failure.
  func confirm(succeeded: Bool) {
    let pending = state.withLock { state in
      defer { state.pending = nil }
      return succeeded ? state.pending : nil
    }
    if let pending { file.write(pending) }
  }
}
