package import Domain
package import Platform

/// Why a row of a file was rejected, or imported only in part. Other rows are not affected.
package struct ImportRowError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Problem: Error, Equatable, Sendable {
    case csv(CSVRowError.Problem)
    case columnCount(found: Int, expected: Int)
    case missing
    case tooLong(limit: Int)
    case controlCharacter
    case notADate(String)
    case dateFormat(DateFormatError)
    /// An ambiguous date.
    case dayOrMonth(String)
    case inFuture(String)
    case tooEarly(String)
    case email(EmailSyntaxError)
    case phone(PhoneSyntaxError)
    case birthday(String, BirthdayError)
    case timeZone(String)
    case currency(String, CurrencyProblem)
    case amount(String, DecimalAmountError)
    case minorUnits(String)
    /// An ambiguous amount.
    case pointOrComma(String)
    /// An amount in another currency than its row's.
    case otherCurrency(String, Currency)
    case notAboveZero(String)
    case quantity(String)
    /// An order line that does not say what was bought.
    case noProduct(String)
    /// More coupon codes than an order can have.
    case tooManyCodes(limit: Int)
    case notWhole(String)
    /// An id in which a shop system replaced characters by asterisks.
    case masked(String)
    /// An unknown word; `words` are the known ones.
    case word(String, words: [String])
    /// An unknown state of an order.
    case state(String)
    case url(String)
    /// An unknown reason: all messages to the address are suppressed.
    case reason(String)
    /// A word for a reason that suppresses nothing.
    case holdsNothing(String)
    /// None of the named channels uses this kind of address.
    case otherAddress(String, channels: [ChannelName])
    /// No channel has this name: the address is suppressed on these instead, all that use its kind.
    case heldEverywhere([ChannelName])
    case trigger(String, known: [String])
    case step(String, of: TriggerID, known: [String])
    case eventName
    case reservedEvent(EventName)
    /// A grant for a channel that the shop does not have.
    case noChannel(known: [ChannelName])
    /// A withdrawal for a channel that the shop does not have, which counts for all of these.
    case withdrawnEverywhere([ChannelName])
    case otherRowOfOrder(order: String, line: Int)
    /// This row has no fault, but the row at `line`, of the same order, was imported only in part.
    case partOfOrder(order: String, line: Int)
    case orderDiffers(order: String, from: String, in: String)
    /// More was paid back than was paid.
    case refundAboveTotal(String, total: String)
    case unreadableWithin(order: String, line: Int)
    /// It has more rows than an order can have.
    case orderTooLong(String)
    /// Other rows are between this row and the first rows of its order.
    case orderInPieces(String)
    /// Well formed, but rejected in whole or in part because of what is stored.
    case refused(IntakeRefusal.Reason)
  }

  /// The line in which the row begins, from 1.
  package var line: Int
  /// The column's name in the file; `nil` if the whole row is at fault.
  package var column: String?
  package var problem: Problem
  /// What became of the row; `nil` if it was rejected.
  package var outcome: Outcome?
  /// Further errors in the row.
  package var others: [ImportRowError] = []

  package enum Outcome: Equatable, Sendable {
    /// The row was imported without this field.
    case importedWithout(String)
    /// The order was imported without this line.
    case importedWithoutLine
    /// The row was rejected, but the withdrawal of consent in it was imported.
    case withdrawalTaken
    /// The row was rejected, and it withdraws consent without saying whose.
    case withdrawalOfNobody
    /// An unreadable cell was counted as a refusal.
    case takenForRefusal
  }

  package init(line: Int, column: String? = nil, problem: Problem, outcome: Outcome? = nil) {
    self.line = line
    self.column = column
    self.problem = problem
    self.outcome = outcome
  }

  func with(_ outcome: Outcome?) -> ImportRowError {
    var error = self
    error.outcome = outcome
    return error
  }

  /// This error with `others` added, without duplicates.
  func with(_ others: [ImportRowError]) -> ImportRowError {
    var error = self
    for other in others where other != self && !error.others.contains(other) { error.others.append(other) }
    return error
  }

  package var description: String { "line \(line): \(reason)" }

  /// The description without the line.
  package var reason: String {
    let own = (column.map { "\($0): " } ?? "") + problem.description
    let ending = outcome?.ending ?? ""
    let rest = others.map { "; " + $0.reason }.joined()
    return outcome?.isOfField == true ? own + ending + rest : own + rest + ending
  }
}

extension ImportRowError.Outcome {
  /// Whether it is about a single cell.
  fileprivate var isOfField: Bool {
    switch self {
    case .importedWithout, .importedWithoutLine, .takenForRefusal: true
    case .withdrawalTaken, .withdrawalOfNobody: false
    }
  }

  fileprivate var ending: String {
    switch self {
    case .importedWithout(let field): "; imported without \(field)"
    case .importedWithoutLine: "; imported without this line"
    case .withdrawalTaken: "; the withdrawal of consent in it was taken"
    case .withdrawalOfNobody: "; it refuses messages, and nobody knows whose refusal it is"
    case .takenForRefusal: "; it was taken for a refusal"
    }
  }
}

