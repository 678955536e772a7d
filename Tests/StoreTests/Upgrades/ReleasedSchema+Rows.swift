extension ReleasedSchema {
  /// Rows, and the versions whose programs wrote them so. Instants are seconds after `at(0)`, which is 1772000000000.
  ///
  /// Ann (1) has left a cart and ordered, Bob (2) has unsubscribed. Numbers are given by the database, from 1 on.
  static let rows: [(versions: ClosedRange<Int>, sql: String)] = [
    (1...8, people), (1...2, formerAddresses), (3...8, addresses), (1...8, history), (1...8, outbox),
    (2...8, severalReasons), (3...8, deliveryAndRefunds), (4...8, grants), (5...8, versionsOfCustomers),
    (6...8, productsAndOrders), (7...8, timesOfReports), (7...8, sourceFiles), (8...8, refundsTold),
    (8...8, segments),
  ]

  private static let people = """
    INSERT INTO meta (name, value) VALUES ('link_key', 'aa'), ('holdout_salt', 'bb'), ('forgotten', '1');
    INSERT INTO triggers (id, planning_hash, enabled_at) VALUES ('welcome', 'h1', 1772000000000);
    INSERT INTO triggers (id, planning_hash, enabled_at, paused_at, replan_after)
      VALUES ('cart', 'h2', 1772000000000, 1772000001000, 1);
    INSERT INTO customers (id, email, first_name, birthday, joined_at, consent, tags, attributes, field_times)
      VALUES ('ann', 'ann@shop.example', 'Ann', 'lunar:1990-05+-17', 1772000000000, '{"email":"granted"}', '["vip"]',
        '{"points":7}', '{"1772000000000":["email","first_name"]}');
    INSERT INTO customers (id, consent, tags, attributes, field_times)
      VALUES ('bob', '{"email":"withdrawn"}', '[]', '{}', '{}');
    INSERT INTO consents (customer, channel, state, at, source)
      VALUES (1, 'email', 'granted', 1772000000000, 'identify'), (2, 'email', 'withdrawn', 1772000002000, 'unsubscribe_link');
    INSERT INTO products (sku, name, price, currency, cycle_days) VALUES ('tea', 'Tea', 1280, 'CNY', 30.5);
    INSERT INTO imports (fingerprint, kind, path, byte_offset, line, imported, rejected, started_at, finished_at)
      VALUES ('f1', 'orders', 'orders.csv', 100, 3, 2, 0, 1772000000000, 1772000001000);
    """

  /// Before version 3 a telephone number kept the 0 that is dialled at home only, and an address was compared with its
  /// letters in lower case.
  private static let formerAddresses = """
    UPDATE customers SET phone = '+4901701234567' WHERE id = 'bob';
    INSERT INTO suppressions (channel, address, reason, at)
      VALUES ('email', 'bob@münchen.example', 'bad_address', 1772000003000);
    """

  private static let addresses = """
    UPDATE customers SET phone = '+491701234567' WHERE id = 'bob';
    INSERT INTO suppressions (channel, address, reason, at)
      VALUES ('email', 'bob@xn--mnchen-3ya.example', 'bad_address', 1772000003000);
    """

  private static let history = """
    INSERT INTO events (message_id, customer, name, at, received_at, properties)
      VALUES ('m-1', 1, 'cart_changed', 1772000001000, 1772000002000, '{"cart_id":"c-1"}');
    INSERT INTO orders (customer, id, placed_at, total, refunded, currency, cart_id, received_at, lines)
      VALUES (1, 'o-1', 1772000005000, 2560, 0, 'CNY', 'c-0', 1772000006000, '[["tea",2,1280,"Tea"]]');
    INSERT INTO carts (customer, id, url, changes)
      VALUES (1, 'c-1', 'https://shop.example/c-1', '[["m-1",1772000001000,"add",["tea",1,1280,"Tea"]]]');
    INSERT INTO unplanned (block, customers) VALUES (0, {hex:04});
    INSERT INTO enrollments (trigger, customer, occurrence, fires_at, subject, done_steps, next_due_at, state, planned_at)
      VALUES (2, 1, 'c-1', 1772000001000, '{"cart":"c-1"}', '', 1772003601000, 'active', 1772000001000);
    INSERT INTO enrollments (trigger, customer, occurrence, fires_at, subject, done_steps, state, planned_at, began_at)
      VALUES (1, 1, 'first', 1772000005000, '{"order":"o-1"}', '1,2', 'completed', 1772000005000, 1772000006000);
    INSERT INTO decisions (enrollment, step, at, verdict, channel, trace)
      VALUES (2, '1', 1772000006000, 'send', 'email', '["expired",["no_address",1,"email"]]');
    """

  private static let outbox = """
    INSERT INTO ledger (key, first_at)
      VALUES ({hex:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b}, 1772000006000),
        ({hex:d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35}, 1772000006000);
    INSERT INTO messages (ledger_key, enrollment, customer, trigger, occurrence, step, channel, purpose, address, priority,
        due_at, expires_at, state, attempt, maybe_delivered, first_handoff_at, provider_reference, outcome, created_at,
        final_at, recipient, to_name, subject, data, text, html)
      VALUES ({hex:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b}, 2, 1, 'welcome', 'first', '1', 'email',
        'marketing', 'ann@shop.example', 100, 1772000006000, 1772086400000, 'sent', 1, 0, 1772000007000, 'ref', 'accepted',
        1772000006000, 1772000008000, 'Ann@Shop.example', 'Ann', 'Hello', '{}', 'Text', '<p>Text</p>');
    INSERT INTO messages (ledger_key, enrollment, customer, trigger, occurrence, step, channel, purpose, address, priority,
        due_at, expires_at, state, attempt, maybe_delivered, created_at, to_name, subject, data, text)
      VALUES ({hex:d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35}, 2, 1, 'welcome', 'first', '2', 'email',
        'marketing', 'ann@shop.example', 100, 1772000006000, 1772086400000, 'queued', 0, 0, 1772000006000, 'Ann', 'Again',
        '{"code":"T1"}', 'More');
    INSERT INTO attempts (message, attempt, claim_token, begun_at, handoff_at, ended_at, outcome, code)
      VALUES (1, 1, {hex:00112233445566778899aabbccddeeff}, 1772000006500, 1772000007000, 1772000008000, 'accepted', '250');
    """

  private static let severalReasons = """
    INSERT INTO suppressions (channel, address, reason, at)
      VALUES ('email', 'ann@old.example', 'bad_address', 1772000003000),
        ('email', 'ann@old.example', 'unsubscribed', 1772000004000);
    """

  private static let deliveryAndRefunds = """
    UPDATE messages SET last_handoff_at = 1772000007500 WHERE state = 'sent';
    INSERT INTO channels (name, faulted_at, passed_at) VALUES ('email', 1772000001000, 1772000002000);
    UPDATE orders SET refunded_at = 1772000009000, refunded = 1280, returned = '[["tea",1,1]]';
    UPDATE carts SET changes = '[]',
      base = '[1772000001000,1772000001000,null,null,[1772000001000,0,"m-1"],[["tea",1,1280,"Tea"],1772000001000]]';
    INSERT INTO quarantine (kind, item, customer, about, signal, crashes, at, since, content)
      VALUES ('event', 'm-9', 'ann', 'cart_changed', 'SIGILL', 2, 1772000003000, 1772000003000, '{"messageId":"m-9"}');
    """

  private static let grants = """
    INSERT INTO grants (channel, address, at) VALUES ('email', 'bob@new.example', 1772000008000);
    """

  private static let versionsOfCustomers = """
    INSERT INTO customer_versions (customer, version) VALUES (1, 7);
    """

  private static let productsAndOrders = """
    UPDATE products SET category = 'green', stock = 3, list_price = 1500, tags = '["new"]' WHERE sku = 'tea';
    UPDATE orders SET pending_at = 1772000004000, details = '[200,null,"Hangzhou",["TEA26"]]' WHERE id = 'o-1';
    """

  private static let timesOfReports = """
    UPDATE products SET told_at = 1772000008000 WHERE sku = 'tea';
    UPDATE orders SET told_at = 1772000009000 WHERE id = 'o-1';
    """

  private static let sourceFiles = """
    INSERT INTO source_files (source, file, size, modified, reading, fingerprint, outcome, imported, rejected, at)
      VALUES ('crm', 'a.csv', 20, '1772000001000000000', 'r1', 'f2', 'taken', 2, 1, 1772000001000);
    """

  private static let refundsTold = """
    UPDATE orders SET refund_told = 1300 WHERE id = 'o-1';
    """

  private static let segments = """
    INSERT INTO segments (id, hash, enabled_at) VALUES ('buyers', 'h3', 1772000000000);
    INSERT INTO memberships (customer, segment, is_member, since, reason, next_change)
      VALUES (1, 1, 1, 1772000006000, 'data', 1779776005000);
    INSERT INTO membership_changes (customer, segment, kind, reason, at)
      VALUES (1, 1, 'segment_entered', 'data', 1772000006000);
    INSERT INTO tallies (customer, tally, entries) VALUES (1, 'aaaaaaaaaaaaaaaa', {hex:00e803000000000000});
    INSERT INTO segment_sizes (segment, day, size) VALUES (1, 20509, 1);
    """
}
