import Domain
import Templates

/// An object available to templates and conditions: its names, their shapes, and how they are computed.
///
/// Rendering takes the values from here and checking takes the shapes, so that a name that passes the check exists.
struct ObjectDefinition<Source>: Sendable {
  struct Field: Sendable {
    let name: String
    let shape: TemplateSchema.Shape
    /// The members of the object, or of each object in the list.
    let members: [Member]
    /// `nil` if the source has no such value; the name is then missing.
    let value: @Sendable (Source) -> Value?
  }

  let fields: [Field]
  /// Whether the shop may add names, which cannot be checked.
  let isOpen: Bool

  init(isOpen: Bool = false, _ fields: [Field]) {
    self.fields = fields
    self.isOpen = isOpen
  }

  var shape: TemplateSchema.Shape {
    let shapes = Dictionary(texts: fields.map { ($0.name, $0.shape) })
    return isOpen ? .extensible(shapes) : .object(shapes)
  }

  /// The fields in order of declaration, for the reference.
  var members: [Member] {
    fields.map { Member(name: $0.name, shape: $0.shape, members: $0.members) }
  }

  /// The field that contains the shop's own names, separate from the program's.
  var ownNames: String? { fields.first { $0.shape == .open }?.name }

  /// - Parameter extra: the shop's own names; fields take precedence.
  func record(_ source: Source, extra: Record = Record()) -> Record {
    var entries: [Record.Entry] = []
    entries.reserveCapacity(fields.count + extra.count)
    for field in fields {
      if let value = field.value(source) { entries.append(Record.Entry(field.name, value)) }
    }
    for entry in extra.entries where !fields.contains(where: { $0.name == entry.name }) {
      entries.append(entry)
    }
    return Record(distinct: entries)
  }
}

/// A name below another name.
struct Member: Sendable {
  let name: String
  let shape: TemplateSchema.Shape
  let members: [Member]
}

extension ObjectDefinition.Field {
  private init(
    _ name: String, _ shape: TemplateSchema.Shape, members: [Member] = [],
    value: @escaping @Sendable (Source) -> Value?
  ) {
    self.init(name: name, shape: shape, members: members, value: value)
  }

  static func text(
    _ name: String, _ value: @escaping @Sendable (Source) -> String?
  ) -> Self {
    Self(name, .value(.text)) { source in value(source).map { .string($0) } }
  }

  static func number(
    _ name: String, _ value: @escaping @Sendable (Source) -> Int?
  ) -> Self {
    Self(name, .value(.number)) { source in value(source).map { .integer(Int64($0)) } }
  }

  static func money(
    _ name: String, _ value: @escaping @Sendable (Source) -> Money?
  ) -> Self {
    Self(name, .value(.money)) { source in value(source).map { .money($0) } }
  }

  static func instant(
    _ name: String, _ value: @escaping @Sendable (Source) -> Instant?
  ) -> Self {
    Self(name, .value(.time)) { source in value(source).map { .instant($0) } }
  }

  static func list<Item>(
    _ name: String, of definition: ObjectDefinition<Item>, _ items: @escaping @Sendable (Source) -> [Item]
  ) -> Self {
    Self(name, .list(definition.shape), members: definition.members) { source in
      .array(items(source).map { .object(definition.record($0)) })
    }
  }

  static func texts(_ name: String, _ items: @escaping @Sendable (Source) -> [String]) -> Self {
    Self(name, .list(.value(.text))) { source in .array(items(source).map { .string($0) }) }
  }

  /// An object of the shop's own names.
  static func open(_ name: String, _ value: @escaping @Sendable (Source) -> Record?) -> Self {
    Self(name, .open) { source in value(source).map { .object($0) } }
  }
}
