package import Platform

extension Shape {
  /// Reads an already parsed document of the file at `file`.
  package func decode(
    _ document: YAMLDocument, file: String, environment: DecodingEnvironment
  ) -> (value: Value?, diagnostics: [Diagnostic]) {
    let (value, diagnostics) = examine(document, file: file, environment: environment)
    return (diagnostics.contains { $0.severity == .error } ? nil : value, diagnostics)
  }

  /// Reads a document for what is in it, errors or not: the value may be there although something was wrong.
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
