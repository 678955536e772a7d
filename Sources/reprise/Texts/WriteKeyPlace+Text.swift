internal import Service

extension WriteKeyPlace {
  /// A shell expression for `KEY:`.
  var word: String {
    switch self {
    case .known(let key): NextSteps.quoted("\(key):")
    case .file(let path): "\"$(cat \(NextSteps.quoted(path))):\""
    case .variable(let name): "\"$\(name):\""
    case .settings: "\"$WRITE_KEY:\""
    }
  }

  /// Ends the sentence above a command that uses this key.
  var remark: String {
    switch self {
    case .known, .file: ""
    case .variable(let name): "; \(name) is as the daemon has it"
    case .settings: "; WRITE_KEY is one of write_keys in reprise.yaml"
    }
  }
}
