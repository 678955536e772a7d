import Domain
import Glibc
import Testing

/// The zones of the machine that runs the tests.
enum ZoneFiles {
  static let root = "/usr/share/zoneinfo"

  struct Unreadable: Error {
    let path: String
  }

  static func zone(_ name: String) throws -> TimeZoneRules {
    try TimeZoneRules(name: name, tzif: bytes(name))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let path = "\(root)/\(name)"
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Unreadable(path: path) }
    defer { close(file) }
    return try contents(of: file, path: path)
  }

  static func contents(of file: Int32, path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(file, &chunk, chunk.count)
      if count == 0 { return bytes }
      guard count > 0 else { throw Unreadable(path: path) }
      bytes += chunk[..<count]
    }
  }

  /// Every zone of `tzdata.zi`, links too, in the order of their names.
  static func names() throws -> [String] {
    var names: Set<String> = []
    for line in String(decoding: try bytes("tzdata.zi"), as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      switch fields.first {
      case "Z": names.insert(String(fields[1]))
      case "L": names.insert(String(fields[2]))
      default: break
      }
    }
    return names.sorted()
  }
}
