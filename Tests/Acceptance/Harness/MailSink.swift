import Glibc
import Platform

/// Postfix's own test receiver, which keeps every mail it has accepted as a file.
final class MailSink: Sendable {
  let port: UInt16
  let directory: String
  let child: Child

  /// - Parameter directory: made by this; a mail that was broken off leaves no file there.
  init(directory: String, options: [String] = []) async throws {
    self.directory = directory
    try Files.makeDirectories(directory)
    // The receiver gives up root for nobody, who writes here.
    chmod(directory, 0o777)
    let port = try FreePort.find()
    self.port = port
    var arguments = ["/usr/sbin/smtp-sink"] + options + ["-d", "\(directory)/mail."]
    if getuid() == 0 { arguments += ["-u", "nobody"] }
    let child = try Child(arguments + ["127.0.0.1:\(port)", "1000"], output: "\(directory)-sink.log")
    self.child = child
    try await eventually("mail receiver", within: .seconds(10), context: { child.text }) {
      FreePort.connect(port) != nil
    }
  }

  /// How many mails have come or are coming.
  func count() throws -> Int { try Files.names(in: directory).count }

  /// Every mail that is there whole. A file that is being written at this moment may be among them, cut.
  func mails() throws -> [Mail] { try Self.mails(in: directory) }

  static func mails(in directory: String) throws -> [Mail] {
    try Files.names(in: directory).compactMap { name in
      // It may have been broken off, and be gone.
      (try? Files.read(FilePath.join(directory, name))).map { Mail($0) }
    }
  }
}

/// A mail as it came over the wire.
struct Mail: Sendable {
  /// As sent, line ends as LF.
  let text: String
  private let headers: [(name: String, value: String)]

  init(_ bytes: [UInt8]) {
    text = String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self)
    var headers: [(name: String, value: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { break }
      if line.first == " " || line.first == "\t", !headers.isEmpty {
        headers[headers.count - 1].value += line
      } else if let colon = line.firstIndex(of: ":") {
        headers.append(
          (String(line[..<colon]).lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " })))
      }
    }
    self.headers = headers
  }

  subscript(header: String) -> String? { headers.first { $0.name == header.lowercased() }?.value }

  var id: String? { self["Message-ID"].map(Mail.inside) }
  var to: String? { self["To"].map(Mail.inside) }
  var subject: String? { self["Subject"] }
  /// Of one-click unsubscribing.
  var unsubscribeURL: String? { self["List-Unsubscribe"].map(Mail.inside) }
  /// The name under which the program knows the message.
  var uid: String? { id?.split(separator: "@").first.map(String.init) }

  /// The part between angle brackets, or all of it.
  private static func inside(_ value: String) -> String {
    guard let open = value.firstIndex(of: "<"), let close = value.firstIndex(of: ">"), open < close else {
      return value
    }
    return String(value[value.index(after: open)..<close])
  }
}
