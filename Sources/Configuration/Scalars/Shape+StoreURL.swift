extension Shape where Value == ServiceURL {
  /// `sqlite:///path` or `postgresql://user@host/database`, never with a password.
  package static var storeURL: Shape {
    let example = "sqlite:///var/lib/reprise/reprise.db"
    let rules = ServiceURL.Rules(
      schemes: ["sqlite", "postgresql", "postgres"], userAllowed: true,
      hostless: ["sqlite", "postgresql", "postgres"])
    return .text(expected: "a URL such as \(example)", example: example) { (text) throws(ScalarProblem) in
      let url: ServiceURL
      do throws(ScalarProblem) {
        url = try ServiceURL(text, rules: rules)
      } catch {
        if case .objection("holds a password", _) = error { throw passwordInStore }
        throw error
      }
      if url.scheme == "sqlite" {
        guard url.host.isEmpty, url.user == nil, url.path.utf8.count > 1, url.path.hasPrefix("/") else {
          throw .objection("names no file", hint: "write the whole path behind sqlite://: \(example)")
        }
      } else if url.path.split(whereSeparator: { "?&".contains($0) }).contains(where: {
        $0.hasPrefix("password=")
      }) {
        throw passwordInStore
      }
      return url
    }
  }
}

private let passwordInStore = ScalarProblem.objection(
  "holds a password", hint: "remove it, and name a file of libpq with it in PGPASSFILE")
