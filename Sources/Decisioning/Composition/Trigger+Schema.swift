internal import Domain
package import Templates

extension Trigger {
  /// The names that the trigger's templates may use: those of its conditions, and in marketing messages
  /// `unsubscribe_url`.
  ///
  /// A template used by several triggers must pass the check of each.
  ///
  /// - Parameter names: the names that the program adds to customers.
  package func templateSchema(_ names: [CustomerName] = []) -> TemplateSchema {
    when.schema(adding: purpose == .marketing ? [.unsubscribeURL] : [], names)
  }
}

extension TriggerKind {
  /// The names that `audience` and `where` of such a trigger may use.
  ///
  /// - Parameter names: the names that the program adds to customers.
  package func conditionSchema(_ names: [CustomerName] = []) -> TemplateSchema { schema(adding: [], names) }

  fileprivate func schema(adding more: [Root], _ names: [CustomerName]) -> TemplateSchema {
    TemplateSchema(Root.common + offers + more, names)
  }
}

extension TemplateSchema {
  fileprivate init(_ roots: [Root], _ names: [CustomerName]) {
    var shapes = Dictionary(texts: roots.map { ($0.name, $0.shape) })
    if !names.isEmpty, shapes[Root.customer.name] != nil {
      shapes[Root.customer.name] = CustomerObject.shape(adding: names)
    }
    self.init(shapes, synonyms: Synonyms.names)
  }

  /// The names that the conditions of segments may use.
  package static func segment(_ names: [CustomerName]) -> TemplateSchema {
    TemplateSchema([.customer, .brand], names)
  }

  /// The names of a condition on orders.
  package static var ofOrders: TemplateSchema { TemplateSchema([.order], []) }

  /// The names of a condition on events.
  package static var ofEvents: TemplateSchema { TemplateSchema([.event], []) }
}
