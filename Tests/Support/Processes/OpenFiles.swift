import Glibc
import Platform

/// The files that this process has open.
package enum OpenFiles {
  /// Those whose path begins with `path`, sorted.
  package static func below(_ path: String) throws -> [String] {
    try Files.names(in: "/proc/self/fd").compactMap { name in
      var buffer = [UInt8](repeating: 0, count: 4096)
      let length = readlink("/proc/self/fd/" + name, &buffer, buffer.count)
      guard length > 0 else { return nil }
      let target = String(decoding: buffer[..<length], as: UTF8.self)
      return target.hasPrefix(path) ? target : nil
    }.sorted()
  }
}
