/// The names under which shops keep consent, in files and in calls: Shopify, its older exports and its API,
/// Magento, Mailchimp, Klaviyo, HubSpot, Salesforce, Brevo, 有赞, 微盟, and hand-written names in several
/// languages. All normalised by `key`.
package enum ConsentNames {
  package enum Meaning: Sendable {
    case about(AddressKind, isRefusal: Bool)
    case general(isRefusal: Bool)

    package var isRefusal: Bool {
      switch self {
      case .about(_, let isRefusal), .general(let isRefusal): isRefusal
      }
    }

    /// The channels it is about; all for a general refusal.
    ///
    /// - Parameter channels: the shop's, with the kind of address of each.
    /// - Returns: in order; `nil` for a general consent, unless only one channel can be meant.
    package func channels(among channels: [ChannelName: AddressKind]) -> [ChannelName]? {
      switch self {
      case .about(let kind, _): channels.filter { $0.value == kind }.keys.sorted()
      case .general(isRefusal: true): channels.keys.sorted()
      case .general(isRefusal: false): channels.count == 1 ? Array(channels.keys) : nil
      }
    }
  }

  package static let known: [ExactText: Meaning] = {
    let lists: [(Meaning, String)] = [
      (.general(isRefusal: false), general), (.general(isRefusal: true), refusal),
      (.about(.email, isRefusal: false), email), (.about(.phone, isRefusal: false), sms),
      (.about(.email, isRefusal: true), emailRefusal), (.about(.phone, isRefusal: true), smsRefusal),
    ]
    var table: [ExactText: Meaning] = [:]
    for (meaning, list) in lists { for name in words(list) { table[name] = meaning } }
    return table
  }()

  /// The letters and digits of a name, normalised by `Words.key`; a name longer than any known is truncated.
  package static func key(_ name: String) -> String {
    let key = Words.key(name, limit: 200)
    return String(
      key.unicodeScalars.filter {
        $0.value >= 0x80 || $0.properties.isAlphabetic || (0x30...0x39).contains($0.value)
      })
  }

  private static func words(_ list: String) -> [String] {
    list.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let email = """
    acceptsemailmarketing acceptsmarketing emailmarketing emailmarketingconsent emailmarketingstate
    emailmarketingstatus emailmarketingsubscription emailconsent emailconsentstatus emailoptin emailoptinstatus
    emailsubscriber emailsubscription emailsubscriptionstatus emailsubscribed emailpermission emailstatus
    emailliststatus mailstatus newsletter newslettersubscriber newslettersubscription newsletterstatus
    subscribedtonewsletter issubscribed subscriberstatus marketingemails receiveemails acceptsemail acceptsemails
    acceptsnewsletter mailok emailok oktomail oktoemail canemail mayemail wantsmail wantsemail wantsemails
    wantsnewsletter newsletterabonniert newsletteranmeldung newsletterempfanger newslettererlaubt emailwerbung
    emaileinwilligung werbungperemail abonnenewsletter abonnealanewsletter inscritnewsletter inscritalanewsletter
    boletin boletinsuscrito suscritoalboletin recibirnewsletter aceptaemail iscrittonewsletter
    メルマガ メルマガ購読 メルマガ登録 メルマガ配信 メルマガ希望 メールマガジン 接受邮件营销 邮件营销 邮件订阅 订阅邮件
    是否订阅邮件 邮件授权 接收邮件 是否接收邮件 接受邮件 电子报 订阅电子报 電子報 訂閱電子報 接收郵件 訂閱郵件
    """

  private static let sms = """
    acceptssmsmarketing smsmarketing smsmarketingconsent smsmarketingstate smsmarketingstatus smsconsent
    smsconsentstatus smsoptin smssubscriber smssubscription smssubscribed smspermission smsstatus smsok wantssms
    acceptssms oktotext textmessageconsent smserlaubt smswerbung smseinwilligung 接受短信营销 短信营销 短信订阅 订阅短信
    是否订阅短信 短信授权 接收短信 是否接收短信 接受短信 是否接收营销短信 接收营销短信 接收簡訊
    """

  private static let emailRefusal = """
    emailoptout emailoptedout emailoptouttime emailoptoutdate emailunsubscribed emailunsubscribedat
    emailunsubscribetime emailunsubscribedate unsubscribedfromallemail unsubscribedfromallemails hasoptedoutofemail
    donotemail noemail nomail emailsuppressed suppressedemail emailblacklist emailblacklisted blacklistemail
    emailblocklisted emailbounced bounced isbounced hardbounce hardbounced emailhardbounced cleaned cleantime
    cleanedat newsletterabgemeldet newsletterabbestellt keinnewsletter keinenewsletter desabonnenewsletter
    desinscritnewsletter メルマガ停止 メルマガ配信停止 メルマガ解除 メール配信停止 邮件退订 退订邮件 拒收邮件 邮件黑名单 邮箱黑名单
    退订电子报 退訂電子報 拒收郵件
    """

  private static let smsRefusal = """
    smsoptout smsoptedout smsunsubscribed smsunsubscribedat smsunsubscribetime hasoptedoutofsms donottext donotsms
    nosms smssuppressed smsblacklist smsblacklisted blacklistsms smsblocklisted 短信退订 退订短信 拒收短信 短信拒收
    短信黑名单 拒收簡訊
    """

  private static let refusal = """
    optout optouttime optoutdate optoutat optedout optedoutat unsub unsubtime unsubscribe unsubscribed unsubscribedat
    unsubscribeddate unsubscribedate unsubscribetime unsubscribedtime isunsubscribed globalunsubscribe donotcontact
    donotmarket donotdisturb dnd blacklist blacklisted isblacklisted blocklist blocklisted suppressed issuppressed
    abgemeldet abgemeldetam abbestellt abbestelltam widerrufen widerrufenam werbewiderspruch keinewerbung desabonne
    desabonnele desinscrit desinscritle nepascontacter baja dadodebaja fechadebaja nocontactar disiscritto
    配信停止 配信停止日 配信停止済み 購読解除 オプトアウト 退订 已退订 是否退订 退订时间 退订日期 退订状态 取消订阅 已取消订阅
    取消订阅时间 拒收 免打扰 勿扰 请勿打扰 拒绝营销 拒绝联系 黑名单 是否黑名单 加入黑名单 拉黑 是否拉黑 退訂 退訂時間 已退訂
    取消訂閱 黑名單
    """

  private static let general = """
    consent marketingconsent marketingoptin optin optedin subscribed marketing contactable cancontact maycontact
    oktocontact einwilligung werbeeinwilligung zustimmung abonniert abonne inscrit consentement suscrito
    consentimiento iscritto consenso 接受营销 是否接受营销 营销授权 是否订阅 订阅 同意营销 营销同意 可否联系 能否联系 可联系 允许联系
    接收优惠信息 是否接收优惠信息 接受优惠信息 允许推送 是否允许推送 接收推送 接收营销信息 訂閱 是否訂閱 購読 購読中 配信許可
    オプトイン
    """

  /// Names that only look like consent: in WooCommerce, that the files of an order may be downloaded.
  package static let others: Set<ExactText> = ["downloadpermissionsgranted", "downloadpermissions"]

  /// Parts of a name that make it look like consent.
  package static let signs = words(
    """
    consent optin optout optedin optedout subscri unsub newsletter marketing gdpr dsgvo rgpd lgpd ccpa tcpa
    datenschutz donotcontact donotmail donotemail donotcall donottext donotsms donotdisturb permission mailinglist
    blacklist blocklist suppress bounce complain spam refus contactable cancontact maycontact oktocontact oktomail
    oktoemail oktotext wantsmail wantsemail wantssms einwillig zustimm abonn abmeld abgemeld abbestell widerruf
    widerspr werbung werbe desinscri inscrit publicid publicit boletin suscri dadodebaja autoriza iscritt disiscri
    consenso メルマガ メールマガジン 配信 購読 オプトイン オプトアウト 同意 許可 拒否 订阅 退订 营销 拒收 授权 免打扰 勿扰 打扰 许可
    訂閱 退訂 行銷 電子報 电子报 黑名单 黑名單 拉黑 推送 推广 优惠信息 活动通知 是否接收 是否接受 是否允许 可否 能否联系 允许联系 拒绝 拒絕
    屏蔽
    """)

  package static let refusalSigns = words(
    """
    unsub optout optedout donot refus blacklist blocklist suppress bounce complain spam abmeld abgemeld abbestell
    widerruf widerspr desabonn desinscri dadodebaja disiscri オプトアウト 停止 解除 拒否 退订 退訂 拒 黑名 拉黑 勿扰 打扰 屏蔽
    取消
    """)

  package static let emailSigns = words("mail newsletter boletin correo courriel メール メルマガ 邮 郵 电子报 電子報")
  package static let phoneSigns = words("sms text phone mobile 短信 簡訊 手机 手機")
}
