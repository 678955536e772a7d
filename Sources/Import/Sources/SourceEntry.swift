internal import Platform

/// Why something in a source's folder cannot be imported.
package enum SourceObstacle: Equatable, Sendable, CustomStringConvertible {
  case link
  case folder
  /// A pipe, socket or device.
  case special
  /// The name is not UTF-8.
  case name

  package var description: String {
    switch self {
    case .name: "its name is not UTF-8; rename it"
    case .link: "it is a link, which is not followed; put the file itself there"
    case .folder: "it is a folder; folders below are not looked into, name each with from"
    case .special: "it is a pipe, a socket or a device; only plain files are imported"
    }
  }
}

/// A file in the listing of a source's folder.
package struct SourceEntry: Equatable, Sendable {
  /// With escapes if it is not UTF-8.
  package var name: String
  /// In bytes.
  package var size: Int64
  /// The time of the last change, in a form that depends on the place.
  package var modified: String
  /// Files are imported in ascending order of this, then of their names.
  package var order: Int64
  /// Why it is passed over; `nil` for a plain file.
  package var obstacle: SourceObstacle?

  package init(
    name: String, size: Int64, modified: String, order: Int64 = 0, obstacle: SourceObstacle? = nil
  ) {
    self.name = name
    self.size = size
    self.modified = modified
    self.order = order
    self.obstacle = obstacle
  }

  /// The files in an SFTP server's listing of a folder, in the form of `ls -l` of OpenSSH and most other servers: mode,
  /// links, owner, group, size, three words of the date, name.
  ///
  /// - Parameter isWanted: called with the name, with U+FFFD for bytes that are not UTF-8.
  /// - Returns: `nil` if the line of a plain file has another form.
  package static func files(
    inListing listing: [UInt8], where isWanted: (String) -> Bool = { _ in true }
  ) -> [SourceEntry]? {
    var files: [SourceEntry] = []
    for line in listing.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      var obstacle: SourceObstacle?
      switch line.first {
      case UInt8(ascii: "-"): obstacle = nil
      case UInt8(ascii: "l"): obstacle = .link
      case UInt8(ascii: "d"): obstacle = .folder
      case UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "c"): obstacle = .special
      // The total, and whatever else servers add.
      default: continue
      }
      let words = line.split(separator: 0x20, maxSplits: 8)
      guard words.count == 9, let size = Int64(String(decoding: words[4], as: UTF8.self)) else {
        if obstacle == nil { return nil }
        continue
      }
      let name = Array(obstacle == .link ? linkName(words[8]) : words[8])
      let text = String(decoding: name, as: UTF8.self)
      guard isWanted(text) else { continue }
      let escaped = FilePath.escaped(name)
      if escaped != nil { obstacle = obstacle ?? .name }
      files.append(
        SourceEntry(
          name: escaped ?? text, size: size,
          modified: words[5...7].map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "),
          obstacle: obstacle))
    }
    return files
  }

  /// The name before the ` -> ` that a listing puts between a link and its target.
  private static func linkName(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.firstRange(of: " -> ".utf8).map { text[..<$0.lowerBound] } ?? text
  }
}
