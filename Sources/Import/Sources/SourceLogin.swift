internal import Configuration
internal import Platform

/// The keys of a source for access to its place. Each is for some kinds of places only.
struct SourceLogin {
  var files: Located<String>?
  var username: Located<String>?
  var password: Located<Secret>?
  var headers: Located<[NamedEntry<Secret>]>?
  var authorities: Located<String>?
  var plainWeb: Located<Bool>?
  var keyFile: Located<String>?
  var knownHosts: Located<String>?

  /// The place that `from` names; `nil` if an error was reported.
  func place(_ from: Located<String>, _ context: inout DecodingContext) -> SourcePlace? {
    guard from.value.contains("://") else { return folder(from, &context) }
    do {
      let rules = ServiceURL.Rules(
        schemes: ["https", "http", "sftp"],
        userAllowed: String(from.value.prefix(5)).lowercased().hasSameBytes(as: "sftp:"),
        fragmentAllowed: false)
      let url = try ServiceURL(from.value, rules: rules)
      return url.scheme.hasSameBytes(as: "sftp")
        ? sftp(url, from, &context).map { .sftp($0) } : web(url, from, &context).map { .web($0) }
    } catch {
      context.reading("'from'") {
        if case .objection(let text, let hint) = error { $0.report(from.span, "'from' \(text)", hint: hint) }
      }
      return nil
    }
  }

  /// Reports keys that do not apply to this place; returns whether there are none.
  private func refuse(
    _ keys: [(name: String, span: YAMLSpan?)], for place: String, _ context: inout DecodingContext
  ) -> Bool {
    var isGood = true
    for case (let name, let span?) in keys {
      context.report(span, "'\(name)' has no meaning for \(place)", hint: "remove the line")
      isGood = false
    }
    return isGood
  }

  // MARK: - A folder on this machine

  private func folder(_ from: Located<String>, _ context: inout DecodingContext) -> SourcePlace? {
    let isGood = refuse(
      [
        ("username", username?.span), ("password", password?.span), ("headers", headers?.span),
        ("ca_file", authorities?.span), ("allow_http", plainWeb?.span), ("key_file", keyFile?.span),
        ("known_hosts", knownHosts?.span),
      ], for: "a folder", &context)
    let path = context.environment.root.map { FilePath.join($0.path, from.value) } ?? from.value
    context.refuseIfWorldWritable(path, at: from.span)
    look(at: path, named: from.span, &context)
    return isGood ? .folder(path, FilePattern(files?.value ?? "*.csv")) : nil
  }

  /// Warns about a missing folder; not an error, since the configuration may be checked on another machine, and the
  /// folder may be created later.
  private func look(at path: String, named span: YAMLSpan, _ context: inout DecodingContext) {
    guard context.environment.secrets != nil else { return }
    let shown = Quoting.quoted(path)
    do {
      guard try !Files.status(path).isDirectory else { return }
      context.report(
        span, "'from' names \(shown), which is not a folder",
        hint: "name the folder that it is in, and it with files: \(FilePath.name(of: path))",
        severity: .warning)
    } catch {
      guard error.problem == .notFound else { return }
      context.report(
        span, "'from' names \(shown), which does not exist",
        hint: "make it, or correct the path; until then nothing is imported", severity: .warning)
    }
  }

  // MARK: - A file on a web server

  private func web(
    _ url: ServiceURL, _ from: Located<String>, _ context: inout DecodingContext
  ) -> WebSource? {
    var isGood = refuse(
      [("files", files?.span), ("key_file", keyFile?.span), ("known_hosts", knownHosts?.span)],
      for: "a file of the web", &context)
    if url.scheme.hasSameBytes(as: "http"), !url.isLoopback, plainWeb?.value != true {
      context.report(
        from.span, "'from' is an address without TLS: everybody on the way can read and change the file",
        hint: "write https://, or add allow_http: true")
      isGood = false
    }
    if let given = username?.span ?? password?.span, (username == nil) != (password == nil) {
      context.report(
        given, "'username' and 'password' belong together", hint: "give both, or a header with headers")
      isGood = false
    }
    guard isGood else { return nil }
    return WebSource(
      url: url, username: username?.value, password: password.map { SourceSecret($0.value) },
      headers: headers?.value.map { .init(name: $0.name.value, value: SourceSecret($0.value)) } ?? [],
      authorities: authorities?.value)
  }

  // MARK: - An SFTP server

  private func sftp(
    _ url: ServiceURL, _ from: Located<String>, _ context: inout DecodingContext
  ) -> SFTPSource? {
    var isGood = refuse(
      [
        ("headers", headers?.span), ("ca_file", authorities?.span), ("allow_http", plainWeb?.span),
      ], for: "SFTP", &context)
    func wrong(_ span: YAMLSpan, _ message: String, _ hint: String) {
      context.report(span, message, hint: hint)
      isGood = false
    }
    if !SSHLogin.isSupported, context.environment.secrets != nil {
      wrong(from.span, "the libcurl of this machine cannot do SFTP", "install that of Debian: libcurl4")
    }
    let user = url.user ?? username?.value
    if user == nil {
      wrong(from.span, "'from' names no user", "write it like sftp://user@\(url.host)/folder/")
    }
    if url.user != nil, let username {
      wrong(username.span, "'username' is in 'from' already", "keep one")
    }
    if password == nil, keyFile == nil {
      wrong(from.span, "there is nothing to sign in with", "add key_file or password")
    }
    let isFolder = url.path.isEmpty || url.path.utf8.last == UInt8(ascii: "/")
    if !isFolder, let files {
      wrong(
        files.span, "'files' has no meaning for a single file", "end 'from' with / for the files of a folder")
    }
    if url.path.utf8.contains(UInt8(ascii: "?")) {
      wrong(from.span, "'from' holds a '?'", "write it as %3F")
    }
    let scan = "ssh-keyscan \(url.port.map { "-p \($0) " } ?? "")\(url.host) > known_hosts"
    if knownHosts == nil {
      wrong(
        from.span, "without 'known_hosts' anybody could pass for this server",
        "make it with \(scan), hold its keys against those that the server's operator names, and add known_hosts: known_hosts"
      )
    }
    let hosts = knownHosts.flatMap {
      file($0, "known_hosts", hint: "make it with \(scan), and look at its keys", &context)
    }
    let key = keyFile.map {
      file($0, "key_file", hint: "make it with ssh-keygen, or correct the path", &context)
    }
    if case .some(nil) = key { return nil }
    guard isGood, let user, let hosts else { return nil }
    let name = isFolder ? files?.value ?? "*.csv" : Self.unescaped(FilePath.name(of: url.path))
    return SFTPSource(
      url: url, user: user, password: password.map { SourceSecret($0.value) }, keyFile: key ?? nil,
      knownHosts: hosts, pattern: FilePattern(name))
  }

  /// The path of a file that the daemon needs; `nil` if an error was reported.
  private func file(
    _ name: Located<String>, _ key: String, hint: String, _ context: inout DecodingContext
  ) -> String? {
    let path = context.environment.root.map { FilePath.join($0.path, name.value) } ?? name.value
    guard let secrets = context.environment.secrets, Files.isAbsent(path) else { return path }
    context.report(
      name.span, "'\(key)' names \(Quoting.quoted(path)), which does not exist", hint: hint,
      severity: secrets.missing)
    return secrets.missing == .error ? nil : path
  }

  private static func unescaped(_ name: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(name.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
