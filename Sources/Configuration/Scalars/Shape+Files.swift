internal import Glibc
internal import Platform

extension Shape where Value == String {
  /// A file of certificates in PEM (RFC 7468). The value is the path to open: one that does not begin with `/` starts
  /// from the configuration directory.
  ///
  /// Where secrets are looked for, the file is as well. One that cannot be read is what a missing secret is; one that
  /// holds no certificate is an error in any case.
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
  /// A command line. Where secrets are looked for, a program that is not on this machine or cannot be run gets a
  /// warning, never an error: only its own channel cannot work, and that stops by itself at its first message.
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
