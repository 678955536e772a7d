import Platform

@testable import Configuration

extension Shape {
  /// Reads a file that holds nothing else. The value is `nil` when there is any error; warnings do not count.
  func decode(
    _ source: SourceText, environment: DecodingEnvironment = DecodingEnvironment()
  ) -> (value: Value?, diagnostics: [Diagnostic]) {
    let document = YAMLDocument(parsing: source.bytes)
    let (value, diagnostics) = examine(document, file: source.path, environment: environment)
    return (diagnostics.contains { $0.severity == .error } ? nil : value, diagnostics)
  }
}
