internal import CCurl
internal import Glibc

/// Owns one easy handle. Not thread-safe: use it on one thread at a time.
final class CurlHandle {
  let raw: UnsafeMutableRawPointer
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var lists: [UnsafeMutablePointer<curl_slist>] = []

  /// An option with the type that libcurl reads for it, so that a string cannot be passed to a `long` option.
  struct Option<Value> {
    let code: CURLoption
  }

  init() {
    guard let raw = curl_easy_init() else { fatalError("libcurl: out of memory") }
    self.raw = raw
    prepare()
  }

  deinit {
    curl_easy_cleanup(raw)
    releaseLists()
    errorText.deallocate()
  }

  /// Resets to the options of a new handle; connections stay with the multi handle.
  func reset() {
    curl_easy_reset(raw)
    releaseLists()
    prepare()
  }

  /// Sets the options of every transfer: no signals, no proxy from the environment, no redirects.
  private func prepare() {
    errorText.pointee = 0
    _ = ccurl_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText)
    set(.noSignal, 1)
    set(.proxy, "")
    set(.followLocation, 0)
    // An aborted transfer must not wait for its name lookup, which would block all other transfers.
    set(.quickExit, 1)
  }

  private func releaseLists() {
    for list in lists { curl_slist_free_all(list) }
    lists = []
  }

  func set(_ option: Option<Int>, _ value: Int) { _ = ccurl_set_long(raw, option.code, value) }

  func set(_ option: Option<Int64>, _ value: Int64) {
    _ = ccurl_set_offset(raw, option.code, curl_off_t(value))
  }

  func set(_ option: Option<String>, _ value: String) { _ = ccurl_set_string(raw, option.code, value) }

  func set(_ option: Option<[String]>, _ values: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for value in values { list = curl_slist_append(list, value) ?? list }
    _ = ccurl_set_list(raw, option.code, list)
    if let list { lists.append(list) }
  }

  func set(_ option: Option<UnsafeMutableRawPointer>, _ value: UnsafeMutableRawPointer) {
    _ = ccurl_set_pointer(raw, option.code, value)
  }

  func long(_ info: CURLINFO) -> Int {
    var value = 0
    _ = ccurl_get_long(raw, info, &value)
    return value
  }

  func offset(_ info: CURLINFO) -> Int64 {
    var value: curl_off_t = 0
    _ = ccurl_get_offset(raw, info, &value)
    return Int64(value)
  }

  /// libcurl's message for `code`: a sentence without credentials.
  func explanation(of code: CurlCode) -> String {
    if errorText.pointee != 0 { return String(cString: errorText) }
    guard code != .ok else { return "" }
    return String(cString: curl_easy_strerror(CURLcode(rawValue: UInt32(code.rawValue))))
  }
}

extension CurlHandle.Option where Value == Int {
  static var noSignal: Self { Self(code: CURLOPT_NOSIGNAL) }
  static var quickExit: Self { Self(code: CURLOPT_QUICK_EXIT) }
  static var followLocation: Self { Self(code: CURLOPT_FOLLOWLOCATION) }
  static var connectOnly: Self { Self(code: CURLOPT_CONNECT_ONLY) }
  static var useTLS: Self { Self(code: CURLOPT_USE_SSL) }
  static var connectTimeoutMilliseconds: Self { Self(code: CURLOPT_CONNECTTIMEOUT_MS) }
  static var timeoutMilliseconds: Self { Self(code: CURLOPT_TIMEOUT_MS) }
  static var serverResponseTimeout: Self { Self(code: CURLOPT_SERVER_RESPONSE_TIMEOUT) }
  static var lowSpeedLimit: Self { Self(code: CURLOPT_LOW_SPEED_LIMIT) }
  static var lowSpeedTime: Self { Self(code: CURLOPT_LOW_SPEED_TIME) }
  static var httpVersion: Self { Self(code: CURLOPT_HTTP_VERSION) }
  static var sshAuthentication: Self { Self(code: CURLOPT_SSH_AUTH_TYPES) }
  static var fileTime: Self { Self(code: CURLOPT_FILETIME) }
  static var post: Self { Self(code: CURLOPT_POST) }
  static var get: Self { Self(code: CURLOPT_HTTPGET) }
  static var noBody: Self { Self(code: CURLOPT_NOBODY) }
  /// In seconds.
  static var longestIdle: Self { Self(code: CURLOPT_MAXAGE_CONN) }
}

extension CurlHandle.Option where Value == Int64 {
  static var postSize: Self { Self(code: CURLOPT_POSTFIELDSIZE_LARGE) }
}

extension CurlHandle.Option where Value == String {
  static var url: Self { Self(code: CURLOPT_URL) }
  static var proxy: Self { Self(code: CURLOPT_PROXY) }
  static var protocols: Self { Self(code: CURLOPT_PROTOCOLS_STR) }
  static var username: Self { Self(code: CURLOPT_USERNAME) }
  static var password: Self { Self(code: CURLOPT_PASSWORD) }
  static var authorityFile: Self { Self(code: CURLOPT_CAINFO) }
  static var method: Self { Self(code: CURLOPT_CUSTOMREQUEST) }
  static var knownHosts: Self { Self(code: CURLOPT_SSH_KNOWNHOSTS) }
  static var sshKeyFile: Self { Self(code: CURLOPT_SSH_PRIVATE_KEYFILE) }
  static var sshKeyPassword: Self { Self(code: CURLOPT_KEYPASSWD) }
}

extension CurlHandle.Option where Value == [String] {
  static var headers: Self { Self(code: CURLOPT_HTTPHEADER) }
}

extension CurlHandle.Option where Value == UnsafeMutableRawPointer {
  static var headerContext: Self { Self(code: CURLOPT_HEADERDATA) }
  static var writeContext: Self { Self(code: CURLOPT_WRITEDATA) }
  static var readContext: Self { Self(code: CURLOPT_READDATA) }
  static var seekContext: Self { Self(code: CURLOPT_SEEKDATA) }
  static var openSocketContext: Self { Self(code: CURLOPT_OPENSOCKETDATA) }
  static var prerequestContext: Self { Self(code: CURLOPT_PREREQDATA) }
}
