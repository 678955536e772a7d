import Platform

/// A private certificate authority of one test, made by `openssl` in a folder of its own.
package struct CertificateAuthority: Sendable {
  /// The certificate of a server with its private key.
  package struct Certificate: Sendable {
    /// PEM: the key, then the certificate.
    package let chainFile: String
  }

  private let directory: String

  /// The authority's own certificate, for whoever is to trust it.
  package var file: String { directory + "/ca.pem" }

  /// - Parameter directory: made by this.
  package init(in directory: String, name: String = "Authority of the tests") throws {
    self.directory = directory
    try Files.makeDirectories(directory)
    try openssl(
      ["req", "-x509"] + Self.newKey("ca") + ["-out", "ca.pem", "-days", "2", "-subj", "/CN=\(name)"])
  }

  /// A server's certificate for names such as `DNS:localhost` and `IP:127.0.0.1`.
  ///
  /// - Parameter isExpired: its last day was yesterday.
  package func certificate(_ name: String, for hosts: [String], isExpired: Bool = false) throws -> Certificate
  {
    let extensions = "subjectAltName=\(hosts.joined(separator: ","))\n"
    try Files.write(Array(extensions.utf8), to: "\(directory)/\(name).ext")
    try openssl(["req", "-new"] + Self.newKey(name) + ["-out", "\(name).csr", "-subj", "/CN=\(name)"])
    try openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
      isExpired ? "-1" : "1", "-extfile", "\(name).ext", "-out", "\(name).pem",
    ])
    let chain = "\(directory)/\(name).chain.pem"
    let key = try Files.read("\(directory)/\(name).key")
    try Files.write(key + Files.read("\(directory)/\(name).pem"), to: chain, permissions: 0o600)
    return Certificate(chainFile: chain)
  }

  private static func newKey(_ name: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(name).key"]
  }

  private func openssl(_ arguments: [String]) throws {
    let result = try spawn(["openssl"] + arguments, directory: directory)
    guard result.status == 0 else { throw Failure(arguments: arguments, output: result.errorText) }
  }

  private struct Failure: Error, CustomStringConvertible {
    let arguments: [String]
    let output: String

    var description: String { "openssl \(arguments.joined(separator: " ")): \(output)" }
  }
}
