package import Configuration
package import Delivery
internal import Domain
internal import Import
internal import Platform
internal import Synchronization

/// Files beside the store that may hold personal data: captured messages, and rejected rows of imports.
///
/// Thread-safe.
package final class PersonalFiles: Sendable {
  /// The directories of all capture channels since the start: files stay there after a channel is changed.
  private let captures: Mutex<Set<ExactText>>
  /// The directory of the sources' rejected rows.
  private let rejects: String?

  package init(captures: [String] = [], rejects: String? = nil) {
    self.captures = Mutex(Set(texts: captures))
    self.rejects = rejects
  }

  /// - Parameter capture: where all channels capture, if the program was started so.
  package convenience init(
    _ settings: Settings<any AdapterSettings>, capture: String?, rejects: String
  ) {
    self.init(captures: capture.map { [$0] } ?? [], rejects: rejects)
    learn(settings)
  }

  /// Adds the directories of a configuration.
  package func learn(_ settings: Settings<any AdapterSettings>) {
    let directories = settings.channels.compactMap { ($0.adapter as? CaptureSettings)?.directory }
    captures.withLock { $0.formUnion(directories.map { ExactText($0) }) }
  }

  /// The person to forget.
  struct Person: Sendable {
    var ids: [String]
    /// Current and former addresses.
    var addresses: [String]
    /// The providers' references of the messages; for captured messages, the file names.
    var references: [String]
  }

  struct Found: Sendable {
    /// Paths of captured messages.
    var removed: [String] = []
    /// Paths of files that contain the person, or may do so.
    var left: [String] = []
  }

  /// Deletes captured messages that are certainly this person's, and finds other files that may contain the person.
  ///
  /// - Parameter imported: paths of files that were imported; their rejected rows are beside them.
  func clear(_ person: Person, imported: [String]) -> Found {
    var found = Found()
    for directory in captures.withLock({ $0 }).sorted() {
      clear(Files.resolved(directory.text), of: person, &found)
    }
    for path in rejectedFiles(of: imported) where mayHold(path, person) { found.left.append(path) }
    return found
  }

  private func clear(_ directory: String, of person: Person, _ found: inout Found) {
    let references = Set(texts: person.references)
    let parts = person.ids.map { (text: CaptureAdapter.namePart(customer: $0), id: $0) }
    let names = (try? Files.names(in: directory)) ?? []
    for name in names {
      guard let owner = CaptureAdapter.customerPart(ofName: name) else { continue }
      let path = FilePath.join(directory, name)
      let likely = parts.filter { owner.hasSameBytes(as: $0.text) }
      if references.contains(name) || likely.contains(where: { $0.text.hasSameBytes(as: $0.id) }) {
        do throws(FileError) {
          try Files.remove(path)
          found.removed.append(path)
        } catch {
          if error.problem != .notFound { found.left.append(path) }
        }
      } else if !likely.isEmpty {
        found.left.append(path)
      }
    }
  }

  /// The existing files: those of the sources, and those next to imported files.
  private func rejectedFiles(of imported: [String]) -> [String] {
    var paths: [String] = []
    for source in rejects.flatMap({ try? Files.names(in: $0) }) ?? [] {
      let directory = FilePath.join(rejects ?? "", source)
      paths += ((try? Files.names(in: directory)) ?? []).map { FilePath.join(directory, $0) }
    }
    // It is unknown what a relative path was relative to.
    for file in imported where file.utf8.first == UInt8(ascii: "/") {
      let rejected = Importer.rejectedName(of: file)
      let start = FilePath.name(of: rejected)
      let directory = FilePath.directory(of: rejected)
      paths += ((try? Files.names(in: directory)) ?? []).filter {
        $0.hasSameBytes(as: start) || $0.utf8.starts(with: "\(start).old".utf8)
      }.map { FilePath.join(directory, $0) }
    }
    return Set(texts: paths).sortedTexts
  }

  /// Whether a cell of the file is the person's id or address, in any spelling; also true for an unreadable file.
  private func mayHold(_ path: String, _ person: Person) -> Bool {
    guard let status = try? Files.look(path), status.isRegular else { return false }
    guard let bytes = try? Files.read(path, regularOnly: true) else { return true }
    let wanted = Set(texts: (person.ids + person.addresses).map { Self.key($0.utf8) })
    let numbers = person.addresses.filter { $0.utf8.first == UInt8(ascii: "+") }.map { Self.digits($0.utf8) }
    let ends = Array(",;\t\r\n\"".utf8)
    return bytes.split(whereSeparator: { ends.contains($0) }).contains { cell in
      if wanted.contains(Self.key(cell)) { return true }
      let digits = Self.digits(cell)
      return digits.utf8.count >= 7 && numbers.contains { $0.hasSuffix(digits) }
    }
  }

  private static func key(_ text: some Collection<UInt8>) -> String {
    let text = String(decoding: text.drop { $0 == 0x20 || $0 == UInt8(ascii: "'") }, as: UTF8.self)
    return Inbox.key(text.unpadded, asciiDomain: DomainName.ascii)
  }

  private static func digits(_ text: some Collection<UInt8>) -> String {
    String(decoding: text.filter { $0 &- 0x30 < 10 }, as: UTF8.self)
  }
}

extension String {
  fileprivate var unpadded: String {
    var bytes = Array(utf8)[...]
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
