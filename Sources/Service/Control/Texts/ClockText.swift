internal import Platform

/// That the machine's clock is doubted, in a sentence.
enum ClockText {
  /// `nil` while it is believed.
  static func sentence(_ clock: JSON?) -> String? {
    guard let off = clock?["off_by_seconds"]?.integerValue,
      let left = clock?["doubted_for_seconds"]?.integerValue
    else { return nil }
    let way = off > 0 ? "ahead of" : "behind"
    let by = DurationText.text(.seconds(Int64(clamping: off.magnitude)))
    return
      "the machine's clock is \(by) \(way) the time known here: nothing is decided or sent until it is set right, or for another \(DurationText.text(.seconds(left)))"
  }
}