extension ImportRowError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .csv(let problem): problem.description
    case .columnCount(let found, let expected):
      "the row has \(found) columns, the header \(expected); put text that holds the separator in quotes"
    case .missing: "it is empty, but needed"
    case .tooLong(let limit): "it is longer than \(limit) bytes; shorten it"
    case .controlCharacter: "it holds a line break or another control character; remove it"
    case .notADate(let text):
      "\(Self.quoted(text)) is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format"
    case .dateFormat(let error): error.description
    case .dayOrMonth(let text):
      "\(Self.quoted(text)) may be two days; give --date-format day-first or --date-format month-first"
    case .inFuture(let text): "\(Self.quoted(text)) lies in the future; check the date, or the --date-format"
    case .tooEarly(let text): "\(Self.quoted(text)) lies before 1900; check the date, or the --date-format"
    case .email(let error): error.description
    case .phone(.noCountryCode):
      "not a telephone number: it has no country code; write it as +8613812345678, or give --calling-code 86"
    case .phone(let error): error.description
    case .birthday(_, .leapMonthInGregorian): "a leap month needs the calendar lunar"
    case .birthday(let text, let error): "\(Self.quoted(text)) is \(error)"
    case .timeZone(let text):
      "\(Self.quoted(text)) is no time zone; write its IANA name, such as Asia/Shanghai"
    case .currency(let text, .unknown(let nearest)):
      "\(Self.quoted(text)) is no currency; write its three letters, such as CNY\(CurrencyProblem.unknown(nearest: nearest).hint)"
    case .currency(let text, .yenOrYuan):
      "\(Self.quoted(text)) may be CNY or JPY; write the three letters"
    case .amount(let text, let error): "\(Self.quoted(text)) is \(error)"
    case .minorUnits(let text):
      "\(Self.quoted(text)) is no whole number of minor units, which --minor-units asks for"
    case .pointOrComma(let text):
      "\(Self.quoted(text)) may be two amounts; give --decimal point or --decimal comma"
    case .otherCurrency(let text, let currency):
      "\(Self.quoted(text)) is no amount in \(currency.code); name the currency in a column, or with --currency"
    case .notAboveZero(let text): "\(Self.quoted(text)) is no number above 0"
    case .quantity(let text): "\(Self.quoted(text)) is no whole number from 1 to 1000000"
    case .noProduct(let text): "\(Self.quoted(text)) names no product; give its sku or product_id"
    case .masked(let text):
      "\(Self.quoted(text)) is masked and may stand for several people; export the file with names in full"
    case .tooManyCodes(let limit): "it holds more than \(limit) codes; leave those out that gave nothing"
    case .notWhole(let text): "\(Self.quoted(text)) is no whole number"
    case .word(let text, let words): "\(Self.quoted(text)) is not understood; write \(Self.list(words))"
    case .state(let text):
      "\(Self.quoted(text)) is no known state of an order; say what it means with --value \(ConsentProposal.quoted("status:\(text)=STATE")), where STATE is placed, cancelled, refunded or unpaid"
    case .url(let text): "\(Self.quoted(text)) is no web address; it must begin with https:// or http://"
    case .reason(let text):
      "\(Self.quoted(text)) is no known reason, so the address gets nothing at all; say what it means with --value \(ConsentProposal.quoted("reason:\(text)=unsubscribed"))"
    case .holdsNothing(let text):
      "\(Self.quoted(text)) holds no messages back; leave the row out, or say what it means with --value \(ConsentProposal.quoted("reason:\(text)=unsubscribed"))"
    case .otherAddress(let text, let channels):
      "\(Self.quoted(text)) is no address of \(Self.list(channels.map(\.rawValue)))"
    case .heldEverywhere(let channels):
      "it names no channel of the shop; the address was suppressed on all that reach it: \(channels.map(\.rawValue).joined(separator: ", "))"
    case .trigger(let text, let known):
      "\(Self.quoted(text)) is no trigger of the shop; to count such rows for caps alone give --ignore-unknown-triggers\(NearestName.ending(for: text, among: known))"
    case .step(let text, let trigger, let known):
      "\(Self.quoted(text)) is no step of \(trigger); write \(Self.list(known))"
    case .eventName:
      "it is no event name; write letters, digits and _, at most \(EventName.maximumBytes) bytes"
    case .reservedEvent(let name):
      "'\(name)' changes orders, carts or customers, which the event alone cannot say; import orders and customers, or send it to the HTTP API"
    case .noChannel(let known):
      "it names no channel of the shop; write \(Self.list(known.map(\.rawValue)))"
    case .withdrawnEverywhere(let channels): ChannelName.tellWithdrawnEverywhere(channels)
    case .otherRowOfOrder(let order, let line):
      "not imported because another row of order \(Self.quoted(order)), line \(line), is wrong"
    case .partOfOrder(let order, let line):
      "this row is right; it is here because an order is replaced as a whole, and line \(line) of order \(Self.quoted(order)) was imported only in part"
    case .orderDiffers(let order, let first, let second):
      "the rows of order \(Self.quoted(order)) differ here: \(Self.quoted(first)) and \(Self.quoted(second))"
    case .orderInPieces(let order):
      "order \(Self.quoted(order)) has rows further up already, which this one would replace; sort the whole file by the orders' numbers and import it again"
    case .refundAboveTotal(let refund, let total):
      "\(refund) paid back is more than the order's total, \(total); is it the right column?"
    case .unreadableWithin(let order, let line):
      "not imported because line \(line), between the rows of order \(Self.quoted(order)), cannot be read"
    case .orderTooLong(let order):
      "order \(Self.quoted(order)) has more than \(PendingOrder.rowLimit) rows or \(PendingOrder.byteLimit >> 20) MB, of which only the first are kept; is order_id the right column?"
    case .refused(.messageIDReused):
      "its message_id stands for another event already, which was kept; give each event an id of its own"
    case .refused(let reason): IntakeRefusal(position: 0, reason: reason).explanation.reason
    }
  }

  /// `text` in quotes, shortened and with control characters escaped, so that it fits in a line.
  static func quoted(_ text: String) -> String {
    var shown = "'"
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == 40 {
        shown += "..."
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: shown += "\u{FFFD}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown + "'"
  }

  /// Joins words: `a`, `a or b`, `a, b or c`.
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
