internal import CCurl
internal import Glibc

/// libcurl's multi interface sending mail at full speed: no outbox, nothing on disk.
final class BareMailLoop {
  /// Sends one mail at a time, repeatedly.
  private final class Sender {
    let handle: UnsafeMutableRawPointer
    var mail: [UInt8] = []
    var offset = 0
    var recipients: UnsafeMutablePointer<curl_slist>?

    init(_ handle: UnsafeMutableRawPointer) { self.handle = handle }

    deinit {
      curl_slist_free_all(recipients)
      curl_easy_cleanup(handle)
    }
  }

  /// How many connections libcurl opened; with reuse, at most as many as allowed.
  private(set) var connectionsMade = 0
  private let port: UInt16
  private let mails: [[UInt8]]

  init(port: UInt16, mails: [[UInt8]]) {
    self.port = port
    self.mails = mails
  }

  func send(_ count: Int, connections: Int) throws {
    guard let multi = curl_multi_init() else { throw BenchmarkError("no memory for libcurl") }
    defer { curl_multi_cleanup(multi) }
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections * 2)
    var senders: [UnsafeMutableRawPointer: Sender] = [:]
    var started = 0
    for _ in 0..<min(connections, count) {
      let sender = try makeSender()
      senders[sender.handle] = sender
      start(sender, started, multi)
      started += 1
    }
    defer { for sender in senders.values { curl_multi_remove_handle(multi, sender.handle) } }
    var done = 0
    var running: Int32 = 0
    while done < count {
      guard curl_multi_perform(multi, &running) == CURLM_OK else { throw BenchmarkError("libcurl stopped") }
      var left: Int32 = 0
      while let message = curl_multi_info_read(multi, &left)?.pointee {
        guard message.msg == CURLMSG_DONE, let handle = message.easy_handle, let sender = senders[handle]
        else {
          continue
        }
        guard message.data.result == CURLE_OK else {
          throw BenchmarkError("libcurl: \(String(cString: curl_easy_strerror(message.data.result)))")
        }
        var made = 0
        _ = ccurl_get_long(handle, CURLINFO_NUM_CONNECTS, &made)
        connectionsMade += made
        done += 1
        curl_multi_remove_handle(multi, handle)
        if started < count {
          start(sender, started, multi)
          started += 1
        }
      }
      if done < count { curl_multi_poll(multi, nil, 0, 1000, nil) }
    }
  }

  private func makeSender() throws -> Sender {
    guard let handle = curl_easy_init() else { throw BenchmarkError("no memory for libcurl") }
    let sender = Sender(handle)
    _ = ccurl_set_string(handle, CURLOPT_URL, "smtp://127.0.0.1:\(port)/bench.example")
    _ = ccurl_set_string(handle, CURLOPT_MAIL_FROM, "<hello@tea.example>")
    _ = ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
    _ = ccurl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(sender).toOpaque())
    _ = ccurl_set_data_callback(handle, CURLOPT_READFUNCTION) { data, size, count, context in
      // The loop retains the sender until every transfer has ended.
      guard let data, let context else { return 0 }
      let sender = Unmanaged<Sender>.fromOpaque(context).takeUnretainedValue()
      let length = min(size * count, sender.mail.count - sender.offset)
      sender.mail.withUnsafeBytes { bytes in
        UnsafeMutableRawPointer(data).copyMemory(from: bytes.baseAddress! + sender.offset, byteCount: length)
      }
      sender.offset += length
      return length
    }
    return sender
  }

  private func start(_ sender: Sender, _ number: Int, _ multi: UnsafeMutableRawPointer) {
    curl_slist_free_all(sender.recipients)
    sender.recipients = curl_slist_append(nil, "<customer.\(number)@customer.example>")
    _ = ccurl_set_list(sender.handle, CURLOPT_MAIL_RCPT, sender.recipients)
    sender.mail = mails[number % mails.count]
    sender.offset = 0
    curl_multi_add_handle(multi, sender.handle)
  }
}
