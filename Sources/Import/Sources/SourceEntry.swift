/// A file of a source's folder, as that shows it.
package struct SourceEntry: Equatable, Sendable {
  package var name: String
  /// Bytes.
  package var size: Int64
  /// When it was changed, in the words of the place; as good as any other words, if they change with the file.
  package var modified: String
  /// Files go in this order, then in that of their names.
  package var order: Int64

  package init(name: String, size: Int64, modified: String, order: Int64 = 0) {
    self.name = name
    self.size = size
    self.modified = modified
    self.order = order
  }

  /// The plain files in the listing of a folder by a server of SFTP, in the form of `ls -l` that OpenSSH and most others
  /// have: mode, links, owner, group, size, three words of the date, name.
  ///
  /// - Returns: `nil` when a line has another form.
  package static func files(inListing listing: String) -> [SourceEntry]? {
    var files: [SourceEntry] = []
    for line in listing.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      // Anything else than a plain file is left alone, however it is written.
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
