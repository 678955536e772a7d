import Configuration
import Domain
import Import
import Platform
import Testing

/// Entries of `sources:` as `reprise.yaml` says them.
struct SourceSettingsTests {
  private func read(_ yaml: String) -> (settings: SourceSettings?, told: [String]) {
    var context = DecodingContext(file: "reprise.yaml")
    let root = YAMLDocument(parsing: Array(yaml.utf8)).root
    let settings = root.flatMap { SourceSettings.shape.read($0, &context) }
    return (
      context.diagnostics.contains { $0.severity == .error } ? nil : settings,
      context.diagnostics.map { "\($0.line):\($0.column) \($0.message)" + ($0.hint.map { "; \($0)" } ?? "") }
    )
  }

  @Test func `by default a folder is checked each minute for CSV files`() throws {
    let (settings, told) = read("{import: orders, from: /srv/exports}")
    #expect(told.isEmpty)
    #expect(
      settings
        == SourceSettings(
          place: .folder("/srv/exports", FilePattern("*.csv")), rhythm: .every(.minutes(1)),
          options: ImportOptions(kind: .orders)))
    let other = read("{import: orders, from: /srv/exports, files: \"a-*\", at: \"03:30\"}").settings
    #expect(other?.place == .folder("/srv/exports", FilePattern("a-*")))
    #expect(other?.rhythm == .at(try #require(ClockTime(hour: 3, minute: 30))))
  }

  @Test func `an address is asked each quarter of an hour, and told without its secrets`() throws {
    let web = read(
      "{import: orders, from: \"https://shop.example:8443/a/export.csv?key=x\", headers: {X-Token: \"${env:T}\"}}"
    )
    #expect(web.told == [])
    #expect(web.settings?.rhythm == .every(.minutes(15)))
    #expect(web.settings?.place.description == "https://shop.example:8443/a/export.csv")
    let sftp = read(
      "{import: orders, from: \"sftp://me@shop.example/a/b%20c.csv\", key_file: k, known_hosts: h}")
    #expect(sftp.told == [])
    guard case .sftp(let source) = sftp.settings?.place else {
      Issue.record("\(String(describing: sftp.settings))")
      return
    }
    #expect(source.user == "me")
    #expect(source.pattern == FilePattern("b c.csv"))
    #expect(source.address() == "sftp://shop.example/a/")
    #expect(source.address(of: "b c%.csv") == "sftp://shop.example/a/b%20c%25.csv")
  }

  @Test func `the list of a server is read, and one of another form is not guessed at`() {
    let listing = """
      drwxr-xr-x    2 root     root         4096 Dec  1 02:29 .
      -rw-r--r--    1 root     root            3 Dec  1 02:29 a b.csv
      lrwxrwxrwx    1 root     root           11 Dec  1 02:29 l.csv -> /etc/shadow
      -rw-r--r--    1 root     root   1073741824 Nov 30  2025 old.csv
      """
    #expect(
      SourceEntry.files(inListing: Array(listing.utf8)) == [
        SourceEntry(name: ".", size: 4096, modified: "Dec 1 02:29", obstacle: .folder),
        SourceEntry(name: "a b.csv", size: 3, modified: "Dec 1 02:29"),
        SourceEntry(name: "l.csv", size: 11, modified: "Dec 1 02:29", obstacle: .link),
        SourceEntry(name: "old.csv", size: 1 << 30, modified: "Nov 30 2025"),
      ])
    #expect(SourceEntry.files(inListing: []) == [])
    #expect(SourceEntry.files(inListing: Array("-rw-r--r-- a.csv\n".utf8)) == nil)
  }

  @Test func `every option of the command is a key with its meaning`() throws {
    let yaml = """
      import: orders
      from: /srv/exports
      map: [order_id=Nr, "customer_id=Customer: id"]
      ignore: Notes
      ignore_unknown: true
      preset: shopify
      encoding: gbk
      date_format: placed_at=day-first
      decimal: [total=comma, point]
      minor_units: true
      value: "status:Picked: up=placed"
      currency: EUR
      calling_code: 86
      id_from: phone
      separator: tab
      """
    let (settings, told) = read(yaml)
    #expect(told.isEmpty)
    let keys = yaml.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    // Which only lists of what was sent know.
    let options = ImportOption.all.filter { $0.name != "ignore-unknown-triggers" }
    #expect(keys.filter { $0 != "import" && $0 != "from" } == options.map(\.key))
    var expected = ImportOptions(kind: .orders)
    let values: [ExactText: [String]] = [
      "map": ["order_id=Nr", "customer_id=Customer: id"], "ignore": ["Notes"], "ignore-unknown": [""],
      "preset": ["shopify"], "encoding": ["gbk"], "date-format": ["placed_at=day-first"],
      "decimal": ["total=comma", "point"], "minor-units": [""], "value": ["status:Picked: up=placed"],
      "currency": ["EUR"], "calling-code": ["86"], "id-from": ["phone"], "separator": ["tab"],
    ]
    for option in options {
      for value in try #require(values[ExactText(option.name)]) { try option.take(value, into: &expected) }
    }
    #expect(settings?.options == expected)
    #expect(settings?.options.idSource == .phone)
    let sent = read("{import: sent, from: /a, ignore_unknown_triggers: true}").settings
    #expect(sent?.options.ignoresUnknownTriggers == true)
    #expect(read("{import: orders, from: /a, minor_units: false}").settings?.options.usesMinorUnits == false)
  }

  @Test func `every kind of import can be a source`() {
    for kind in ImportKind.allCases {
      #expect(read("{import: \(kind.rawValue), from: /a}").settings?.options.kind == kind)
    }
    let kinds = Quoting.alternatives(ImportKind.allCases.map(\.rawValue))
    #expect(
      read("{import: order, from: /a}").told
        == ["1:10 'import' must be \(kinds), not 'order'; did you mean 'orders'?"])
  }

  @Test(arguments: [
    (
      "{import: orders, form: /a}",
      ["1:18 unknown key 'form' in source; did you mean 'from'?"]
    ),
    (
      "{import: orders, from: /a, preset: shopfy}",
      [
        "1:36 'preset' must be shopify, woocommerce, magento, youzan, weimob or taobao, not 'shopfy'; did you mean 'shopify'?"
      ]
    ),
    (
      "{import: orders, from: /a, map: [order_id]}",
      ["1:34 'map': 'order_id' must be FIELD=COLUMN, as email=E-Mail"]
    ),
    (
      "{import: events, from: /a, id_from: email}",
      ["1:37 'id_from' is for customers and orders only"]
    ),
    (
      "{import: events, from: /a, value: \"a:b=c\"}",
      ["1:35 'value': events have no field with words"]
    ),
    (
      "{import: orders, from: /a, encoding: klingon, separator: x}",
      [
        "1:38 'encoding': 'klingon' must be one of utf-8, utf-16, utf-16le, utf-16be, gb18030, big5, shift-jis, euc-kr, windows-1250, windows-1251, windows-1252, latin-1",
        "1:58 'separator': 'x' must be ',', ';' or 'tab'",
      ]
    ),
    (
      "{import: orders, from: /a, every: 1h, at: \"03:30\"}",
      ["1:43 'every' and 'at' cannot stand together in source; keep one"]
    ),
    (
      "{import: orders, from: \"http://shop.example/a.csv\"}",
      [
        "1:24 'from' is an address without TLS: everybody on the way can read and change the file; write https://, or add allow_http: true"
      ]
    ),
    (
      "{import: orders, from: \"ftp://shop.example/a.csv\"}",
      ["1:24 'from' must begin with https://, http:// or sftp://"]
    ),
    (
      "{import: orders, from: \"https://shop:pw@shop.example/a.csv\"}",
      ["1:24 'from' holds a password; put it into a key of its own as ${credential:NAME}"]
    ),
    (
      "{import: orders, from: \"https://shop.example/a.csv\", files: \"*\", username: shop}",
      [
        "1:61 'files' has no meaning for a file of the web; remove the line",
        "1:76 'username' and 'password' belong together; give both, or a header with headers",
      ]
    ),
    (
      "{import: orders, from: \"sftp://shop.example:2222/a/\", key_file: k}",
      [
        "1:24 'from' names no user; write it like sftp://user@shop.example/folder/",
        "1:24 without 'known_hosts' anybody could pass for this server; make it with ssh-keyscan -p 2222 shop.example > known_hosts, hold its keys against those that the server's operator names, and add known_hosts: known_hosts",
      ]
    ),
    (
      "{import: orders, from: \"sftp://a@shop.example/a.csv\", known_hosts: h, files: \"*\"}",
      [
        "1:24 there is nothing to sign in with; add key_file or password",
        "1:78 'files' has no meaning for a single file; end 'from' with / for the files of a folder",
      ]
    ),
    (
      "{import: orders, from: /a, known_hosts: h}",
      ["1:41 'known_hosts' has no meaning for a folder; remove the line"]
    ),
    ("{import: orders, from: /a, every: 500ms}", ["1:35 'every' is too short; give 1s or more"]),
    (
      "{import: orders, from: /a, files: \"b/*.csv\"}",
      ["1:35 'files' holds a '/'; folders below are not looked into; name each with from"]
    ),
  ])
  func `errors are reported with their place and the way out`(yaml: String, told: [String]) {
    #expect(read(yaml).told == told)
  }
}
