extension Currency {
  /// Whether ISO 4217 lists it: in use, a unit of account, or replaced since 1999, which old orders may still
  /// have. Metals, drawing rights and the codes for tests and for none are not currencies of shops.
  package var isListed: Bool {
    switch code {
    // The most common ones; an import asks a million times.
    case "CNY", "EUR", "USD", "GBP", "JPY": true
    default: Self.codes.contains(code)
    }
  }

  package static let codes: Set<ExactText> = Set(
    texts: (inUse + " " + unitsOfAccount + " " + replaced).split(separator: " ").map(String.init))

  private static let inUse = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT \
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR \
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP \
    STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD \
    XCG XOF XPF YER ZAR ZMW ZWG
    """

  private static let unitsOfAccount = "BOV CHE CHW COU MXV USN UYI"

  private static let replaced = """
    ADP AFA ATS AZM BEF BGL BYB BYR CSD CUC CYP DEM EEK ESP FIM FRF GHC GRD GWP HRK IEP ITL LTL LUF LVL MGF \
    MRO MTL MZM NLG PTE ROL RUR SDD SIT SKK SLL SRG STD SVC TMM TPE TRL USS VEB VEF YUM ZMK ZWD ZWL ZWN ZWR
    """

  /// The code of the currency probably meant by `text`.
  package static func nearestCode(to text: String) -> String? {
    guard text.utf8.count <= 32 else { return nil }
    let key = Words.key(text)
    if let code = nicknames[key] { return code }
    // The most common currencies win ties.
    let raised = key.uppercased()
    return NearestName.nearest(to: raised, among: ["USD", "EUR", "CNY", "GBP", "JPY"])
      ?? NearestName.nearest(to: raised, among: codes.sortedTexts)
  }

  private static let nicknames: [ExactText: String] = [
    "rmb": "CNY", "yuan": "CNY", "renminbi": "CNY", "ntd": "TWD", "nt$": "TWD", "台币": "TWD", "新台幣": "TWD",
    "euro": "EUR", "euros": "EUR", "€": "EUR", "欧元": "EUR", "yen": "JPY", "日元": "JPY", "円": "JPY",
    "stg": "GBP", "pound": "GBP", "pounds": "GBP", "£": "GBP", "英镑": "GBP", "dollar": "USD", "dollars": "USD",
    "usdollar": "USD", "$": "USD", "us$": "USD", "美元": "USD", "港币": "HKD", "港元": "HKD", "hk$": "HKD",
    "won": "KRW", "₩": "KRW", "韩元": "KRW", "rupee": "INR", "₹": "INR", "ruble": "RUB", "₽": "RUB",
    "franken": "CHF", "sfr": "CHF",
  ]
}
