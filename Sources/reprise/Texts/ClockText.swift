internal import Operations
internal import Platform

/// Says that the machine's clock is doubted.
enum ClockText {
  static func sentence(_ doubt: ClockDoubt) -> String {
    let way = doubt.offBySeconds > 0 ? "ahead of" : "behind"
    let by = DurationText.text(.seconds(Int64(clamping: doubt.offBySeconds.magnitude)))
    let left = DurationText.text(.seconds(doubt.doubtedForSeconds))
    return
      "the machine's clock is \(by) \(way) the time known here: nothing is decided or sent until it is set right, or for another \(left)"
  }
}
