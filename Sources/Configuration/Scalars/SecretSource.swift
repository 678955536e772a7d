internal import Glibc
package import Platform

/// How secret references are resolved.
package struct SecretSource: Sendable {
  /// The directory with the credentials: systemd's copy for the service, or the original one; `nil` for none.
  package var credentialsDirectory: String?
  /// Where operators put credentials, for the advice in errors.
  package var keptIn: String
  package var environment: [ExactText: String]
  /// Whether an unresolvable reference is an error, as for the daemon, or a warning, as for a check on
  /// another machine. Also applies to files of the machine.
  package var missing: Diagnostic.Severity
  /// Which references are resolved; every other secret stays empty.
  package var scope: Scope
  /// Whether the environment differs from the daemon's, so that missing variables are only warnings, and so
  /// are files readable only by root.
  package var isElsewhere = false
  /// Whether a secret written into the file is an error; otherwise it gets a warning.
  package var refusesInline = false

  package init(
    credentialsDirectory: String?, keptIn: String = "/etc/reprise/credentials",
    environment: [ExactText: String], missing: Diagnostic.Severity = .error, scope: Scope = .all
  ) {
    self.credentialsDirectory = credentialsDirectory
    self.keptIn = keptIn
    self.environment = environment
    self.missing = missing
    self.scope = scope
  }

  package enum Scope: Equatable, Sendable {
    case all
    /// Those of one entry of `channels:`, for a command that needs no other.
    case channel(String)
    /// Those under `http:`, for a daemon that logs in nowhere.
    case http
  }
}

extension Shape where Value == Secret {
  /// A secret other than a mail server's password; `name` is used in the example.
  package static func secret(named name: String) -> Shape {
    secret.described(example: "${credential:\(name)}")
  }

  /// `${credential:NAME}` or `${env:NAME}`. A literal value is an error or a warning, as
  /// `SecretSource.refusesInline` says.
  ///
  /// A credential is the file NAME in the credentials directory, or `reprise_NAME`, systemd's name for a file
  /// of a directory that the unit loads as a whole under the name `reprise` (systemd.exec(5),
  /// LoadCredential=). A trailing line end is dropped; a file that others can read gets a warning.
  package static var secret: Shape<Platform.Secret> {
    let schema = SchemaNode(
      .text(pattern: nil), expected: "a reference such as ${credential:NAME}",
      example: "${credential:smtp_password}")
    return Shape(schema) { node, context in
      guard let scalar = node.scalar, !scalar.isNull else {
        // The value may be a secret in the wrong form, so only its kind is named.
        context.reportKind(node, expected: schema.expected)
        return nil
      }
      let text = Array(scalar.text.utf8)
      guard text.starts(with: Array("${".utf8)) else {
        guard !text.isEmpty else {
          context.report(node.span, "\(context.subject) is empty", hint: "write ${credential:NAME}")
          return nil
        }
        let isRefused = context.environment.secrets?.refusesInline == true
        let way = "write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}"
        context.report(
          node.span, "\(context.subject) is a secret written into the file",
          hint: isRefused ? "\(way), \(ConfigurationTolerance.inlineSecrets.hint)" : way,
          severity: isRefused ? .error : .warning)
        return Secret(scalar.text)
      }
      guard let reference = SecretReference(text) else {
        context.report(
          node.span, "\(context.subject) is no reference that is known",
          hint: "write ${credential:NAME} or ${env:NAME}; a name has letters, digits, '_', '-' and '.'")
        return nil
      }
      guard let source = context.environment.secrets else { return Secret("") }
      return reference.resolve(from: source, at: node.span, &context)
    }
  }
}

/// A parsed reference to a secret.
private enum SecretReference {
  case credential(String)
  case environment(String)

  init?(_ text: [UInt8]) {
    guard text.last == UInt8(ascii: "}"), let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
      return nil
    }
    let name = text[(colon + 1)..<(text.count - 1)]
    let isName =
      (1...128).contains(name.count) && name.first != UInt8(ascii: ".")
      && name.allSatisfy {
        (48...57).contains($0) || (97...122).contains($0 | 0x20) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
      }
    guard isName else { return nil }
    switch String(decoding: text[..<colon], as: UTF8.self) {
    case "${credential": self = .credential(String(decoding: name, as: UTF8.self))
    case "${env": self = .environment(String(decoding: name, as: UTF8.self))
    default: return nil
    }
  }

  func resolve(from source: SecretSource, at span: YAMLSpan, _ context: inout DecodingContext) -> Secret? {
    let found: (value: String?, problem: String, hint: String, isUnknown: Bool) =
      switch self {
      case .environment(let name):
        (
          source.environment[name], "the environment has no \(name)",
          source.isElsewhere ? "set it for the daemon, or correct the name" : "set it, or correct the name",
          true
        )
      case .credential(let name): credential(name, from: source, at: span, &context)
      }
    if let value = found.value, !value.isEmpty { return Secret(value) }
    let problem = found.value == nil ? found.problem : "the secret behind \(context.subject) is empty"
    if source.isElsewhere, found.isUnknown {
      context.report(span, problem, hint: found.hint, severity: .warning)
      return Secret("")
    }
    return context.reportAbsent(span, problem, hint: found.hint) ? Secret("") : nil
  }

  private func credential(
    _ name: String, from source: SecretSource, at span: YAMLSpan, _ context: inout DecodingContext
  ) -> (value: String?, problem: String, hint: String, isUnknown: Bool) {
    let hint = "save it as \(source.keptIn)/\(name); a service gets it when it is restarted"
    guard let directory = source.credentialsDirectory else {
      return (nil, "there is no credentials directory for '\(name)'", hint, false)
    }
    var path = "\(directory)/\(name)"
    var status = stat()
    if stat(path, &status) != 0, errno == ENOENT {
      path = "\(directory)/reprise_\(name)"
      if stat(path, &status) != 0, errno == ENOENT {
        return (nil, "there is no credential '\(name)'", hint, false)
      }
    }
    if status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o007 != 0 {
      context.report(
        span, "the credential '\(name)' can be read by everybody",
        hint: "chmod o= \(source.keptIn)/\(name)", severity: .warning)
    }
    do throws(FileProblem) {
      var bytes = try ConfigurationRoot.bytes(at: path, maximum: 64 << 10)
      while bytes.last == 10 || bytes.last == 13 { bytes.removeLast() }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        return (nil, "the credential '\(name)' is not text", "save it as UTF-8", false)
      }
      return (text, "", hint, false)
    } catch {
      return (
        nil, "the credential '\(name)' \(error.predicate)", "only root and the service may read it",
        error == .system(code: EACCES)
      )
    }
  }
}
