/// A file in the listing of a source's folder.
package struct SourceEntry: Equatable, Sendable {
  package var name: String
  /// In bytes.
  package var size: Int64
  /// The time of the last change, in a form that depends on the place.
  package var modified: String
  /// Files are imported in ascending order of this, then of their names.
  package var order: Int64

  package init(name: String, size: Int64, modified: String, order: Int64 = 0) {
    self.name = name
    self.size = size
    self.modified = modified
    self.order = order
  }

  /// The plain files in an SFTP server's listing of a folder, in the form of `ls -l` of OpenSSH and most other servers:
  /// mode, links, owner, group, size, three words of the date, name.
  ///
  /// - Returns: `nil` if a line has another form.
  package static func files(inListing listing: String) -> [SourceEntry]? {
    var files: [SourceEntry] = []
    for line in listing.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      // Skips anything but plain files, in whatever form.
      guard line.first == UInt8(ascii: "-") else { continue }
      let words = line.split(separator: 0x20, maxSplits: 8)
      guard words.count == 9, let size = Int64(String(decoding: words[4], as: UTF8.self)) else { return nil }
      files.append(
        SourceEntry(
          name: String(decoding: words[8], as: UTF8.self), size: size,
          modified: words[5...7].map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")))
    }
    return files
  }
}
