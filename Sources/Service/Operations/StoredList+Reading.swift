internal import Domain
internal import Operations
internal import Platform
internal import Store

extension StoredList {
  /// Passes on the parts described by `ExportListRequest`.
  func read(_ tx: Transaction, _ part: (JSON) throws -> Void) throws {
    var rows: [JSON] = []
    func add(_ cells: [String]) throws {
      rows.append(.array(cells.map { .string($0) }))
      guard rows.count == Self.rowsTogether else { return }
      try part(["rows": .array(rows)])
      rows = []
    }
    switch self {
    case .suppressions:
      try part(["total": .integer(tx.suppressionCount())])
      try tx.forEachSuppression { try add(Self.cells($0)) }
    case .sent:
      try part(["total": .integer(tx.sentCount())])
      try tx.forEachSent { try add(Self.cells($0)) }
    case .consents:
      // The number of statements is only known after reading all customers.
      try part(["total": .null])
      try tx.forEachConsent { try add(Self.cells($0)) }
    }
    if !rows.isEmpty { try part(["rows": .array(rows)]) }
  }

  private static let rowsTogether = 500

  private static func cells(_ told: ToldSuppression) -> [String] {
    [
      told.salts.isEmpty ? told.address : WrittenDigest.text(told.address, salts: told.salts),
      told.channel == "" ? "*" : told.channel.rawValue, told.reason.rawValue, told.source, text(told.at),
    ]
  }

  private static func cells(_ told: ToldConsent) -> [String] {
    [
      told.customer ?? "", told.channels.first?.rawValue ?? "", told.state.rawValue,
      told.isFlag ? "flag" : "word", told.source, text(told.at),
    ]
  }

  private static func cells(_ told: ToldSent) -> [String] {
    let message = told.message
    return [
      told.customer ?? "", message.channel.rawValue, text(message.sentAt), message.trigger?.rawValue ?? "",
      message.occurrence ?? "", message.step?.rawValue ?? "", message.subject ?? "", message.messageID ?? "",
      message.source,
    ]
  }

  private static func text(_ instant: Instant?) -> String {
    instant.map { Timestamp.text(milliseconds: $0.milliseconds) } ?? ""
  }
}
