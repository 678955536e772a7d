internal import Domain
internal import Platform

extension Product {
  enum Column: Int, TableColumn {
    case sku, name, url, image, price, currency, cycleDays, listPrice, cost, category, parent, isAvailable,
      stock, launchedAt, tags, toldAt

    static let all = allCases
  }

  init(_ row: borrowing Row) throws {
    let currency = row.optionalString(Column.currency).flatMap { Currency($0) }
    func money(_ units: Int64?) -> Money? {
      currency.flatMap { currency in units.map { Money(minorUnits: $0, currency: currency) } }
    }
    let (price, listPrice, cost) = (
      row.optionalInt64(Column.price), row.optionalInt64(Column.listPrice), row.optionalInt64(Column.cost)
    )
    self.init(
      sku: row.string(Column.sku), name: row.optionalString(Column.name),
      url: row.optionalString(Column.url), image: row.optionalString(Column.image),
      price: money(price), listPrice: money(listPrice), cost: money(cost),
      cycleDays: row.optionalDouble(Column.cycleDays), category: row.optionalString(Column.category),
      parent: row.optionalString(Column.parent),
      isAvailable: row.optionalInt64(Column.isAvailable).map { $0 != 0 },
      stock: row.optionalInt64(Column.stock), launchedAt: row.optionalInstant(Column.launchedAt),
      tags: row.isNull(Column.tags)
        ? [] : try row.json(Column.tags).arrayValue?.compactMap(\.stringValue) ?? [],
      toldAt: row.optionalInstant(Column.toldAt))
  }

  /// The currency of all its amounts.
  private var currency: Currency? { (price ?? listPrice ?? cost)?.currency }

  private func units(_ money: Money?) -> Int64? {
    money.flatMap { $0.currency == currency ? $0.minorUnits : nil }
  }

  func bind(_ column: Column, to binder: any SQLBinder) throws {
    switch column {
    case .sku: try binder.bind(sku)
    case .name: try binder.bind(name)
    case .url: try binder.bind(url)
    case .image: try binder.bind(image)
    case .price: try binder.bind(price?.minorUnits)
    case .currency: try binder.bind(currency?.code)
    case .cycleDays: try binder.bind(cycleDays)
    case .listPrice: try binder.bind(units(listPrice))
    case .cost: try binder.bind(units(cost))
    case .category: try binder.bind(category)
    case .parent: try binder.bind(parent)
    case .isAvailable: try binder.bind(isAvailable.map { $0 ? 1 : 0 as Int64 })
    case .stock: try binder.bind(stock)
    case .launchedAt: try binder.bind(launchedAt)
    case .toldAt: try binder.bind(toldAt)
    case .tags: try binder.bind(tags.isEmpty ? nil : JSON.array(tags.map { .string($0) }).text())
    }
  }
}
