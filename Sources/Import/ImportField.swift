/// A field that a column can hold. The raw value is its name in `--map` and in error texts.
package enum ImportField: String, Sendable, CaseIterable {
  case id
  case email
  case phone
  case firstName = "first_name"
  case lastName = "last_name"
  /// First and last name together.
  case fullName = "full_name"
  case birthday
  case calendar
  case leapMonth = "leap_month"
  case timeZone = "time_zone"
  case locale
  case joinedAt = "joined_at"
  case tags
  /// As of when the row's fields have these values.
  case updatedAt = "updated_at"

  case orderID = "order_id"
  case customerID = "customer_id"
  case placedAt = "placed_at"
  case total
  case currency
  case status
  case cancelledAt = "cancelled_at"
  case refundedAt = "refunded_at"
  /// What was paid back of an order so far, in all its refunds.
  case refunded = "refunded_total"
  case cartID = "cart_id"
  case sku
  case name
  case quantity
  case price
  case discount
  case shipping
  case coupons
  case store

  case at
  case messageID = "message_id"

  case url
  case image
  case cycleDays = "cycle_days"
  case listPrice = "list_price"
  case cost
  case category
  case parent
  case available
  case stock
  case launchedAt = "launched_at"

  /// An email address, a phone number, or whatever else a channel reaches people by.
  case address
  case channel
  case reason
  case source
  case state
  case sentAt = "sent_at"
  case trigger
  case occurrence
  case step
  case subject
  case template
  /// What kind of evidence a consent is; see `ConsentKind`.
  case kind
}

extension ImportKind {
  /// The fields that files of this kind can have.
  package var fields: [ImportField] {
    switch self {
    case .customers:
      [
        .id, .email, .phone, .firstName, .lastName, .fullName, .birthday, .calendar, .leapMonth, .timeZone,
        .locale,
        .joinedAt, .tags, .updatedAt,
      ]
    case .orders:
      [
        .orderID, .customerID, .email, .phone, .placedAt, .total, .currency, .status, .cancelledAt,
        .refundedAt,
        .refunded, .cartID,
        .sku, .name,
        .quantity, .price, .discount, .shipping, .coupons, .store,
      ]
    case .events: [.customerID, .name, .at, .messageID]
    case .products:
      [
        .sku, .name, .url, .image, .price, .listPrice, .cost, .currency, .cycleDays, .category, .parent,
        .available, .stock, .launchedAt, .tags,
      ]
    case .suppressions: [.address, .email, .phone, .channel, .reason, .source, .at]
    case .sent:
      [
        .customerID, .address, .email, .phone, .channel, .sentAt, .trigger, .occurrence, .step, .subject,
        .template,
        .messageID, .source,
      ]
    case .consents: [.customerID, .address, .email, .phone, .channel, .state, .kind, .source, .at]
    }
  }

  /// The fields without which no row can be imported.
  package var requiredFields: [ImportField] {
    switch self {
    case .customers: [.id]
    case .orders: [.orderID, .customerID, .placedAt]
    case .events: [.customerID, .name, .at]
    case .products: [.sku]
    // One of `identities` is enough; `ColumnMapping` requires it.
    case .suppressions, .consents: []
    case .sent: [.sentAt]
    }
  }

