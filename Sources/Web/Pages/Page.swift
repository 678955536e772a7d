internal import Domain
internal import Platform

/// A hosted page: a card with a heading, a text and perhaps one button. Works without scripts and loads
/// nothing.
enum Page {
  static func response(
    _ status: Int, _ text: PageText, _ language: PageLanguage, brand: String
  ) -> HTTPResponse {
    HTTPResponse(
      status: status,
      headers: [
        "Content-Type": "text/html; charset=utf-8", "Content-Language": language.rawValue,
        "Vary": "Accept-Language", "X-Robots-Tag": "noindex, nofollow", "Content-Security-Policy": policy,
      ], body: Array(html(text, language, brand: brand).utf8))
  }

  /// The page may not load or run anything or be framed, and its form may only post back to us. Its one style is
  /// allowed by its hash.
  private static let policy =
    "default-src 'none'; style-src 'sha256-\(Base64.text(SHA256.hash(style).bytes))'; form-action 'self'; "
    + "base-uri 'none'; frame-ancestors 'none'"

  private static func html(_ text: PageText, _ language: PageLanguage, brand: String) -> String {
    let escape = HTMLEscaping.escape
    // The form posts to the page's own address, so the page never repeats its token.
    let form = text.button.map {
      """
      <form method="post">
      <button type="submit">\(escape($0))</button>
      </form>

      """
    }
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="robots" content="noindex, nofollow">
      <meta name="color-scheme" content="light dark">
      <title>\(escape(text.title)) · \(escape(brand))</title>
      <style>\(style)</style>
      </head>
      <body>
      <main>
      <p class="brand">\(escape(brand))</p>
      <h1>\(escape(text.heading))</h1>
      <p>\(escape(text.body))</p>
      \(form ?? "")</main>
      </body>
      </html>

      """
  }

  private static let style = """
    :root{--paper:#fff;--ground:#f4f4f1;--ink:#1d1d1b;--soft:#5c5c57;--deep:#1f5c46;--on:#fff}
    @media (prefers-color-scheme:dark){:root{--paper:#242422;--ground:#161615;--ink:#f1f1ee;--soft:#b3b3ac;--deep:#8fd3b6;--on:#10241b}}
    *{box-sizing:border-box}
    body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;background:var(--ground);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
    main{width:100%;max-width:30rem;padding:2.25rem 2rem;background:var(--paper);border-radius:1rem;box-shadow:0 1px 2px rgba(0,0,0,.06),0 8px 24px rgba(0,0,0,.06);overflow-wrap:anywhere}
    .brand{margin:0 0 1.5rem;color:var(--soft);font-size:.9375rem;letter-spacing:.02em}
    h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.3}
    p{margin:0 0 1.5rem}
    main>:last-child{margin-bottom:0}
    form{margin:0}
    button{width:100%;min-height:3rem;padding:.75rem 1.25rem;border:0;border-radius:.625rem;background:var(--deep);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
    button:hover{filter:brightness(1.08)}
    button:focus-visible{outline:3px solid var(--deep);outline-offset:3px}
    """
}
