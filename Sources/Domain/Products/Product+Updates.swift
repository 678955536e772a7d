extension Product {
  /// Merges a report of the same product, which may be late or incomplete.
  ///
  /// Fields that `told` does not have are kept, such as how long a unit lasts. A report changes nothing if its
  /// `toldAt` is earlier than this one's, or missing while this one's is known.
  package func updated(by told: Product) -> Product {
    if let toldAt, told.toldAt ?? .distantPast < toldAt { return self }
    return merged(with: told)
  }

  /// Merges a row of an imported file: its fields replace the known ones, whatever their time, and fields that it lacks
  /// are kept. `toldAt` remains that of the last report, with which later ones are compared.
  package func imported(_ row: Product) -> Product {
    var merged = merged(with: row)
    merged.toldAt = toldAt
    return merged
  }

  private func merged(with told: Product) -> Product {
    var merged = told
    merged.name = told.name ?? name
    merged.url = told.url ?? url
    merged.image = told.image ?? image
    merged.price = told.price ?? price
    // A price without a list price means that the markdown has ended.
    merged.listPrice = told.price == nil ? told.listPrice ?? listPrice : told.listPrice
    merged.cost = told.cost ?? cost
    merged.cycleDays = told.cycleDays ?? cycleDays
    merged.category = told.category ?? category
    merged.parent = told.parent ?? parent
    merged.isAvailable = told.isAvailable ?? isAvailable
    merged.launchedAt = told.launchedAt ?? launchedAt
    merged.tags = told.tags.isEmpty ? tags : told.tags
    merged.stock = told.stock ?? stock
    return merged
  }
}
