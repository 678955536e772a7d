internal import Domain
internal import Platform
internal import Store

/// Decodes files of suppressions: a row has an address, or an email address and a phone number of one person.
///
/// If a row is not fully understood, it suppresses everything that it may mean, since the alternative would be to write
/// to somebody who must not be written to.
struct SuppressionRows: RowDecoder {
  private let cells: CellReader
  private let address: Int
  private let email: Int
  private let phone: Int
  private let channel: Int
  private let reason: Int
  private let source: Int
  private let at: Int
  /// The reason for rows without one.
  private let usualReason: SuppressionReason
  /// Whether the reasons are what people wrote when they unsubscribed.
  private let isAfterUnsubscribing: Bool

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    let column = mapping.place(of:)
    address = column(.address)
    email = column(.email)
    phone = column(.phone)
    channel = column(.channel)
    reason = column(.reason)
    source = column(.source)
    at = column(.at)
    let given = cells.options.wordForEmpty(in: .reason)
    isAfterUnsubscribing =
      cells.headers.indices.contains(reason) && Self.tellsWhyUnsubscribed(cells.headers[reason])
    let told =
      cells.headers.indices.contains(at) ? SuppressionReason.told(byTimeColumn: cells.headers[at]) : nil
    usualReason =
      given.flatMap { SuppressionReason(word: $0) }
      ?? told ?? (isAfterUnsubscribing ? .unsubscribed : .operator)
  }

  /// Whether a column holds people's reasons for unsubscribing, which can be any text.
  static func tellsWhyUnsubscribed(_ header: String) -> Bool {
    ["unsubreason", "unsubscribereason", "退订原因"].contains(ColumnMapping.key(header))
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      var left: [ImportRowError] = []
      let rows = try suppressions(row, &left)
      batch.imported += 1
      for entry in rows { batch.suppressions.append(entry) }
      batch.leaveOut(left, of: row)
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: error))
    }
  }

  private func suppressions(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> [ToldSuppression] {
    try cells.checkColumns(row)
    let reason = try reason(row, &left)
    let at = cells.optional(.at, at, row, &left, cells.pastMoment)
    let told = ToldSuppression(
      channel: "", address: "", reason: reason, at: at, source: cells.source(source, row, &left))
    var found: [ToldSuppression] = []
    var problems: [ImportRowError] = []
    for (column, kind) in [(address, nil), (email, AddressKind.email), (phone, .phone)] {
      if row.isEmpty(column) { continue }
      do {
        found += try self.entries(column, kind, row, told, &left)
      } catch {
        problems.append(error)
      }
    }
    if found.isEmpty {
      let column = [address, email, phone].first { $0 >= 0 }
      let first = problems.first ?? cells.error(.missing, column, row)
      throw first.with(Array(problems.dropFirst()) + left.map { $0.with(nil) })
    }
    // A row with an email address and a phone number may name a channel that uses only one of them.
    left += problems.filter { if case .otherAddress = $0.problem { false } else { true } }
    return found
  }

  /// The address in one column, once for each channel on which it is suppressed.
  ///
  /// - Parameter kind: `nil` if it depends on the cell and the row's channel.
  private func entries(
    _ column: Int, _ kind: AddressKind?, _ row: borrowing CSVReader, _ told: ToldSuppression,
    _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> [ToldSuppression] {
    let text = cells.raw(column, row) ?? ""
    if kind == nil, let (digest, salts) = WrittenDigest.parts(text) {
      var entry = told
      entry.channel = named(row).map { ChannelName($0) } ?? ""
      entry.address = digest
      entry.salts = salts
      return [entry]
    }
    let channels = cells.context.channels
    let (names, isForWantOfName) =
      named(row).map { ChannelName.withdrawn($0, among: channels) } ?? ([], false)
    let kind = kind ?? self.kind(of: text, on: names)
    let address: String?
    switch kind {
    case .email: address = try cells.email(column, row)
    case .phone: address = try cells.heldPhone(column, row)
    case .customerID: address = try cells.text(column, row)
    }
    guard let address else { throw cells.error(.missing, column, row) }
    // An unknown channel is kept by its name.
    var holding = names.filter { channels[$0] == nil || channels[$0] == kind }
    if named(row) == nil { holding = channels.filter { $0.value == kind }.keys.sorted() }
    if holding.isEmpty, named(row) == nil { holding = kind == .email ? ["email"] : ["sms"] }
    guard !holding.isEmpty else {
      throw cells.error(.otherAddress(text, channels: names), column, row)
    }
    if isForWantOfName {
      left.append(cells.error(.heldEverywhere(holding.filter { channels[$0] != nil }), channel, row))
    }
    return holding.map { name in
      var entry = told
      entry.channel = name
      entry.address = address
      return entry
    }
  }

  /// The channel that the row names; `nil` if it names none, or all.
  private func named(_ row: borrowing CSVReader) -> String? {
    guard let text = cells.raw(channel, row) else { return nil }
    switch text.lowercased() {
    case "*", "all", "any", "global": return nil
    default: return text
    }
  }

  private func kind(of text: String, on names: [ChannelName]) -> AddressKind {
    let kinds = Set(names.compactMap { cells.context.channels[$0] })
    if kinds == [.customerID] { return .customerID }
    return CellReader.addressKind(of: text)
  }

  /// An unknown reason becomes `operator`, which suppresses all messages.
  private func reason(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> SuppressionReason {
    guard let written = cells.raw(reason, row) else { return usualReason }
    let word = Words.key(written).isEmpty ? written : cells.options.word(for: written, in: .reason)
    switch SuppressionWord(word) {
    case .holds(let reason)?: return reason
    case .holdsNothing? where isAfterUnsubscribing, nil where isAfterUnsubscribing: return .unsubscribed
    case .holdsNothing?: throw cells.error(.holdsNothing(written), reason, row)
    case nil:
      left.append(cells.error(.reason(written), reason, row))
      return .operator
    }
  }
}
