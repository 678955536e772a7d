internal import Glibc
internal import Platform

/// The number of the last commit that was confirmed, in a file of its own beside the database or, for a server, on this
/// machine. Only the writer's thread writes it.
final class GenerationFile: Sendable {
  let path: String
  private let file: FileDescriptor

  /// - Parameter readsOnly: for `confirmed` alone.
  init(path: String, readsOnly: Bool = false) throws(FileError) {
    self.path = path
    file = readsOnly ? try Files.open(path) : try Files.openKept(path)
  }

  /// `nil` when the file holds no number: it was made just now.
  var confirmed: Int64? {
    var text = [UInt8](repeating: 0, count: 19)
    guard pread(file.raw, &text, 19, 0) == 19 else { return nil }
    return Int64(String(decoding: text, as: UTF8.self))
  }

  /// Puts the file on disk, so that an empty one always means that the database came from elsewhere.
  func flush() throws(FileError) {
    guard fsync(file.raw) == 0 else { throw FileError(path, errno, "flush") }
  }

  /// Always the same length, in place: a full disk does not matter, and no reader can see half of it.
  func write(_ generation: Int64) {
    let digits = String(generation)
    let text = Array((String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits + "\n").utf8)
    _ = pwrite(file.raw, text, text.count, 0)
  }

  /// Puts the number into the database, in the open transaction.
  static func write(_ generation: Int64, to connection: any SQLConnection) throws {
    try Transaction(connection).setMeta("generation", String(generation))
  }
}
