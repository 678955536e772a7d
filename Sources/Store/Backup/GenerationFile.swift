internal import Glibc
internal import Platform

/// The number of the last confirmed commit, in its own file next to the database, or for a server on this
/// machine. Written only on the writer's thread.
final class GenerationFile: Sendable {
  let path: String
  private let file: FileDescriptor

  /// - Parameter readsOnly: allows only `confirmed`.
  init(path: String, readsOnly: Bool = false) throws(FileError) {
    self.path = path
    file = readsOnly ? try Files.open(path) : try Files.openKept(path)
  }

  /// `nil` if the file is empty: it was just created.
  var confirmed: Int64? {
    var text = [UInt8](repeating: 0, count: 19)
    guard pread(file.raw, &text, 19, 0) == 19 else { return nil }
    return Int64(String(decoding: text, as: UTF8.self))
  }

  /// Syncs the file, so that an empty one always means that the database came from elsewhere.
  func flush() throws(FileError) {
    guard fsync(file.raw) == 0 else { throw FileError(path, errno, "flush") }
  }

  /// Writes in place, always with the same length: works on a full disk, and no reader sees half of it.
  func write(_ generation: Int64) {
    let digits = String(generation)
    let text = Array((String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits + "\n").utf8)
    _ = pwrite(file.raw, text, text.count, 0)
  }

  /// Stores the number in the database, within the open transaction.
  static func write(_ generation: Int64, to connection: any SQLConnection) throws {
    try Transaction(connection).setMeta("generation", String(generation))
  }
}
