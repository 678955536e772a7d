import Domain

extension LunarCalendar {
  /// The lunar date of every day that `civilDate(of:)` gives for any.
  static let days: [CivilDate: LunarDate] = {
    var days: [CivilDate: LunarDate] = [:]
    for year in supportedYears {
      for month in 1...12 {
        for (isLeapMonth, day) in [false, true].flatMap({ leap in (1...30).map { (leap, $0) } }) {
          guard let date = LunarDate(year: year, month: month, isLeapMonth: isLeapMonth, day: day),
            let civil = civilDate(of: date)
          else { continue }
          days[civil] = date
        }
      }
    }
    return days
  }()
}
