/// The meaning of a status word, in a file or in a platform's report.
///
/// The platforms' words are in one table, which the handbook shows; `--value status:WORD=STATE` adds others.
package enum OrderState: String, CaseIterable, Sendable {
  /// Paid, or treated as paid.
  case placed
  case cancelled
  case refunded
  /// Not paid yet, and perhaps never: counts for nothing, but takes its products out of the cart.
  case unpaid

  /// The platforms' words for it, as they show them; `init(written:)` also takes other spellings.
  package var words: [String] {
    switch self {
    case .placed:
      [
        "placed", "paid", "partially paid", "authorized", "processing", "shipped", "partially shipped",
        "fulfilled", "delivered", "complete", "completed", "partially refunded", "已付款", "已支付", "买家已付款",
        "等待卖家发货", "买家已付款，等待卖家发货", "等待卖家发货，即：买家已付款", "待发货", "部分发货", "卖家部分发货", "已发货", "卖家已发货",
        "等待买家确认收货", "卖家已发货，等待买家确认", "卖家已发货，等待买家确认收货", "等待买家确认收货，即：卖家已发货", "待收货", "待成团",
        "拼团中订单或者发货强管控的订单，已付款但禁止发货", "已签收", "买家已签收", "买家已签收，货到付款专用", "已完成", "交易成功", "交易完成", "部分退款",
        "退款中", "维权中", "待评价", "已评价", "已收货", "待接单", "已接单", "待自提", "待核销", "已核销", "等待出库", "等待收货",
        "已发货，待签收", "paypal canceled reversal",
      ]
    case .cancelled:
      [
        "cancelled", "canceled", "voided", "expired", "trash", "已取消", "订单取消", "交易取消", "已关闭", "订单关闭", "交易关闭",
        "交易被淘宝关闭", "付款以前，卖家或买家主动关闭交易", "拼团失败",
      ]
    case .refunded:
      [
        "refunded", "closed", "已退款", "退款成功", "全额退款", "付款以后用户退款成功，交易自动关闭", "退款完成", "未发货，退款成功",
        "已发货，退款成功", "paypal reversed",
      ]
    case .unpaid:
      [
        "unpaid", "pending", "pending payment", "on hold", "failed", "draft", "checkout draft", "auto draft",
        "holded",
        "payment review", "fraud", "suspected fraud", "pending paypal", "待付款",
        "等待买家付款", "没有创建支付宝交易", "国际信用卡支付付款确认中", "待支付", "等待付款", "未付款", "未支付",
      ]
    }
  }

  /// Parses a status word, ignoring case, spaces, commas, `_`, `-` and WooCommerce's `wc-`. Returns `nil` if
  /// it is unknown.
  package init?(written text: String) {
    var key = Self.key(text)
    if let state = Self.table[key] {
      self = state
      return
    }
    guard key.utf8.starts(with: "wc".utf8) else { return nil }
    key.unicodeScalars.removeFirst(2)
    guard let state = Self.table[key] else { return nil }
    self = state
  }

  private static let table: [ExactText: OrderState] = {
    var table: [ExactText: OrderState] = [:]
    for state in allCases {
      for word in state.words { table[key(word)] = state }
    }
    return table
  }()

  /// 淘宝 separates the halves of a status with a full-width comma, a plain comma or a space.
  private static func key(_ text: String) -> String {
    let key = Words.key(text, limit: 100)
    return key.utf8.contains(UInt8(ascii: ",")) ? key.replacing(",", with: "") : key
  }
}
