internal import Domain
internal import Platform
internal import Store

/// Decodes files of consents: each row is what a person, named by id or by address, said about messages on a channel.
struct ConsentRows: RowDecoder {
  private let cells: CellReader
  private let person: PersonCells
  private let channel: Int
  private let state: Int
  private let kind: Int
  private let source: Int
  private let at: Int
  /// What the header of the state column says: for which channels, and whether a yes refuses.
  private let told: (channels: [ChannelName], isRefusal: Bool)?

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    let column = mapping.place(of:)
    person = PersonCells(cells, mapping)
    channel = column(.channel)
    state = column(.state)
    kind = column(.kind)
    source = column(.source)
    at = column(.at)
    told =
      mapping.column(of: .state).flatMap {
        ConsentColumn(header: cells.headers[$0], channels: cells.context.channels)
      }.flatMap { if case .known(let channels, let isRefusal) = $0 { (channels, isRefusal) } else { nil } }
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      var left: [ImportRowError] = []
      guard let consent = try consent(row, &left) else {
        batch.silent += 1
        return
      }
      batch.imported += 1
      batch.consents.append(consent)
      batch.keep(row)
      batch.leaveOut(left, of: row)
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: error))
    }
  }

  /// `nil` if the row says nothing about consent.
  private func consent(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> ToldConsent? {
    try cells.checkColumns(row)
    guard let (state, answer) = try said(row) else { return nil }
    let (customer, addresses) = try person.read(row)
    let at: Instant?
    do {
      at = try cells.pastMoment(self.at, row)
    } catch {
      // Without a time, a withdrawal counts from now on, and a grant never overrides a withdrawal.
      left.append(error.with(.importedWithout(ImportField.at.rawValue)))
      at = nil
    }
    let source = cells.source(source, row, &left)
    let kind = cells.optional(.kind, self.kind, row, &left) { column, row throws(ImportRowError) in
      try cells.word(.kind, column, row, shown: ConsentKind.words) { ConsentKind(word: $0) }
    }
    // A "no" without a time is as often an unticked box as an unsubscribe, so it is not taken for the latter.
    let isBareNo = answer == .no && at == nil && kind != .word
    return ToldConsent(
      customer: customer, addresses: addresses, channels: try channels(state, addresses, row, &left),
      state: state,
      isFlag: kind == .flag || answer == .notGranted || isBareNo,
      // "Never signed up" must not override a sign-up, whichever file is imported first.
      at: at ?? (answer == .notGranted ? Customer.undatedGrant : nil), source: source)
  }

  /// `nil` if the row says nothing about consent.
  private func said(
    _ row: borrowing CSVReader
  ) throws(ImportRowError) -> (state: ConsentState, answer: ConsentAnswer)? {
    let written = cells.raw(state, row) ?? ""
    let given =
      written.isEmpty
      ? cells.options.wordForEmpty(in: .state)
      : cells.options.word(for: written, in: .state)
    guard let word = given, !word.showsNothing else { return nil }
    guard let answer = ConsentAnswer(word) else {
      throw cells.error(.word(written, words: ConsentAnswer.examples), state, row)
    }
    let isRefusal = told?.isRefusal ?? false
    let consent: ConsentState? = isRefusal ? answer.isRefusal ? .withdrawn : nil : answer.consent
    guard let consent else { return nil }
    return (consent, answer)
  }

  /// The channels that the row names, else those of the state column, else those that reach its addresses. A withdrawal
  /// that names none of the shop's channels counts for all of them.
  private func channels(
    _ state: ConsentState, _ addresses: [ToldConsent.Address], _ row: borrowing CSVReader,
    _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> [ChannelName] {
    let known = cells.context.channels
    guard let text = cells.raw(channel, row) else {
      if let told { return told.channels }
      let reached = known.filter { channel in addresses.contains { $0.kind == channel.value } }.keys.sorted()
      if !reached.isEmpty { return reached }
      if state == .withdrawn { return known.keys.sorted() }
      throw cells.error(.missing, channel < 0 ? nil : channel, row)
    }
    switch state {
    case .granted:
      let granted = ChannelName.named(text, among: known)
      guard !granted.isEmpty else { throw cells.error(.noChannel(known: known.keys.sorted()), channel, row) }
      return granted
    case .withdrawn:
      let (withdrawn, isForWantOfName) = ChannelName.withdrawn(text, among: known)
      if isForWantOfName {
        left.append(cells.error(.withdrawnEverywhere(known.keys.sorted()), channel, row))
      }
      return withdrawn
    }
  }
}

/// What kind of evidence a row of consents is.
enum ConsentKind: String, CaseIterable {
  /// The person said so.
  case word
  /// A field in the shop's data.
  case flag

  static let words = allCases.map(\.rawValue)
}
