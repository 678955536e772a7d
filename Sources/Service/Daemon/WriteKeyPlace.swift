internal import Configuration
package import Platform

/// Where to find a key that this daemon accepts, so that a command can use it without showing it to anyone.
package enum WriteKeyPlace: Equatable, Sendable {
  /// A key that is no secret, like the example shop's.
  case known(String)
  case file(String)
  case variable(String)
  /// It is in `reprise.yaml`.
  case settings

  /// The first of the configuration's keys that has a value.
  ///
  /// - Parameters:
  ///   - keys: as read, in order.
  ///   - credentials: the directory they were read from.
  package init?(of keys: [Secret], in configuration: String, credentials: String) {
    guard let index = keys.firstIndex(where: { !$0.reveal().isEmpty }) else { return nil }
    let bytes = (try? Files.read(FilePath.join(configuration, "reprise.yaml"), limit: 1 << 20)) ?? []
    guard case .sequence(let written)? = YAMLDocument(parsing: bytes).root?["http"]?["write_keys"]?.content,
      index < written.count, let text = written[index].scalar?.text, text.hasSuffix("}")
    else {
      self = .settings
      return
    }
    let name = { (prefix: String) -> String? in
      text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count).dropLast()) : nil
    }
    if let name = name("${credential:") {
      let plain = FilePath.join(credentials, name)
      self = .file(Files.exists(plain) ? plain : FilePath.join(credentials, "reprise_" + name))
    } else if let name = name("${env:") {
      self = .variable(name)
    } else {
      self = .settings
    }
  }
}
