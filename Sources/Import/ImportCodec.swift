internal import Domain
internal import Store

/// Encodes batches of an import as compact JSON for the control socket.
///
/// It covers only what an import can produce. Both ends are the same program, so a missing field, or one of the wrong
/// type, makes the whole batch invalid.
enum ImportCodec {
  static func json(_ batch: ImportBatch) -> JSON {
    [
      "kind": .string(batch.kind.rawValue),
      "events": .array((batch.kind == .orders ? batch.orders.events : batch.events).map { json($0) }),
      "products": .array(batch.products.map { json($0) }),
      "suppressions": .array(batch.suppressions.map { json($0) }),
      "consents": .array(batch.consents.map { json($0) }),
      "sent": .array(batch.sent.map { json($0) }),
      "progress": json(batch.progress),
    ]
  }

  static func batch(_ json: JSON) throws(ImportCodecError) -> ImportBatch {
    guard let kind = json["kind"]?.stringValue.flatMap({ ImportKind(word: $0) }),
      let events = json["events"]?.arrayValue, let products = json["products"]?.arrayValue,
      let progress = json["progress"]
    else { throw ImportCodecError(part: "batch") }
    var batch = ImportBatch(kind: kind, events: [], products: [], progress: try self.progress(progress))
    batch.events.reserveCapacity(events.count)
    for event in events { batch.events.append(try self.event(event)) }
    if kind == .orders {
      guard var orders = OrderSheet(events: batch.events, receivedAt: batch.progress.startedAt) else {
        throw ImportCodecError(part: "order")
      }
      orders.seal()
      batch.orders = orders
      batch.events = []
    }
    for product in products { batch.products.append(try self.product(product)) }
    for row in json["suppressions"]?.arrayValue ?? [] { batch.suppressions.append(try suppression(row)) }
    for row in json["consents"]?.arrayValue ?? [] { batch.consents.append(try consent(row)) }
    for row in json["sent"]?.arrayValue ?? [] { batch.sent.append(try sent(row)) }
    return batch
  }

  static func json(_ receipt: ImportReceipt) -> JSON {
    [
      "duplicates": .integer(Int64(receipt.duplicates)),
      "refusals": .array(
        receipt.refusals.map { [.integer(Int64($0.position)), .string($0.reason.rawValue)] }),
    ]
  }

  static func receipt(_ json: JSON) throws(ImportCodecError) -> ImportReceipt {
    guard let duplicates = json["duplicates"]?.integerValue, let refusals = json["refusals"]?.arrayValue
    else { throw ImportCodecError(part: "answer") }
    var receipt = ImportReceipt(duplicates: Int(duplicates))
    for refusal in refusals {
      guard let position = refusal[0]?.integerValue,
        let reason = refusal[1]?.stringValue.flatMap({ IntakeRefusal.Reason(word: $0) })
      else { throw ImportCodecError(part: "answer") }
      receipt.refusals.append(IntakeRefusal(position: Int(position), reason: reason))
    }
    return receipt
  }

  static func json(_ progress: ImportProgress) -> JSON {
    [
      "fingerprint": .string(progress.fingerprint), "kind": .string(progress.kind),
      "path": .string(progress.path),
      "offset": .integer(progress.byteOffset), "line": .integer(progress.line),
      "imported": .integer(progress.imported),
      "rejected": .integer(progress.rejected), "started_at": json(progress.startedAt),
      "finished_at": progress.finishedAt.map { json($0) } ?? .null,
    ]
  }

  static func progress(_ json: JSON) throws(ImportCodecError) -> ImportProgress {
    guard let fingerprint = json["fingerprint"]?.stringValue, let kind = json["kind"]?.stringValue,
      let path = json["path"]?.stringValue, let offset = json["offset"]?.integerValue,
      let line = json["line"]?.integerValue, let imported = json["imported"]?.integerValue,
      let rejected = json["rejected"]?.integerValue, let startedAt = instant(json["started_at"])
    else { throw ImportCodecError(part: "progress") }
    return ImportProgress(
      fingerprint: fingerprint, kind: kind, path: path, byteOffset: offset, line: line, imported: imported,
      rejected: rejected, startedAt: startedAt, finishedAt: instant(json["finished_at"]))
  }

  static func json(_ instant: Instant) -> JSON { .integer(instant.milliseconds) }
  static func json(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  static func instant(_ json: JSON?) -> Instant? { json?.integerValue.map { Instant(milliseconds: $0) } }

  /// `[sku, name, url, image, price, currency, cycle days, list price, cost, category, parent, available, stock,
  /// launched at, tags]`.
  private static func json(_ product: Product) -> JSON {
    let currency = (product.price ?? product.listPrice ?? product.cost)?.currency
    func units(_ money: Money?) -> JSON { money.map { .integer($0.minorUnits) } ?? .null }
    return [
      .string(product.sku), json(product.name), json(product.url), json(product.image),
      units(product.price), json(currency?.code), product.cycleDays.map { .number($0) } ?? .null,
      units(product.listPrice), units(product.cost), json(product.category), json(product.parent),
      product.isAvailable.map { .bool($0) } ?? .null, product.stock.map { .integer($0) } ?? .null,
      product.launchedAt.map { json($0) } ?? .null, .array(product.tags.map { .string($0) }),
    ]
  }

  private static func product(_ json: JSON) throws(ImportCodecError) -> Product {
    guard let sku = json[0]?.stringValue else { throw ImportCodecError(part: "product") }
    let currency = json[5]?.stringValue.flatMap { Currency($0) }
    func money(_ index: Int) -> Money? {
      guard let currency, let units = json[index]?.integerValue else { return nil }
      return Money(minorUnits: units, currency: currency)
    }
    return Product(
      sku: sku, name: json[1]?.stringValue, url: json[2]?.stringValue, image: json[3]?.stringValue,
      price: money(4), listPrice: money(7), cost: money(8), cycleDays: json[6]?.numberValue,
      category: json[9]?.stringValue, parent: json[10]?.stringValue, isAvailable: json[11]?.boolValue,
      stock: json[12]?.integerValue, launchedAt: json[13].flatMap { instant($0) },
      tags: json[14]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }
}

/// Thrown for a batch that another version of the program, or another program, wrote.
struct ImportCodecError: Error, Equatable, CustomStringConvertible {
  let part: String
  var description: String { "the \(part) of an import is not understood; is the daemon of the same version?" }
}
