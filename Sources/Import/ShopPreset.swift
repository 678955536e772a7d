/// A shop system whose exports are known: the meaning of columns whose names alone do not tell.
package enum ShopPreset: String, Sendable, CaseIterable {
  case shopify
  case woocommerce
  case magento
  case youzan
  case weimob
  case taobao

  /// What identifies a customer both in its files of customers and of orders.
  package var idSource: ImportOptions.IDSource? {
    switch self {
    case .shopify, .woocommerce, .magento: .email
    case .youzan, .weimob: .phone
    // It has a column with the member's name.
    case .taobao: nil
    }
  }

  /// Whether orders have whole order lines in cells, as in `line_item_1`.
  var hasLineItems: Bool { self == .woocommerce }

  /// Whether a column without a hint in its header is in UTC: WordPress stores the time of registration in UTC, while
  /// WooCommerce's own `date_registered` is in the site's time zone.
  func isUTC(_ header: String) -> Bool {
    self == .woocommerce && ColumnMapping.key(header) == ColumnMapping.key("user_registered")
  }

  /// The headers of each field, the preferred one first.
  package func columns(_ kind: ImportKind) -> [ImportField: [String]] {
    switch kind {
    case .orders: orders
    case .customers: customers
    case .products: products
    case .events, .suppressions, .consents, .sent: [:]
    }
  }

  private var orders: [ImportField: [String]] {
    switch self {
    case .shopify:
      [
        .orderID: ["Name"], .customerID: ["Email"], .phone: ["Phone", "Billing Phone"],
        .placedAt: ["Created at"], .total: ["Total"],
        .currency: ["Currency"], .status: ["Financial Status"], .cancelledAt: ["Cancelled at"],
        .sku: ["Lineitem sku"], .name: ["Lineitem name"], .quantity: ["Lineitem quantity"],
        .price: ["Lineitem price"], .discount: ["Discount Amount"], .shipping: ["Shipping"],
        .coupons: ["Discount Code"], .store: ["Location"], .refunded: ["Refunded Amount"],
      ]
    case .woocommerce:
      [
        .orderID: ["order_id", "Order ID", "order_number", "Order Number", "Order #"],
        .customerID: ["customer_email", "billing_email", "Customer Email", "Email (Billing)", "Email"],
        .phone: ["billing_phone", "customer_phone", "Phone (Billing)", "Billing Phone"],
        .placedAt: ["order_date", "date_created", "Order Date", "date", "Date"],
        .total: ["order_total", "Order Total Amount", "Order Total", "N. Revenue", "Net Sales"],
        .currency: ["order_currency", "currency", "Currency"],
        .status: ["order_status", "status", "Order Status", "Status"], .sku: ["item_sku", "SKU"],
        .name: ["item_name", "Item Name"], .quantity: ["item_quantity", "Quantity"],
        .price: ["item_price", "Item Cost"],
        .discount: ["discount_total", "cart_discount", "Cart Discount Amount", "Discount Amount"],
        .shipping: ["shipping_total", "order_shipping", "Order Shipping Amount", "Shipping Amount"],
        .coupons: ["coupon_items", "coupons", "Coupon Code"],
        .refunded: [
          "refunded_total", "total_refunded", "order_refund", "Order Refund Amount", "refund_total",
          "Refund Amount",
        ],
      ]
    case .magento:
      [
        .orderID: ["increment_id", "Order #", "ID"], .customerID: ["Customer Email", "customer_email"],
        .placedAt: ["Purchase Date", "Purchased On", "created_at"],
        .total: ["Grand Total (Purchased)", "grand_total", "Grand Total (Base)", "base_grand_total"],
        .currency: ["order_currency_code"], .status: ["Status", "status"],
        .discount: ["Discount Amount", "discount_amount"],
        .shipping: ["Shipping and Handling", "shipping_amount"], .coupons: ["Coupon Code", "coupon_code"],
        .store: ["Purchase Point", "store_name"],
        .refunded: ["Total Refunded", "total_refunded", "base_total_refunded"],
      ]
    case .youzan:
      [
        .orderID: ["订单号", "订单编号"], .customerID: ["买家手机号", "客户手机号", "收货人手机号", "收货人手机号/提货人手机号"],
        .placedAt: ["订单创建时间", "下单时间"], .total: ["订单实付金额", "实付金额", "订单实收金额"], .status: ["订单状态"],
        .sku: ["规格编码", "商品编码"], .name: ["商品名称"], .quantity: ["商品数量", "数量"], .price: ["商品单价", "单价"],
        .discount: ["订单优惠金额", "优惠金额", "订单优惠", "店铺优惠合计"], .shipping: ["运费", "订单运费"],
        .store: ["归属店铺", "店铺名称", "下单网点"],
      ]
    case .weimob:
      [
        .orderID: ["订单编号", "订单号"], .customerID: ["客户手机号", "买家手机号", "会员手机号", "收货人手机号", "收货人手机"],
        .placedAt: ["下单时间", "创建时间"], .total: ["实付金额", "实付款", "订单实付金额"], .status: ["订单状态"],
        .sku: ["规格编码", "商品编码", "sku编码"], .name: ["商品名称", "商品标题"], .quantity: ["商品数量", "购买数量", "数量"],
        .price: ["商品单价", "售价", "单价"], .discount: ["优惠金额", "订单优惠金额"], .shipping: ["运费"],
        .store: ["下单门店", "门店名称", "店铺名称"],
      ]
    case .taobao:
      [
        .orderID: ["订单编号"], .customerID: ["买家会员名", "买家昵称"], .placedAt: ["订单创建时间", "订单付款时间"],
        .total: ["买家实际支付金额", "实付款", "总金额"], .status: ["订单状态"], .sku: ["商家编码", "外部系统编号"], .name: ["标题"],
        .quantity: ["购买数量"], .price: ["价格"], .shipping: ["买家应付邮费"], .store: ["店铺名称"],
      ]
    }
  }

  private var customers: [ImportField: [String]] {
    switch self {
    case .shopify: [.email: ["Email"], .phone: ["Phone", "Default Address Phone"]]
    case .woocommerce:
      [
        .email: ["user_email", "customer_email", "billing_email", "Email"],
        .phone: ["billing_phone", "Phone"],
        .firstName: ["first_name", "billing_first_name"], .lastName: ["last_name", "billing_last_name"],
        .fullName: ["Name"], .joinedAt: ["user_registered", "Date registered", "Sign up"],
      ]
    case .magento:
      [
        .email: ["email"], .phone: ["Phone", "telephone"], .fullName: ["Name"], .firstName: ["firstname"],
        .lastName: ["lastname"], .joinedAt: ["Customer Since", "created_at"],
        .birthday: ["Date of Birth", "dob"],
      ]
    case .youzan, .weimob:
      [
        .phone: ["手机号", "客户手机号", "手机号码", "会员手机号"], .fullName: ["姓名", "客户姓名", "客户昵称", "昵称"],
        .joinedAt: ["成为客户时间", "注册时间", "成为会员时间", "创建时间"], .birthday: ["生日"], .tags: ["标签", "客户标签", "会员标签"],
      ]
    case .taobao: [.id: ["买家会员名", "会员名"], .fullName: ["收货人姓名", "姓名"], .phone: ["联系手机", "手机"]]
    }
  }

  private var products: [ImportField: [String]] {
    switch self {
    case .shopify:
      [
        .sku: ["Variant SKU"], .name: ["Title"], .price: ["Variant Price"],
        .listPrice: ["Variant Compare At Price"], .cost: ["Cost per item"], .category: ["Type"],
        .stock: ["Variant Inventory Qty"], .available: ["Published"], .image: ["Variant Image", "Image Src"],
      ]
    case .woocommerce:
      [
        .sku: ["SKU"], .name: ["Name"], .price: ["Regular price"], .image: ["Images"],
        .category: ["Categories"], .parent: ["Parent"], .stock: ["Stock"], .available: ["Published"],
      ]
    case .magento: [.sku: ["sku"], .name: ["name"], .price: ["price"]]
    case .youzan, .weimob:
      [.sku: ["规格编码", "商品编码"], .name: ["商品名称"], .price: ["售价", "价格", "商品价格"]]
    case .taobao: [.sku: ["商家编码", "外部系统编号"], .name: ["宝贝标题", "标题", "宝贝名称"], .price: ["宝贝价格", "价格"]]
    }
  }
}

extension ImportOptions.IDSource {
  /// The field in files of customers.
  var field: ImportField { self == .email ? .email : .phone }

  /// Further headers in files of orders.
  var spellings: [String] {
    switch self {
    case .email: ["customer email", "billing email", "buyer email", "买家邮箱"]
    case .phone: ["billing phone", "customer phone", "买家手机号", "客户手机号", "收货人手机号"]
    }
  }
}
