/// A word in answer to a question about consent, in a call or a cell.
package enum ConsentAnswer: Equatable, Sendable {
  /// Depends on the question: yes to mail, or yes to no more mail.
  case yes, no
  /// The same for any question.
  case granted, withdrawn
  /// Neither signed up nor unsubscribed: `never subscribed`, `pending`. A flag of the shop's, not a statement by the
  /// person.
  case notGranted
  /// Says nothing about consent, such as that an address exists.
  case nothing

  /// `nil` for an unknown word.
  package init?(_ word: String) {
    // The contents of nearly every cell of such a column.
    switch word {
    case "yes", "true", "1": self = .yes
    case "no", "false", "0": self = .no
    default: self.init(looking: word)
    }
  }

  private init?(looking word: String) {
    guard let answer = Self.byWord[ExactText(Words.key(word))] else { return nil }
    self = answer
  }

  /// The consent, as the answer to whether the customer wants messages.
  package var consent: ConsentState? {
    switch self {
    case .yes, .granted: .granted
    case .no, .withdrawn, .notGranted: .withdrawn
    case .nothing: nil
    }
  }

  /// Whether it refuses messages, as the answer to whether the customer wants none.
  package var isRefusal: Bool { self == .yes || self == .withdrawn || self == .notGranted }

  /// Examples to suggest in an error.
  package static let examples = ["yes", "no", "granted", "withdrawn"]

  private static let byWord: [ExactText: ConsentAnswer] = {
    let words: [(ConsentAnswer, String)] = [
      (.yes, "true yes y 1 on t ja oui si sim da はい 是 是的 对 有 wahr vrai verdadero vero ✓ ✔ ○"),
      (.no, "false no n 0 off f nein non nao nee いいえ 否 不 不是 没有 無 无 falsch faux falso ✗ ✘ ×"),
      (
        .granted,
        """
        granted subscribed optin optedin singleoptin confirmedoptin doubleoptin doubleoptedin confirmed accepted
        agreed allowed consented abonniert angemeldet eingewilligt zugestimmt abonne inscrit accepte suscrito
        aceptado inscrito iscritto 已订阅 订阅 接受 同意 已同意 允许 接收 愿意 已訂閱 訂閱 登録済み 購読中 許可
        """
      ),
      (
        .withdrawn,
        """
        withdrawn unsubscribed unsub optout optedout redacted
        invalid cleaned bounced bounce hardbounce hardbounced softbounce softbounced complained
        complaint spam spamcomplaint markedasspam suppressed blocked blocklisted blacklisted declined denied
        rejected refused revoked archived deleted abgemeldet abbestellt widerrufen abgelehnt desabonne desinscrit
        refuse baja dadodebaja rechazado cancelado disiscritto td 回t退订 回td退订 已退订 退订 不接受 不同意 不允许 不接收 不愿意
        拒绝 拒收 拉黑 已拉黑 黑名单 已退訂 退訂 拒絕 配信停止 停止 解除 拒否 退会
        """
      ),
      (
        .notGranted,
        """
        notsubscribed neversubscribed nonsubscribed never transactional pending
        unconfirmed notgranted notoptedin 未订阅 未訂閱 未同意
        """
      ),
      (.nothing, "active valid verified deliverable ok unknown null none na n/a 未退订 正常 未知"),
    ]
    var table: [ExactText: ConsentAnswer] = [:]
    for (answer, list) in words {
      for word in list.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
        table[String(decoding: word, as: UTF8.self)] = answer
      }
    }
    return table
  }()
}

extension Bool {
  /// Yes and no in the languages of `ConsentAnswer`; `nil` for any other word.
  package init?(answer word: String) {
    switch ConsentAnswer(word) {
    case .yes?: self = true
    case .no?: self = false
    default: return nil
    }
  }
}
