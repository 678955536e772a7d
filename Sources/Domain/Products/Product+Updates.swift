extension Product {
  /// This product, now that `told` tells of it too; for reports that may come late and do not know everything.
  ///
  /// What `told` leaves open stays, such as how long a piece lasts; a report that is older than this one, or of
  /// unknown time where this one's is known, changes nothing.
  package func updated(by told: Product) -> Product {
    if let toldAt, told.toldAt ?? .distantPast < toldAt { return self }
    var merged = told
    merged.name = told.name ?? name
    merged.url = told.url ?? url
    merged.image = told.image ?? image
    merged.price = told.price ?? price
    // That there is no markdown is news too, wherever there is a price.
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
