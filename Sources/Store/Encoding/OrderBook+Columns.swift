internal import Domain
internal import Platform

extension OrderBook {
  /// `[currency, placed, standing, paid, value, [[id, placed at, stands], ...], [the newest ...], [the ends
  /// of standing orders]]`.
  var stored: String {
    var writer = JSONWriter(reserving: 64 + 48 * (first.count + last.count))
    writer.array { writer in
      writer.value(value.currency.code)
      for number in [Int64(placed), Int64(standing), Int64(paid), value.minorUnits] { writer.value(number) }
      for list in [first, last, [firstStanding, lastStanding].compactMap(\.self)] {
        writer.array { writer in
          for entry in list {
            writer.array { writer in
              writer.value(entry.id)
              writer.value(entry.placedAt.milliseconds)
              writer.value(entry.stands ? 1 : 0)
            }
          }
        }
      }
    }
    return writer.text
  }

  /// `nil` for a book in another currency, for one that must be rebuilt, and for anything else.
  init?(stored json: JSON, currency: Currency) {
    guard json[0]?.stringValue?.hasSameBytes(as: currency.code) == true, let placed = json[1]?.integerValue,
      let standing = json[2]?.integerValue, let paid = json[3]?.integerValue,
      let value = json[4]?.integerValue, let first = json[5]?.arrayValue, let last = json[6]?.arrayValue
    else { return nil }
    self.init(currency: currency)
    self.placed = Int(placed)
    self.standing = Int(standing)
    self.paid = Int(paid)
    self.value.minorUnits = value
    self.first = first.compactMap { Entry(stored: $0) }
    self.last = last.compactMap { Entry(stored: $0) }
    if let ends = json[7]?.arrayValue?.compactMap({ Entry(stored: $0) }), ends.count == 2 {
      (firstStanding, lastStanding) = (ends[0], ends[1])
    }
    isStored = true
    if isShort { return nil }
  }
}

extension OrderBook.Entry {
  fileprivate init?(stored json: JSON) {
    guard let id = json[0]?.stringValue, let at = json[1]?.integerValue, let stands = json[2]?.integerValue
    else { return nil }
    self.init(id: id, placedAt: Instant(milliseconds: at), stands: stands == 1)
  }
}
