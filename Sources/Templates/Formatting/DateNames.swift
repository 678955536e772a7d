/// The names of months and days in a language, and its date formats (CLDR).
struct DateNames {
  let months: [String]
  let shortMonths: [String]
  /// From Sunday.
  let weekdays: [String]
  let shortWeekdays: [String]
  let am: String
  let pm: String
  private let short: String
  private let long: String
  private let time: String

  /// The pattern for `short`, `long` or `time`.
  func pattern(named name: String) -> String? {
    switch name {
    case "short": short
    case "long": long
    case "time": time
    default: nil
    }
  }

  /// By the language of a BCP 47 tag; English for unknown languages.
  init(locale: String) {
    let tag = locale.lowercased()
    let language =
      tag.utf8.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }.first.map {
        String(Substring($0))
      } ?? "en"
    switch language {
    case "zh": self = .chinese
    case "ja": self = .japanese
    case "de": self = .german
    case "fr": self = .french
    case "es": self = .spanish
    default: self = tag == "en" || tag.hasSuffix("-us") || tag.hasSuffix("_us") ? .american : .british
    }
  }

  private init(
    _ months: String, _ shortMonths: String, _ weekdays: String, _ shortWeekdays: String, am: String = "AM",
    pm: String = "PM", short: String, long: String, time: String = "%H:%M"
  ) {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    self.months = words(months)
    self.shortMonths = words(shortMonths)
    self.weekdays = words(weekdays)
    self.shortWeekdays = words(shortWeekdays)
    self.am = am
    self.pm = pm
    self.short = short
    self.long = long
    self.time = time
  }

  private static func english(short: String, long: String, time: String) -> DateNames {
    DateNames(
      "January February March April May June July August September October November December",
      "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
      "Sunday Monday Tuesday Wednesday Thursday Friday Saturday", "Sun Mon Tue Wed Thu Fri Sat",
      short: short, long: long, time: time)
  }

  private static let american = english(short: "%-m/%-d/%Y", long: "%B %-d, %Y", time: "%-I:%M %p")
  private static let british = english(short: "%d/%m/%Y", long: "%-d %B %Y", time: "%H:%M")
  private static let eastAsianMonths = "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"
  private static let chinese = DateNames(
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月", eastAsianMonths,
    "星期日 星期一 星期二 星期三 星期四 星期五 星期六", "周日 周一 周二 周三 周四 周五 周六", am: "上午", pm: "下午",
    short: "%Y/%-m/%-d", long: "%Y年%-m月%-d日")
  private static let japanese = DateNames(
    eastAsianMonths, eastAsianMonths, "日曜日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日", "日 月 火 水 木 金 土", am: "午前",
    pm: "午後", short: "%Y/%m/%d", long: "%Y年%-m月%-d日", time: "%-H:%M")
  private static let german = DateNames(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag", "So Mo Di Mi Do Fr Sa",
    short: "%d.%m.%Y", long: "%-d. %B %Y")
  private static let french = DateNames(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "dimanche lundi mardi mercredi jeudi vendredi samedi", "dim. lun. mar. mer. jeu. ven. sam.",
    short: "%d/%m/%Y", long: "%-d %B %Y")
  private static let spanish = DateNames(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sept oct nov dic",
    "domingo lunes martes miércoles jueves viernes sábado", "dom lun mar mié jue vie sáb", am: "a. m.",
    pm: "p. m.",
    short: "%-d/%-m/%Y", long: "%-d de %B de %Y", time: "%-H:%M")
}
