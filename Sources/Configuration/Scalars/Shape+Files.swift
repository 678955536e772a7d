internal import Glibc
internal import Platform

extension Shape where Value == String {
  /// A file of PEM certificates (RFC 7468). The value is the path to open, relative to the configuration
  /// directory unless it starts with `/`.
  ///
  /// The file is checked if secrets are resolved. An unreadable one is reported like a missing secret; one
  /// without a certificate is always an error.
  package static func certificateFile(example: String) -> Shape {
    let name = Shape.text(maximum: 4096, example: example).described(expected: "a file in PEM")
    return Shape(name.schema) { node, context in
      guard let name = name.read(node, &context) else { return nil }
      let path = context.environment.root.map { FilePath.join($0.path, name) } ?? name
      guard context.environment.secrets != nil else { return path }
      do throws(FileProblem) {
        let bytes = try ConfigurationRoot.bytes(behind: path, maximum: 4 << 20)
        guard holdsCertificate(bytes) else {
          context.report(
            node.span, "\(context.subject) names \(Quoting.quoted(path)), which holds no certificate in PEM",
            hint: "it must have a line -----BEGIN CERTIFICATE-----")
          return nil
        }
        return path
      } catch {
        let canGoOn = context.reportAbsent(
          node.span, "\(context.subject) names \(Quoting.quoted(path)), which \(error.predicate)",
          hint: "correct the path; without '/' in front it starts from the configuration directory")
        return canGoOn ? path : nil
      }
    }
  }

  /// The three labels that OpenSSL reads (PEM_read_bio_X509_AUX(3)).
  private static func holdsCertificate(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: 0x0A).contains { line in
      ["", "X509 ", "TRUSTED "].contains { line.starts(with: "-----BEGIN \($0)CERTIFICATE-----".utf8) }
    }
  }
}

extension Shape where Value == [String] {
  /// A command line. If secrets are resolved, a program that is missing or not executable on this machine
  /// gets a warning, never an error: only its own channel fails, and stops by itself at its first message.
  package func lookingForProgram() -> Shape {
    Shape(schema) { node, context in
      guard let command = self.read(node, &context) else { return nil }
      guard context.environment.secrets != nil, let program = command.first else { return command }
      do throws(FileProblem) {
        try ConfigurationRoot.checkProgram(program)
      } catch {
        context.report(
          node.span,
          "\(context.subject) begins with \(Quoting.quoted(program)), which \(error.predicate)",
          hint: "install it, or correct the path", severity: .warning)
      }
      return command
    }
  }
}
