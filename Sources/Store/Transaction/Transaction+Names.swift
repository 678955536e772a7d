package import Domain
internal import Platform

/// Looking up names of attributes, events and properties in the shop's data.
extension Transaction {
  /// Samples the newest rows, and searches further only for names that the sample lacks. Searches at most the newest
  /// million events.
  /// million events.
  package func names(_ asked: NamesAsked) throws -> NamesFound {
    var found = NamesFound(
      attributes: try attributes(asked.attributes), events: try eventNames(), properties: [:])
    for event in asked.events.subtracting(found.events) where try isStored(event) {
      found.events.insert(event)
    }
    for (event, asked) in Dictionary(grouping: asked.properties, by: \.event) {
      found.properties[event] = try properties(Set(asked.map(\.name)), of: event)
    }
    return found
  }

  private func attributes(_ asked: Set<ExactText>) throws -> Set<ExactText>? {
    guard try connection.first("SELECT 1 FROM customers LIMIT 1", [], { _ in true }) == true else {
      return nil
    }
    var names = try keys(
      "SELECT attributes FROM customers WHERE joined_into IS NULL ORDER BY key DESC LIMIT ?1",
      [.integer(Self.sampled)])
    for name in asked.subtracting(names).sorted() {
      let isThere = try connection.first(
        Self.statement("SELECT 1 FROM customers WHERE {position}(attributes, ?1) > 0 LIMIT 1", connection),
        [.text(Self.key(name))]
      ) { _ in true }
      if isThere == true { names.insert(name) }
    }
    return names
  }

  /// `nil` if there is no such event.
  private func properties(_ asked: Set<ExactText>, of event: EventName) throws -> Set<ExactText>? {
    let name = SQLValue.text(event.rawValue)
    guard try isStored(event) else { return nil }
    var names = try keys(
      "SELECT properties FROM (SELECT name, properties FROM events ORDER BY key DESC LIMIT ?2) AS newest WHERE name = ?1 LIMIT ?3",
      [name, .integer(Self.searched), .integer(Self.sampled)])
    for property in asked.subtracting(names).sorted() {
      let isThere = try connection.first(
        Self.statement(
          "SELECT 1 FROM (SELECT name, properties FROM events ORDER BY key DESC LIMIT ?2) AS newest WHERE name = ?1 AND {position}(properties, ?3) > 0 LIMIT 1",
          connection),
        [name, .integer(Self.searched), .text(Self.key(property))]
      ) { _ in true }
      if isThere == true { names.insert(property) }
    }
    return names
  }

  private func isStored(_ event: EventName) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM (SELECT name FROM events ORDER BY key DESC LIMIT ?2) AS newest WHERE name = ?1 LIMIT 1",
      [.text(event.rawValue), .integer(Self.searched)]
    ) { _ in true } == true
  }

  private static func statement(_ template: String, _ connection: any SQLConnection) -> SQLText {
    SQLText(constant: Dialect.text(template, for: connection.dialect))
  }

  private static let sampled: Int64 = 2000
  private static let searched: Int64 = 1_000_000

  /// All names in the JSON objects that a statement selects.
  private func keys(_ statement: SQLText, _ values: [SQLValue]) throws -> Set<ExactText> {
    var names: Set<ExactText> = []
    for record in try connection.all(statement, values, { Record(stored: try $0.json(0)) }) {
      for entry in record.entries { names.insert(ExactText(entry.name)) }
    }
    return names
  }

  /// A name as it appears in a stored JSON object: `"name":`.
  private static func key(_ name: ExactText) -> String { JSON.string(name.text).text() + ":" }
}
