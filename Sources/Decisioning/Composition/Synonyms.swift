internal import Domain

/// Other systems' words for what templates and conditions can use.
enum Synonyms {
  /// The names that each word may stand for, the most likely first.
  static let names: [ExactText: [String]] = {
    let lists: [(String, String)] = [
      (
        "lifetime_value",
        "total_spent total_spend spent lifetime_spend lifetime_total ltv clv customer_value revenue amount_spent"
      ),
      (
        "orders_count",
        "order_count total_orders number_of_orders num_orders purchases purchase_count orders_total"
      ),
      ("average_order_value", "aov average_order avg_order_value"),
      ("first_name", "firstname given_name givenname forename fname name vorname"),
      ("last_name", "lastname surname family_name familyname lname nachname"),
      ("email", "mail email_address emailaddress e_mail"),
      ("phone", "mobile phone_number telephone tel cellphone"),
      ("birthday", "birth_date birthdate date_of_birth dob born_on geburtstag"),
      ("joined_at", "created_at signup_date signed_up_at registered_at member_since created"),
      ("time_zone", "timezone tz"), ("locale", "language lang"),
      ("last_order_at", "last_order_date last_purchase_at last_purchase_date last_order last_purchase"),
      ("first_order_at", "first_order_date first_purchase_at first_order first_purchase"),
      ("id", "order_id order_number number order_no customer_id cart_token token user_id"),
      ("sku", "product_id variant_id item_id id"),
      ("total", "amount sum total_price grand_total subtotal value price_total order_total"),
      ("placed_at", "created_at ordered_at date order_date processed_at"),
      ("lines", "items line_items products order_lines"), ("items", "lines line_items products"),
      ("items_count", "item_count count size"), ("lines_count", "items_count item_count"),
      ("name", "title product_name label"), ("quantity", "qty count amount"),
      ("image", "image_url img picture photo thumbnail"), ("url", "link href product_url permalink"),
      ("price", "unit_price sale_price"), ("list_price", "compare_at_price regular_price original_price"),
      ("category", "product_type type collection"), ("coupons", "coupon discount_codes codes coupon_codes"),
      ("shipping", "shipping_cost shipping_price total_shipping"), ("discount", "total_discount discounts"),
      ("at", "time timestamp date created_at"),
      ("changed_at", "updated_at abandoned_at last_changed_at"),
    ]
    var table: [ExactText: [String]] = [:]
    for (name, words) in lists {
      for word in words.split(separator: " ") { table[ExactText(String(word)), default: []].append(name) }
    }
    return table
  }()
}
