internal import Domain
internal import Glibc
internal import Platform

/// The file that is imported: open, with its header read.
struct ImportFile: ~Copyable {
  let path: String
  let size: Int64
  let header: [String]
  let separator: UInt8
  /// Where the first row begins.
  let start: CSVPosition
  private let descriptor: FileDescriptor
  private let options: CSVOptions

  /// Opens the file and reads its first record.
  init(path: String, separator: UInt8?) throws(ImportError) {
    let size = try Self.size(path)
    let descriptor = try Self.open(path)
    var options = CSVOptions(
      separator: separator, fieldLimit: 64 << 10, columnLimit: 1000, recordLimit: 1 << 20)
    let first = try Self.firstRecord(path, descriptor.raw, options)
    options.separator = first.separator
    self.path = path
    self.size = size
    header = first.fields
    self.separator = first.separator
    start = first.end
    self.options = options
    self.descriptor = descriptor
  }

  /// Requires a plain file: a pipe can be read only once, so an import could not be continued.
  private static func size(_ path: String) throws(ImportError) -> Int64 {
    let status: FileStatus
    do {
      status = try Files.status(path)
    } catch {
      throw .file(error)
    }
    guard status.isRegular else { throw .notAFile(path: path) }
    return status.size
  }

  private static func open(_ path: String) throws(ImportError) -> FileDescriptor {
    do {
      return try Files.open(path)
    } catch {
      throw .file(error)
    }
  }

  private static func firstRecord(
    _ path: String, _ descriptor: Int32, _ options: CSVOptions
  ) throws(ImportError) -> (fields: [String], separator: UInt8, end: CSVPosition) {
    do {
      var reader = try CSVReader(descriptor: descriptor, options)
      switch try reader.next() {
      case .record: return (reader.fields, reader.separator ?? UInt8(ascii: ","), reader.position)
      case .malformed(let error): throw ImportError.unreadableHeader(error)
      case .end: throw ImportError.empty(path: path)
      }
    } catch let error as CSVError {
      throw .csv(path: path, error)
    } catch {
      throw ImportError(error)
    }
  }

  /// Continues reading at `position`, which must be the beginning of a record.
  func reader(from position: CSVPosition) throws(ImportError) -> CSVReader {
    do {
      return try CSVReader(descriptor: descriptor.raw, options, from: position)
    } catch {
      throw .csv(path: path, error)
    }
  }

  /// Identifies this content read with these options: unchanged when the file is moved or copied, different for every
  /// other byte or option.
  func fingerprint(_ options: ImportOptions, _ context: ImportContext) throws(ImportError) -> String {
    // The digest of the digests of each megabyte: as good as one over all, without holding all bytes at once.
    var digests: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var offset: off_t = 0
    while true {
      let count = pread(descriptor.raw, &chunk, chunk.count, offset)
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw .file(FileError(path, .system(code: errno)))
      }
      if count == 0 { break }
      digests += Digest.sha256.hash(count == chunk.count ? chunk : Array(chunk[..<count]))
      offset += off_t(count)
    }
    digests += Array(
      "\n\(options.canonicalText)\nzone=\(context.zone.name)\ncurrency=\(context.currency.code)".utf8)
    return Hex.text(Digest.sha256.hash(digests))
  }

  /// The text of a row that could not be split into cells: its first line, shortened.
  func text(of range: Range<Int64>) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(min(max(range.upperBound - range.lowerBound, 4096), 4096)))
    let count = pread(descriptor.raw, &bytes, bytes.count, off_t(range.lowerBound))
    let line = bytes[..<max(count, 0)].prefix { $0 != 0x0A && $0 != 0x0D }
    // The reader refuses NUL.
    return String(decoding: line.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
  }
}
