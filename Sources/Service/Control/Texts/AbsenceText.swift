internal import Platform

/// Why a trigger has nothing in store for a customer, in sentences that name the way out.
enum AbsenceText {
  /// - Parameter isUnderWay: whether a message of it is still in the outbox.
  static func sentences(
    _ absence: JSON, trigger: String, customer: String, isUnderWay: Bool = false
  ) -> String {
    func wall(_ name: String) -> String { TimeText.wall(absence[name]?.stringValue ?? "?") }
    switch absence["because"]?.stringValue {
    case "no_occasion":
      return
        "Nothing comes: \(lack(absence["lacks"]?.stringValue)). See what is known: reprise export \(customer)"
    case "qualified_earlier":
      return
        "Nothing comes: it would have fired \(wall("fired_at")), before the trigger was first enabled \(wall("enabled_at")). With 'existing: include' in its file it also reaches those who qualified before."
    case "reentry":
      return
        "Nothing comes yet: the last time was \(wall("enrolled_at")), and its 'reentry' lets the next one begin from \(wall("until")) on."
    case "expired":
      return
        "Nothing comes: it fired \(wall("fired_at")), and by now even its last step is too late. A longer 'expires_after' in its file would have let it go out."
    case "unplanned":
      return
        "Nothing is planned yet: it fires \(wall("fires_at")), and the daemon plans what was imported or changed in the background. If none runs: reprise run"
    case "completed" where isUnderWay:
      return
        "All its steps are decided; what is in the outbox still goes out. If it stays there, see whether its channel rests: reprise status"
    case "completed":
      return "Nothing more comes: all its steps are done. The next occasion starts it anew."
    case "ended" where absence["end_reason"]?.stringValue == "quarantined":
      return
        "Nothing comes: deciding it ended the program twice, and it is set aside. See: reprise quarantine list"
    case "ended":
      return
        "Nothing more comes: it was ended (\(absence["end_reason"]?.stringValue ?? "?")). The next occasion starts it anew."
    case let other:
      return "Nothing comes (\(other ?? "no reason was given"))."
    }
  }

  private static func lack(_ word: String?) -> String {
    switch word {
    case "order": "no order of this customer stands"
    case "event": "no such event of this customer is known"
    case "match": "what is known of this customer does not meet the trigger's 'where'"
    case "cart": "nothing is in a cart of this customer"
    case "cycle":
      "it is not known how long what this customer bought lasts; cycle_days of a product tells it (reprise import products)"
    case "birthday": "no birthday of this customer is known"
    case "joined_at": "it is not known when this customer joined"
    default: "nothing that is known of this customer makes the trigger fire"
    }
  }
}
