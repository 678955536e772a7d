import Domain
import Support
import Templates
import Testing

/// What is newer than Ruby's liquid in Debian. Where python-liquid is not as Shopify documents Liquid, the documentation
/// is right; `Quirk` has those places.
@Suite struct PythonOracleTests {
  private static let data: Record = {
    var data = oracleData
    data["people"] = [
      ["name": "Ann", "age": 12], ["name": "Bob", "age": .null, "vendor": "Q"], ["name": "Cid", "age": 7.5],
    ]
    data["property"] = "title"
    return data
  }()

  private let library: TemplateLibrary

  init() throws {
    var library = TemplateLibrary()
    for (name, text) in oraclePartials { library[name] = try Template.parse(text, name: name, escape: .none) }
    self.library = library
  }

  @Test(arguments: SeededGenerator.seeds(2))
  func `what Liquid has learned since answers as python-liquid does`(seed: UInt64) throws {
    var generator = NewerTemplateGenerator(SeededGenerator(seed: seed))
    let templates = (0..<600).map { _ in generator.template() }
    let answers = try Oracle.python.render(templates, Self.data, partials: oraclePartials)
    let texts = answers.count { if case .text = $0 { true } else { false } }
    #expect(texts > 400, "too few of the generated templates mean anything; \(generator)")
    for (template, theirs) in zip(templates, answers) {
      let ours = Oracle.ours(template, Self.data, library: library)
      switch (ours, theirs) {
      case (.error, .error): break
      default: #expect(ours == theirs, "\(template)")
      }
    }
  }
}