  /// Header names that mean `field`, besides its own name. Case, spaces, `_` and `-` do not count.
  func spellings(of field: ImportField) -> [String] {
    switch field {
    case .id: ["customer id", "user id", "客户编号", "客户ID", "会员编号", "会员ID", "用户ID", "编号", "买家会员名"]
    case .email:
      ["e-mail", "mail", "email address", "e-mail address", "邮箱", "电子邮箱", "电子邮件", "邮件地址"]
        + (self == .orders ? ImportOptions.IDSource.email.spellings : [])
    case .phone:
      [
        "mobile", "phone number", "mobile phone", "telephone", "手机", "手机号", "手机号码", "电话", "联系电话", "联系手机",
        "买家手机号", "客户手机号",
      ] + (self == .orders ? ["billing phone", "customer phone"] : [])
    case .refunded:
      [
        "refunded amount", "amount refunded", "refund amount", "total refunded", "refund total",
        "order refund amount", "退款金额", "已退款金额", "订单退款金额", "订单已退款金额", "退款总额", "退款总金额", "累计退款金额", "实际退款金额",
      ]
    case .firstName: ["given name", "forename", "名", "名字"]
    case .lastName: ["surname", "family name", "姓", "姓氏"]
    case .fullName: ["name", "customer name", "姓名", "客户姓名", "会员姓名", "买家姓名"]
    case .birthday: ["birth date", "date of birth", "dob", "born", "生日", "出生日期"]
    case .calendar: ["birthday calendar", "历法", "生日历法"]
    case .leapMonth: ["is leap month", "闰月"]
    case .timeZone: ["tz", "时区"]
    case .locale: ["language", "语言"]
    case .joinedAt:
      ["joined", "member since", "registered at", "created at", "signup date", "注册时间", "注册日期", "入会时间"]
    case .tags: ["tag", "labels", "标签"]
    case .updatedAt: ["更新时间"]
    case .orderID: ["order", "order number", "order no", "订单号", "订单编号", "订单ID"]
    case .customerID:
      ["customer", "user id", "member id", "客户编号", "客户ID", "会员编号", "会员ID", "用户ID", "买家ID", "买家会员名", "买家昵称"]
    case .placedAt:
      [
        "ordered at", "order date", "order time", "date", "created at", "purchase date", "下单时间", "下单日期",
        "订单时间", "订单创建时间", "日期",
      ]
    case .total:
      [
        "amount", "order total", "grand total", "订单金额", "金额", "总金额", "实付金额", "实付款", "订单实付金额", "买家实际支付金额",
        "总价",
      ]
    case .currency: ["currency code", "币种", "货币"]
    case .status: ["order status", "state", "financial status", "状态", "订单状态"]
    case .cancelledAt: ["canceled at", "取消时间"]
    case .refundedAt: ["退款时间"]
    case .cartID: ["cart", "checkout id", "购物车ID"]
    case .sku:
      [
        "product id", "item", "item sku", "lineitem sku", "variant sku", "商品编码", "商品编号", "规格编码", "商家编码", "货号",
        "商品ID",
      ]
    case .name:
      switch self {
      case .events: ["event", "event name", "事件", "事件名称"]
      default:
        [
          "product", "product name", "title", "item name", "lineitem name", "商品", "商品名称", "商品标题", "品名",
          "宝贝标题",
        ]
      }
    case .quantity: ["qty", "lineitem quantity", "数量", "件数", "商品数量", "购买数量"]
    case .price: ["unit price", "item price", "lineitem price", "variant price", "单价", "价格", "售价", "商品单价"]
    case .discount: ["discount amount", "discount total", "优惠金额"]
    case .shipping: ["shipping amount", "shipping cost", "shipping fee", "shipping total", "运费", "邮费", "配送费"]
    case .coupons:
      ["coupon", "coupon code", "coupon codes", "discount code", "discount codes", "优惠码", "优惠券码"]
    case .store: ["branch", "affiliation", "门店"]
    case .at where self == .consents:
      [
        "time", "timestamp", "date", "consent timestamp", "consented at", "consent date", "updated at",
        "changed at",
        "optin time", "opt in time", "optin date", "opt in date", "confirm time", "subscribed at",
        "email marketing consent timestamp",
        "sms marketing consent timestamp", "时间", "日期", "订阅时间",
      ]
    case .at where self == .suppressions:
      [
        "time", "timestamp", "date", "created", "created at", "suppressed at", "suppressed on",
        "date suppressed",
        "last update time", "added at", "added", "blocked at", "unsub time", "unsubscribed at",
        "unsubscribe time",
        "unsubscribe date", "unsubscribed date", "unsubscribed on", "optout date", "opt out date",
        "opt out time",
        "opted out at", "opted out on", "clean time", "cleaned at", "bounced at", "bounce time",
        "bounce date",
        "hard bounced at", "complained at", "complaint time", "complaint date", "时间", "日期", "退订时间",
      ]
    case .at: ["time", "timestamp", "date", "happened at", "occurred at", "时间", "发生时间"]
    case .messageID:
      self == .sent ? ["id", "email id", "dispatch id", "sid", "message sid"] : ["event id", "事件ID"]
    case .url: ["link", "product url", "链接", "商品链接"]
    case .image: ["image url", "image src", "picture", "图片", "图片链接"]
    case .cycleDays: ["cycle", "days", "lasts days", "周期", "使用天数", "可用天数", "复购周期"]
    case .listPrice:
      ["compare at price", "variant compare at price", "regular price", "原价", "划线价", "市场价", "吊牌价"]
    case .cost: ["cost price", "cost per item", "unit cost", "成本", "成本价", "进价"]
    case .category: ["product category", "categories", "product type", "类目", "分类", "商品分类", "商品类目"]
    case .parent: ["parent sku", "parent id", "父商品", "父编码"]
    case .available: ["is available", "in stock?", "published", "上架", "是否上架", "在售"]
    case .stock: ["inventory", "inventory quantity", "variant inventory qty", "stock quantity", "库存", "库存数量"]
    case .address: ["recipient", "to", "destination", "contact", "subscriber", "地址"]
    case .channel: ["medium", "channel type", "渠道", "通道"]
    case .reason:
      [
        "suppression reason", "suppression type", "type", "status", "state", "bounce type", "error code",
        "unsub reason", "unsubscribe reason", "退订原因", "原因", "状态",
      ]
    case .state:
      [
        "status", "consent", "consent state", "consent status", "subscription", "subscription status",
        "subscribed",
        "email marketing consent", "sms marketing consent", "email marketing", "sms marketing", "状态", "订阅状态",
      ]
    case .kind: ["consent kind"]
    case .sentAt:
      [
        "sent", "send time", "sent time", "sent on", "send date", "sent date", "delivered at", "received at",
        "time",
        "timestamp", "date", "发送时间", "时间",
      ]
    case .trigger: ["flow", "automation", "canvas", "journey", "触发器"]
    case .occurrence: ["order id", "cart id", "order number", "about"]
    case .step: ["message step", "flow step"]
    case .subject: ["subject line", "email subject", "主题"]
    case .template: ["template name", "campaign", "campaign name", "message name", "flow message", "模板"]
    case .source: ["consent source", "method", "form", "origin", "system", "来源"]
    case .launchedAt: ["launch date", "launched", "published at", "上架时间", "上新时间"]
    }
  }
}
