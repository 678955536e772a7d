import Domain
import Support
import Templates
import Testing

@Suite struct OracleTests {
  let library: TemplateLibrary

  init() throws {
    var library = TemplateLibrary()
    for (name, text) in oraclePartials { library[name] = try Template.parse(text, name: name, escape: .none) }
    self.library = library
  }

  @Test func `every tag and filter answers as Ruby's liquid does`() throws {
    let answers = try Oracle.ruby.render(oracleTable, oracleData, partials: oraclePartials)
    for (template, theirs) in zip(oracleTable, answers) { compare(template, theirs) }
  }

  /// With seeds of the time, a failure would go away on the next run.
  @Test(arguments: SeededGenerator.seeds(3))
  func `generated templates answer as Ruby's liquid does`(seed: UInt64) throws {
    var generator = TemplateGenerator(SeededGenerator(seed: seed))
    let templates = (0..<700).map { _ in generator.template() }
    let answers = try Oracle.ruby.render(templates, oracleData, partials: oraclePartials)
    let texts = answers.count { if case .text = $0 { true } else { false } }
    #expect(texts > 300, "too few of the generated templates mean anything; \(generator)")
    for (template, theirs) in zip(templates, answers) { compare(template, theirs) }
  }

  @Test(arguments: SeededGenerator.seeds(2))
  func `dates written in many ways are read as Ruby reads them`(seed: UInt64) throws {
    var generator = DateTextGenerator(SeededGenerator(seed: seed))
    let templates = (0..<1000).map { _ in "{{ \"\(generator.text())\" | date: '%F %T.%L' }}" }
    let answers = try Oracle.ruby.render(templates, oracleData)
    for (template, theirs) in zip(templates, answers) { compare(template, theirs) }
  }

  private func compare(_ template: String, _ theirs: Oracle.Answer) {
    let ours = Oracle.ours(template, oracleData, library: library)
    switch (ours, theirs) {
    case (.error, .error): break
    default: #expect(ours == theirs, "\(template)")
    }
  }
}
