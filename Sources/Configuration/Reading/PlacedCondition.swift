internal import Platform
internal import Templates

/// A Liquid condition of a file.
struct PlacedCondition: Sendable {
  var value: Condition
  var place: ScalarPlace

  func check(_ schema: TemplateSchema) -> [Diagnostic] { value.check(schema: schema).map(place.diagnostic) }
}

extension Shape where Value == PlacedCondition {
  /// A Liquid condition such as `customer.orders_count >= 1`; its names are checked later, against the
  /// trigger.
  static var condition: Shape {
    let schema = SchemaNode(
      .text(pattern: nil), expected: "a condition such as customer.orders_count >= 1",
      example: "customer.orders_count >= 1")
    return Shape(schema) { node, context in
      guard let scalar = node.scalar, !scalar.isNull else {
        context.reportKind(node, expected: schema.expected)
        return nil
      }
      let place = ScalarPlace(scalar, at: node.span, in: context.file)
      do throws(TemplateSyntaxErrors) {
        let condition = try Condition.parse(
          scalar.text, name: context.file, line: place.line, column: place.column)
        return PlacedCondition(value: condition, place: place)
      } catch {
        context.append(error.diagnostics.map(place.diagnostic))
        return nil
      }
    }
  }
}
