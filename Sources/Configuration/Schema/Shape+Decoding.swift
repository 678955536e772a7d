internal import Platform

extension Shape {
  /// Reads a document as far as possible: there may be a value despite errors.
  ///
  /// If the YAML has problems but still gives a tree, the tree is read too, so that both kinds are reported
  /// at once.
  func examine(
    _ document: YAMLDocument, file: String, environment: DecodingEnvironment
  ) -> (value: Value?, diagnostics: [Diagnostic]) {
    let problems = document.problems.map { Diagnostic($0, file: file) }
    guard let root = document.root else {
      guard problems.isEmpty else { return (nil, problems) }
      let empty = Diagnostic(
        file: file, message: "the file is empty", hint: "it holds \(schema.expected): \(schema.example)")
      return (nil, [empty])
    }
    var context = DecodingContext(file: file, environment: environment)
    let value = read(root, &context)
    return (value, problems + context.diagnostics)
  }
}
