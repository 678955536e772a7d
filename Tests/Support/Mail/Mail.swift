/// A mail as it came over the wire.
package struct Mail: Sendable {
  /// As sent, line ends as LF.
  package let text: String
  private let headers: [(name: String, value: String)]

  package init(_ bytes: [UInt8]) {
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

  package subscript(header: String) -> String? { headers.first { $0.name == header.lowercased() }?.value }

  package var id: String? { self["Message-ID"].map(Mail.inside) }
  package var to: String? { self["To"].map(Mail.inside) }
  package var subject: String? { self["Subject"] }
  /// Of one-click unsubscribing.
  package var unsubscribeURL: String? { self["List-Unsubscribe"].map(Mail.inside) }
  /// The name under which the program knows the message.
  package var uid: String? { id?.split(separator: "@").first.map(String.init) }

  /// The part between angle brackets, or all of it.
  private static func inside(_ value: String) -> String {
    guard let open = value.firstIndex(of: "<"), let close = value.firstIndex(of: ">"), open < close else {
      return value
    }
    return String(value[value.index(after: open)..<close])
  }
}
