internal import Glibc
internal import Platform

/// A configuration file, read but not parsed.
package struct ConfigurationFile: Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// `reprise.yaml`
    case settings
    /// `triggers/NAME.yaml`
    case trigger
    /// `segments/NAME.yaml`
    case segment
    /// `templates/**/NAME.KIND.liquid`
    case template
    /// `tests/NAME.yaml`
    case test
  }

  package var kind: Kind
  /// Relative to the configuration directory: `triggers/win-back.yaml`.
  package var relativePath: String
  package var source: SourceText

  /// The path for messages.
  package var path: String { source.path }
}

/// All files of a configuration directory, in a fixed order, with the problems of reading them.
///
/// Hidden files and leftovers of editors and package managers are skipped silently; a file that looks meant
/// to be read but is not gets a diagnostic.
package struct ConfigurationFiles: Sendable {
  /// Limits on what is read.
  package struct Limits: Hashable, Sendable {
    /// Maximum bytes of a file.
    package var fileSize = 1 << 20
    /// Maximum files in total.
    package var count = 10_000
    /// Maximum bytes in total.
    package var totalSize = 64 << 20
    /// Maximum nesting of directories.
    package var depth = 8

    package init() {}
  }

  package private(set) var files: [ConfigurationFile] = []
  package private(set) var diagnostics: [Diagnostic] = []
  package let root: ConfigurationRoot

  private let limits: Limits
  private let allowed: Set<ConfigurationTolerance>
  private let owners: Diagnostic.Severity
  /// The foreign owners reported so far.
  private var reported: Set<UInt32> = []
  private var totalSize = 0
  private var isFull = false

  /// Reads `reprise.yaml`, `triggers/`, `segments/`, `templates/` and `tests/` below `root`. Never throws: problems
  /// become diagnostics.
  ///
  /// - Parameters:
  ///   - allowed: which unsafe permissions of files are tolerated.
  ///   - owners: whether files of another user than root and this process's are an error; a warning if the process is
  ///     not the daemon, whose user it cannot know.
  package init(
    reading root: ConfigurationRoot, limits: Limits = Limits(),
    allowing allowed: Set<ConfigurationTolerance> = [], owners: Diagnostic.Severity = .error
  ) {
    self.root = root
    self.limits = limits
    self.allowed = allowed
    self.owners = owners
    guard root.exists else {
      diagnostics.append(
        Diagnostic(
          file: root.path, message: "there is no such configuration directory",
          hint: "name it with --config DIR"))
      return
    }
    checkWriters(ofDirectory: "")
    read("reprise.yaml", as: .settings)
    walk("triggers", as: .trigger, isDeep: false)
    walk("segments", as: .segment, isDeep: false)
    walk("templates", as: .template, isDeep: true)
    walk("tests", as: .test, isDeep: true)
    checkCredentials()
  }

  /// The source texts, for a `DiagnosticReport`.
  package var sources: [SourceText] { files.map(\.source) }

  private mutating func read(_ relative: String, as kind: ConfigurationFile.Kind) {
    guard files.count < limits.count, totalSize < limits.totalSize else {
      if !isFull {
        diagnostics.append(
          Diagnostic(
            file: root.path,
            message:
              "there are more than \(limits.count) files or \(limits.totalSize) bytes; the rest was not read")
        )
      }
      isFull = true
      return
    }
    do throws(FileProblem) {
      let bytes = try root.read(relative, maximum: limits.fileSize)
      checkWriters(ofFile: relative)
      totalSize += bytes.count
      let source = SourceText(path: root.display(relative), bytes: bytes)
      files.append(ConfigurationFile(kind: kind, relativePath: relative, source: source))
    } catch {
      let isElsewhere = kind == .settings && error == .missing
      diagnostics.append(
        Diagnostic(
          file: root.display(relative), message: "the file \(error.predicate)",
          hint: isElsewhere ? "name the directory that holds it with --config DIR" : nil))
    }
  }

  private mutating func walk(
    _ relative: String, as kind: ConfigurationFile.Kind, isDeep: Bool, depth: Int = 1
  ) {
    guard let names = names(in: relative) else { return }
    checkWriters(ofDirectory: relative)
    for name in names where !Self.isPassedOver(name) {
      let path = "\(relative)/\(name)"
      var status = stat()
      let isDirectory = stat("\(root.path)/\(path)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      if isDirectory {
        if isDeep, depth < limits.depth {
          walk(path, as: kind, isDeep: true, depth: depth + 1)
        } else {
          let hint = isDeep ? "directories go \(limits.depth) deep" : "move its files up"
          warn(path, "this directory is not read", hint: hint)
        }
      } else if let hint = Self.misnamed(name, kind) {
        warn(path, "this file is not read", hint: hint)
      } else {
        read(path, as: kind)
      }
    }
  }

  private mutating func checkWriters(ofFile relative: String) {
    checkWriters(relative, root.display(relative), "can change the file")
  }

  private mutating func checkWriters(ofDirectory relative: String) {
    let directory = relative.isEmpty ? root.path : root.display(relative)
    checkWriters(relative, directory, "can put files into the directory")
  }

  /// Looks only at permissions: this process need not be able to read what is in there.
  private mutating func checkCredentials() {
    guard Files.exists("\(root.path)/credentials") else { return }
    checkWriters(ofDirectory: "credentials")
    let names = (try? Files.names(in: "\(root.path)/credentials")) ?? []
    for name in names where !Self.isPassedOver(name) { checkWriters(ofFile: "credentials/\(name)") }
  }

  private mutating func checkOwner(_ relative: String, _ display: String) {
    guard !allowed.contains(.foreignOwner), let owner = root.owner(of: relative), owner.isForeign,
      reported.insert(owner.id).inserted
    else { return }
    let effect = owners == .warning ? ", so that a daemon of another user does not start" : ""
    diagnostics.append(
      Diagnostic(
        file: display, severity: owners,
        message: "it belongs to the user \(Quoting.quoted(owner.name)), who can change it\(effect)",
        hint: "chown -R root \(root.path), \(ConfigurationTolerance.foreignOwner.hint)"))
  }

  private mutating func checkWriters(_ relative: String, _ display: String, _ predicate: String) {
    checkOwner(relative, display)
    guard let others = root.others(of: relative), !allowed.contains(others.tolerance) else { return }
    diagnostics.append(
      Diagnostic(
        file: display, message: "\(others.text) \(predicate)",
        hint: "chmod \(others.right) \(display), \(others.tolerance.hint)"))
  }

  private mutating func warn(_ relative: String, _ message: String, hint: String) {
    diagnostics.append(
      Diagnostic(file: root.display(relative), severity: .warning, message: message, hint: hint))
  }

  /// The names in a directory in byte order; `nil` if it does not exist.
  private mutating func names(in relative: String) -> [String]? {
    guard let directory = opendir("\(root.path)/\(relative)") else {
      if errno != ENOENT {
        diagnostics.append(
          Diagnostic(
            file: root.display(relative),
            message: "the directory \(FileProblem.system(code: errno).predicate)"))
      }
      return nil
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory), names.count <= limits.count {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether it is a hidden file or a leftover of an editor, patch or dpkg.
  static func isPassedOver(_ name: String) -> Bool {
    if name.hasPrefix(".") || name.hasPrefix("#") || name.hasSuffix("~") { return true }
    if name.hasPrefix("README") || name.hasPrefix("LICENSE") { return true }
    let endings = [
      ".swp", ".swo", ".bak", ".orig", ".rej", ".tmp", ".dpkg-old", ".dpkg-new", ".dpkg-dist", ".ucf-old",
    ]
    return endings.contains { name.hasSuffix($0) }
  }

  /// The way out for a misnamed file; `nil` if its name is fine.
  private static func misnamed(_ name: String, _ kind: ConfigurationFile.Kind) -> String? {
    let ending = kind == .template ? ".liquid" : ".yaml"
    if name.hasSuffix(ending) { return nil }
    if kind != .template, name.hasSuffix(".yml") { return "rename it to \(name.dropLast(4)).yaml" }
    return "only names that end in \(ending) are"
  }
}
