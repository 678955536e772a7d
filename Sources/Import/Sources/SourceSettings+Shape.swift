package import Configuration
internal import Domain
internal import Platform

extension SourceSettings {
  /// One entry of `sources:` in `reprise.yaml`.
  package static let shape: Shape<SourceSettings> = {
    let parts = Shape<[Part]>.mapping("source", fields)
    return Shape<SourceSettings>(parts.schema) { node, context in
      guard let parts = parts.read(node, &context) else { return nil }
      return SourceReading(parts).settings(node, &context)
    }
  }()

  /// The value of one key.
  enum Part: Sendable {
    case nothing
    case kind(ImportKind)
    case from(Located<String>)
    case files(Located<String>)
    case username(Located<String>)
    case password(Located<Secret>)
    case headers(Located<[NamedEntry<Secret>]>)
    case authorities(Located<String>)
    case plainWeb(Located<Bool>)
    case keyFile(Located<String>)
    case knownHosts(Located<String>)
    case every(Located<Duration>)
    case at(Located<ClockTime>)
    case option(ImportOption, [Located<String>])
  }

  private static let fields: [Field<Part>] =
    [
      .required("import", Shape<ImportKind>.word().map { .kind($0) }, "What the rows are."),
      .required(
        "from",
        Shape<String>.text(maximum: 2000, example: "/srv/exports/orders")
          .described(expected: "a folder such as /srv/exports/orders, or an address").located()
          .map { .from($0) },
        "A folder of this machine, which starts from the configuration directory unless it begins with /; or the address of a file, https://shop.example/export.csv or sftp://user@host/file.csv; or of a folder, sftp://user@host/folder/."
      ),
      .optional(
        "files",
        Shape<String>.text(maximum: 200, example: "\"orders-*.csv\"").refusing(folders).located()
          .map { .files($0) }, absent: .nothing,
        "Which files of the folder, with * and ?; *.csv if not given. Capitals do not count."),
      .optional(
        "every",
        Shape<Duration>.duration(maximum: .seconds(31 * 86_400), example: "15m").refusing(haste).located()
          .map { .every($0) }, absent: .nothing,
        "How often it is looked for news; if not given, 1m for a folder, 15m for an address."),
      .optional(
        "at", Shape<ClockTime>.clockTime.described(example: "\"03:30\"").located().map { .at($0) },
        absent: .nothing, "Instead of every: each day at this time, by the shop's clock."),
    ] + logins + ImportOption.all.map(field)

  private static let headers = Shape<[NamedEntry<Secret>]>.table(
    of: .secret(named: "export_token"), name: "header",
    key: .text(expected: "a header such as X-Token", example: "X-Token", pattern: "^[A-Za-z0-9-]+$") {
      (text) throws(ScalarProblem) in
      guard HTTPHeaders.Field(name: text, value: "").isSendable else { throw .mismatch }
      return text
    })

  private static let logins: [Field<Part>] = [
    .optional(
      "username", Shape<String>.text(maximum: 200, example: "reprise").located().map { .username($0) },
      absent: .nothing, "To sign in with: over HTTPS by basic authentication, over SFTP."),
    .optional(
      "password", Shape<Secret>.secret(named: "export_password").located().map { .password($0) },
      absent: .nothing, "The user's; with key_file, the key's."),
    .optional(
      "headers", headers.located().map { .headers($0) }, absent: .nothing, "Sent with a request over HTTPS."),
    .optional(
      "ca_file", Shape<String>.certificateFile(example: "ca.pem").located().map { .authorities($0) },
      absent: .nothing, "The authorities to trust over HTTPS instead of the system's."),
    .optional(
      "allow_http", Shape<Bool>.bool.located().map { .plainWeb($0) }, absent: .nothing,
      "Takes http:// from another machine, where everybody on the way can read and change the file."),
    .optional(
      "key_file", Shape<String>.text(maximum: 1000, example: "sftp.key").located().map { .keyFile($0) },
      absent: .nothing, "The private key to sign in with over SFTP, in a file."),
    .optional(
      "known_hosts",
      Shape<String>.text(maximum: 1000, example: "known_hosts").located().map { .knownHosts($0) },
      absent: .nothing,
      "The file with the keys of the SFTP servers that are trusted, as ssh-keyscan makes it."),
  ]

  private static func field(_ option: ImportOption) -> Field<Part> {
    let summary = option.help.prefix(1).uppercased() + option.help.dropFirst() + "."
    guard option.value != nil else {
      let flag = Shape<Bool>.bool.located().map { flag in
        Part.option(option, flag.value ? [Located("", at: flag.span, in: flag.file)] : [])
      }
      return .optional(option.key, flag, absent: .nothing, summary)
    }
    let text: Shape<String> =
      option.words.map { .word(among: $0) } ?? .text(maximum: 1000, example: option.example)
    let values = option.isRepeated ? .oneOrMany(text.located()) : text.located().map { [$0] }
    return .optional(option.key, values.map { .option(option, $0) }, absent: .nothing, summary)
  }

  private static let folders: @Sendable (String) -> ScalarProblem? = { pattern in
    guard pattern.utf8.contains(UInt8(ascii: "/")) else { return nil }
    return .objection("holds a '/'", hint: "folders below are not looked into; name each with from")
  }

  private static let haste: @Sendable (Duration) -> ScalarProblem? = { interval in
    interval < .seconds(1) ? .objection("is too short", hint: "give 1s or more") : nil
  }
}
