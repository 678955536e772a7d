internal import Domain
internal import Glibc
internal import Platform

/// The file that is imported, open and with its header read.
struct ImportFile: ~Copyable {
  let path: String
  /// The size in bytes, after conversion to UTF-8.
  let size: Int64
  let encoding: TextEncoding
  let header: [String]
  let separator: UInt8
  /// Where the first row begins.
  let start: CSVPosition
  private let descriptor: FileDescriptor
  private let options: CSVOptions
  /// For quoting rows that could not be parsed.
  private let rereading = Rereading()

  /// Opens the file and reads its first record.
  ///
  /// - Parameters:
  ///   - encoding: `nil` detects it. A file of rejected rows is read as UTF-8 if it is valid UTF-8, since the option is
  ///     the one given for the original file.
  ///   - isOwn: whether to refuse symbolic links.
  ///   - impliedHeader: returns the names of the columns if the first record is a row already; `nil` if it is a header.
  init(
    path: String, separator: UInt8?, encoding given: TextEncoding? = nil,
    isOwn: Bool = false, impliedHeader: ([String]) -> [String]? = { _ in nil }
  ) throws(ImportError) {
    var size = try Self.size(path)
    let descriptor = try Self.open(path, isOwn: isOwn)
    let recognition = EncodingRecognition(path: path, descriptor: descriptor.raw)
    let encoding: TextEncoding
    switch given {
    case nil: encoding = try recognition.encoding()
    case .utf8?: encoding = .utf8
    case let given?:
      if Self.isRejectedFile(path, descriptor.raw, separator), try recognition.isUTF8() {
        encoding = .utf8
      } else {
        encoding = given
      }
    }
    if encoding != .utf8 { size = try Self.convertedSize(path, descriptor.raw, encoding) }
    var options = Self.options(separator, encoding)
    let first = try Self.firstRecord(path, descriptor.raw, options)
    options.separator = first.separator
    self.path = path
    self.size = size
    self.encoding = encoding
    let implied = impliedHeader(first.fields)
    header = implied ?? first.fields
    self.separator = first.separator
    start = implied == nil ? first.end : CSVPosition()
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

  private static func open(_ path: String, isOwn: Bool) throws(ImportError) -> FileDescriptor {
    do {
      return try Files.open(path, regularOnly: isOwn)
    } catch {
      throw .file(error)
    }
  }

  private static func options(_ separator: UInt8?, _ encoding: TextEncoding) -> CSVOptions {
    var options = CSVOptions(
      separator: separator, fieldLimit: 64 << 10, columnLimit: 1000, recordLimit: 1 << 20)
    options.encoding = encoding
    return options
  }

  /// Whether the header, read as UTF-8, is that of a file of rejected rows. Ignores errors, which the real reading
  /// reports.
  private static func isRejectedFile(_ path: String, _ descriptor: Int32, _ separator: UInt8?) -> Bool {
    guard let first = try? firstRecord(path, descriptor, options(separator, .utf8)) else { return false }
    return RejectedFile.hasWritten(first.fields)
  }

  private static func firstRecord(
    _ path: String, _ descriptor: Int32, _ options: CSVOptions
  ) throws(ImportError) -> (fields: [String], separator: UInt8, end: CSVPosition) {
    do {
      guard lseek(descriptor, 0, SEEK_SET) == 0 else {
        throw CSVError.source(.last("go to the beginning of the file"))
      }
      var reader = try Self.reader(descriptor, options, from: CSVPosition())
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

  private static func convertedSize(
    _ path: String, _ descriptor: Int32, _ encoding: TextEncoding
  ) throws(ImportError) -> Int64 {
    do {
      let file = try ConvertedFile(descriptor: descriptor, encoding)
      try file.skip(to: .max)
      return file.position
    } catch {
      throw .csv(path: path, .source(error))
    }
  }

  private static func reader(
    _ descriptor: Int32, _ options: CSVOptions, from position: CSVPosition
  ) throws(CSVError) -> CSVReader {
    guard options.encoding != .utf8 else {
      // The first record was read already, but may be a row.
      if position.offset == 0 { lseek(descriptor, 0, SEEK_SET) }
      return try CSVReader(descriptor: descriptor, options, from: position)
    }
    do {
      let file = try ConvertedFile(descriptor: descriptor, options.encoding)
      try file.skip(to: position.offset)
      return CSVReader(options, from: position) { (space) throws(SystemError) in try file.read(space) }
    } catch {
      throw .source(error)
    }
  }

  /// A reader that starts at `position`, which must be the beginning of a record.
  func reader(from position: CSVPosition) throws(ImportError) -> CSVReader {
    do {
      return try Self.reader(descriptor.raw, options, from: position)
    } catch {
      throw .csv(path: path, error)
    }
  }

  /// Identifies the content together with everything that its reading depends on: the same for a moved or copied file,
  /// different after any change to a byte or an option.
  func fingerprint(_ options: ImportOptions, _ context: ImportContext) throws(ImportError) -> String {
    // A digest of the digests of each megabyte, so that the file need not be in memory at once.
    var digests: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var offset: off_t = 0
    while true {
      try ImportError.check(reading: path)
      let count = pread(descriptor.raw, &chunk, chunk.count, offset)
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw .file(FileError(path, .system(code: errno)))
      }
      if count == 0 { break }
      digests += Digest.sha256.hash(count == chunk.count ? chunk : Array(chunk[..<count]))
      offset += off_t(count)
    }
    digests += Array("\n\(options.readingText(context))".utf8)
    return Hex.text(Digest.sha256.hash(digests))
  }

  /// The first line of a row that could not be split into cells, shortened.
  func text(of range: Range<Int64>) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(min(max(range.upperBound - range.lowerBound, 4096), 4096)))
    let count =
      encoding == .utf8
      ? pread(descriptor.raw, &bytes, bytes.count, off_t(range.lowerBound))
      : rereading.read(&bytes, at: range.lowerBound, of: descriptor.raw, encoding)
    let line = bytes[..<max(count, 0)].prefix { $0 != 0x0A && $0 != 0x0D }
    // `CSVReader` rejects NUL, and the text will be in a file that it reads.
    return String(decoding: line.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
  }
}

/// Reads parts of a converted file again. Cheap only for ascending offsets: conversion cannot seek.
private final class Rereading {
  private var file: ConvertedFile?

  /// - Returns: the number of bytes read; 0 after an error.
  func read(_ bytes: inout [UInt8], at offset: Int64, of descriptor: Int32, _ encoding: TextEncoding) -> Int {
    do {
      if file == nil || file.map({ $0.position > offset }) == true {
        file = try ConvertedFile(descriptor: descriptor, encoding)
      }
      try file?.skip(to: offset)
      return try bytes.withUnsafeMutableBytes { space throws(SystemError) in try file?.read(space) ?? 0 }
    } catch {
      return 0
    }
  }
}
