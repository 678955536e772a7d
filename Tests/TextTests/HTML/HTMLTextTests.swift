import Support
import Testing

@Suite struct HTMLTextTests {
  @Test(arguments: [
    ("<p>Hello</p><p>World</p>", "Hello\n\nWorld\n"),
    ("<h1>Tea</h1>Buy <b>now</b>!", "Tea\n\nBuy now!\n"),
    ("a<br>b<br/><br>c", "a\nb\n\nc\n"),
    ("<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul>after", "- one\n- two\n  - deep\n\nafter\n"),
    ("<ol><li>one<li>two</ol>", "1. one\n2. two\n"),
    ("<a href=\"https://t.example/?a=1&amp;b=2\">Shop</a> now", "Shop (https://t.example/?a=1&b=2) now\n"),
    ("<a href='https://t.example'>https://t.example</a>", "https://t.example\n"),
    ("<a href=https://t.example><img src=x alt='A cup'></a>", "A cup (https://t.example)\n"),
    ("<a href=mailto:a@t.example>a@t.example</a><a href='#x'>top</a>", "a@t.exampletop\n"),
    ("<a href='https://t.example'><img src=x></a>", "https://t.example\n"),
    ("x<script>alert('<p>')</script><style>p{}</style><!-- <p>no</p> -->y", "xy\n"),
    ("<head><title>T</title></head><body>b</body>", "b\n"),
    ("<div style='display: none'>hidden <div>deep</div></div>shown", "shown\n"),
    ("<p style='color:red;Display:\tNONE !important'>no</p>Hello", "Hello\n"),
    ("<p style=visibility:hidden>no</p>Hello", "Hello\n"),
    ("<p style='opacity: 0; color: red'>no</p>Hello", "Hello\n"),
    ("<p style='font-size:0px'>no</p>Hello", "Hello\n"),
    ("<p style='opacity:0.9;font-size:0.9em'>Hello</p>", "Hello\n"),
    ("<p style='x-display:none'>Hello</p>", "Hello\n"),
    (
      "&lt;b&gt; &amp;amp; &#233;&#xe9;&eacute; &copy; &unknown; &nbsp; 5 &euro;",
      "<b> &amp; ééé © &unknown; 5 €\n"
    ),
    ("  much   \n\t white  ", "much white\n"),
    ("<pre>a\n  b</pre>c", "a\n  b\n\nc\n"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"),
    ("5 < 6 and <3", "5 < 6 and <3\n"), ("<unclosed", ""), ("<p title=\"a>b\">x", "x\n"), ("", ""),
    ("<!doctype html>\n<p>x</p>", "x\n"), ("<ul><li></ul></ul></ol></a>x", "-\n\nx\n"),
    ("x<!-- never ends", "x\n"),
    ("<script>if (i<n) s = 'it\\'s <b>'</script><p>Hello", "Hello\n"),
    ("<style>a:after{content:'<p title=\"'}</style>Hello", "Hello\n"),
    ("<title>1 <2 & 'x</title>Hello", "Hello\n"), ("<SCRIPT>'</p>'</SCRIPT >Hello", "Hello\n"),
    ("x<script>never ends <p>no", "x\n"), ("<script>'</scripty>'</script>y", "y\n"),
    ("<html><head><title>T</title><body>Hello", "Hello\n"), ("<head><meta charset=utf-8><p>Hello", "Hello\n"),
    ("<head><script>'</head>'</script></head>Hello", "Hello\n"),
    ("<head>\n<title>T</title> Hello", "Hello\n"),
    ("<head><template><p>no</p></template></head>Hello", "Hello\n"), ("<head>&lt;", "<\n"),
    ("<![if it's]><p>Hello</p><![endif]>", "Hello\n"), ("a<!--[if mso]><p>no</p><![endif]-->b", "ab\n"),
    ("<!--[if !mso]><!--><p>Hello</p><!--<![endif]-->", "Hello\n"), ("I </3 it's> you", "I you\n"),
    ("<?xml it's ?>Hello", "Hello\n"), ("<p hidden>no</p>Hello", "Hello\n"),
    ("<!DOCTYPE html PUBLIC \"-//W3C//DTD\">Hello", "Hello\n"),
    ("a&#0;&#xD800;&#99999999;b", "a&#0;&#xD800;&#99999999;b\n"),
  ])
  func `HTML becomes the text a reader would type`(html: String, expected: String) {
    #expect(HTMLText.convert(html) == expected)
  }

  @Test func `no input crashes it or takes long`() {
    var random = SeededGenerator(usual: 4)
    let pieces = [
      "<", ">", "a", " href=", "\"", "'", "/", "li", "ul", "&", ";", "#x", "<!--", "-->", "pre", "style=",
      "\n", "é",
    ]
    for _ in 0..<rounds(2000) {
      var html = ""
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        html += pieces.randomElement(using: &random) ?? ""
      }
      _ = HTMLText.convert(html)
    }
    let deep = String(repeating: "<ul><li>", count: 20_000)
    #expect(HTMLText.convert(deep).utf8.count < 2_000_000)
  }
}
