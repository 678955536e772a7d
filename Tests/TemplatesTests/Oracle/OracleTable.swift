/// One template a line; `␤` stands for a line feed.
let oracleTable = #"""
  plain text
  {{ name }}
  {{name}}{{ name}}
  {{ }}
  {{ 'single' }}{{ "double" }}{{ "it's" }}
  {{ nothing }}|{{ unknown }}|{{ unknown.deeper }}
  {{ true }}{{ false }}{{ nil }}{{ null }}{{ blank }}{{ empty }}
  {{ 1 }} {{ -1 }} {{ 1.5 }} {{ -0.25 }} {{ 1.0 }} {{ 100 }}
  {{ half }} {{ pi }} {{ tenth }} {{ small }} {{ huge }} {{ million }} {{ whole }} {{ big }}
  {{ 1234567.891 }} {{ 0.0001 }} {{ 0.00012 }} {{ 123456789012345.0 }} {{ 1234567890123456.0 }} {{ 12345678901234567.0 }}
  {{ fruits }} {{ numbers }} {{ nested }} {{ mixed }} {{ none }} {{ nulls }}
  {{ customer }}
  {{ products }}
  {{ hash_none }} {{ (1..3) }} {{ (two..seven) }}
  {{ customer.first_name }} {{ customer['last_name'] }} {{ customer[key] }} {{ customer["address"].city }}
  {{ customer.address.lines[0] }}{{ customer.address.lines[1] }}{{ customer.address.lines[2] }}{{ customer.address.lines[-1] }}
  {{ fruits[0] }} {{ fruits[index] }} {{ fruits[-1] }} {{ fruits[99] }} {{ fruits.first }} {{ fruits.last }} {{ fruits.size }}
  {{ customer.size }} {{ hash_none.size }} {{ customer.address.size }} {{ name.size }} {{ seven.size }} {{ pi.size }} {{ nothing.size }}
  {{ name.first }}|{{ customer.address.first }}|{{ customer.address.last }}|{{ none.first }}|{{ chinese.size }}
  {{ ['name'] }} {{ [key] }} {{ ["customer"].first_name }} {{ customer[key].size }} {{ fruits['first'] }}
  {{ products[0].title }} {{ products.first.title }} {{ products.last.price }} {{ products[1]["price"] }}
  {{ name.unknown }} {{ seven.unknown }} {{ fruits.unknown }} {{ fruits['x'] }} {{ name[0] }} {{ customer[0] }} {{ customer[nothing] }}
  {{ 'a' | append: 'b' }} {{ nothing | append: 'x' }} {{ 5 | append: 6 }} {{ 'a' | append: nothing }} {{ fruits | append: '!' }} {{ customer.address | append: '!' }}
  {{ 'a' | prepend: 'b' }} {{ 1.0 | prepend: true }}
  {{ 'hELLO wORLD' | capitalize }} {{ accents | capitalize }} {{ '' | capitalize }} {{ nothing | capitalize }} {{ 'éa' | capitalize }}
  {{ accents | upcase }} {{ accents | downcase }} {{ 'ÀÉ' | downcase }} {{ 12 | upcase }} {{ nothing | upcase }}
  {{ html | escape }} {{ nothing | escape }} {{ 5 | escape }}
  {{ html | h }}
  {{ html | escape_once }}
  {{ '&amp; &#39; &#x27; &nope & &; &a1;' | escape_once }}
  {{ html | strip_html }}
  {{ '<a<b>c' | strip_html }}{{ 'x<script>y' | strip_html }}{{ '<!-- a' | strip_html }}{{ 'a < b' | strip_html }}{{ '<SCRIPT>a</SCRIPT>' | strip_html }}
  [{{ padded | lstrip }}][{{ padded | rstrip }}][{{ padded | strip }}][{{ spaces | strip }}]
  {{ lines | strip_newlines }} {{ lines | newline_to_br }}
  {{ 'aXbXc' | replace: 'X', '-' }} {{ 'aXbXc' | replace: 'X' }} {{ 'abc' | replace: '', '-' }} {{ 'aaa' | replace: 'aa', 'b' }} {{ 112 | replace: 1, 3 }}
  {{ 'aXbXc' | replace_first: 'X', '-' }} {{ 'abc' | replace_first: '', '-' }} {{ 'abc' | replace_first: 'z', '-' }} {{ 'aXb' | replace_first: 'X' }}
  {{ 'aXbXc' | replace_last: 'X', '-' }} {{ 'abc' | replace_last: '', '-' }} {{ 'abc' | replace_last: 'z', '-' }} {{ 'aaaa' | replace_last: 'aa', 'b' }}
  {{ 'aXbXc' | remove: 'X' }} {{ 'aXbXc' | remove_first: 'X' }} {{ 'aXbXc' | remove_last: 'X' }} {{ chinese | remove: '茶' }}
  {{ sentence | slice: 4 }} {{ sentence | slice: 4, 5 }} {{ sentence | slice: -3, 3 }} {{ sentence | slice: 99 }} {{ sentence | slice: 0, 0 }} [{{ sentence | slice: 43, 1 }}] [{{ 'abc' | slice: 1, -1 }}]
  {{ chinese | slice: 0, 2 }} {{ fruits | slice: 1, 2 }} {{ fruits | slice: -2, 2 | join: ',' }} {{ fruits | slice: 9 }} {{ 12345 | slice: 1, 2 }} {{ 'abc' | slice: '1', '1' }} {{ 'abc' | slice: ' 1 ' }}
  {{ 'abc' | slice: 'x' }}
  {{ 'abc' | slice: 1.5 }}
  {{ 'abc' | slice: nothing }}
  {{ 'abcdefghijklmnopqrstuvwxyz' | slice: '0x3', '0b10' }} {{ 'abcdefghijklmnop' | slice: '010' }} {{ 'abcdefghijklmnop' | slice: '1_0' }}
  {{ 'a,b,,c,,' | split: ',' | join: '|' }} {{ 'a b  c' | split: ' ' | join: '|' }} {{ 'abc' | split: '' | join: '|' }} {{ '' | split: ',' | size }} {{ nothing | split: ',' | size }} {{ 'abc' | split: nothing | size }} {{ 123 | split: 2 | join: '-' }}
  {{ ',a' | split: ',' | size }} {{ 'a--b--' | split: '--' | size }} {{ ' a b ' | split: ' ' | size }} {{ chinese | split: ' ' | last }}
  {{ sentence | truncate: 10 }} {{ sentence | truncate: 10, '' }} {{ sentence | truncate: 10, ', and so on' }} {{ sentence | truncate }} {{ 'abc' | truncate: 3 }} {{ 'abcd' | truncate: 3 }} {{ 'abcd' | truncate: 2 }} {{ 'abcd' | truncate: 0 }} {{ 'abcd' | truncate: -1 }} {{ chinese | truncate: 5 }} {{ 12345 | truncate: 4 }}
  {{ sentence | truncatewords: 3 }} {{ sentence | truncatewords: 3, '--' }} {{ sentence | truncatewords: 99 }} {{ sentence | truncatewords: 0 }} {{ ' a  b c ' | truncatewords: 2 }} {{ 'a b ' | truncatewords: 2 }} {{ ' a b' | truncatewords: 2 }} {{ sentence | truncatewords }} {{ '' | truncatewords: 1 }}
  {{ nothing | truncate: 3 }}{{ nothing | truncatewords: 3 }}
  {{ 'a b&c/d?e=f+g~h_i-j.k*(l)茶' | url_encode }} {{ nothing | url_encode }} {{ 5 | url_encode }}
  {{ 'a+b%20c%E8%8C%B6%zz%' | url_decode }} {{ nothing | url_decode }}
  {{ '%ff' | url_decode }}
  {{ 'tea & 茶' | base64_encode }} {{ 'a' | base64_encode }} {{ 'ab' | base64_encode }} {{ '' | base64_encode }} {{ nothing | base64_encode }} {{ 12 | base64_encode }}
  {{ 'dGVhICYg6Iy2' | base64_decode }} {{ 'YQ==' | base64_decode }} {{ '' | base64_decode }}
  {{ 'YQ=' | base64_decode }}
  {{ 'Y Q=' | base64_decode }}
  {{ '??>>' | base64_url_safe_encode }} {{ 'Pz8-Pg==' | base64_url_safe_decode }} {{ 'Pz8-Pg' | base64_url_safe_decode }}
  {{ '!' | base64_url_safe_decode }}
  {{ minus_three | abs }} {{ -1.5 | abs }} {{ '-2' | abs }} {{ '-2.5' | abs }} {{ 'x' | abs }} {{ nothing | abs }} {{ true | abs }}
  {{ 5 | at_least: 8 }} {{ 5 | at_least: 3.5 }} {{ 5 | at_most: 3.5 }} {{ 2 | at_most: 7 }} {{ '3' | at_least: '4.5' }}
  {{ 1.2 | ceil }} {{ -1.2 | ceil }} {{ 3 | ceil }} {{ '3.1' | ceil }} {{ 1.8 | floor }} {{ -1.2 | floor }} {{ '3.9' | floor }} {{ nothing | floor }} {{ million | floor }}
  {{ 10 | divided_by: 4 }} {{ -10 | divided_by: 4 }} {{ 10 | divided_by: -4 }} {{ 10 | divided_by: 4.0 }} {{ 10.0 | divided_by: 3 }} {{ 1 | divided_by: 3.0 }} {{ 2.0 | divided_by: 3 }} {{ '10' | divided_by: '3' }} {{ 0 | divided_by: 5.0 }}
  {{ 1 | divided_by: 0 }}
  {{ 1 | modulo: 0 }}
  {{ 1 | modulo: 0.0 }}
  {{ 10 | modulo: 3 }} {{ -10 | modulo: 3 }} {{ 10 | modulo: -3 }} {{ 5.5 | modulo: 2 }} {{ -5.5 | modulo: 2 }} {{ 10 | modulo: 0.3 }}
  {{ 0.1 | plus: 0.2 }} {{ 1 | plus: 2 }} {{ '1' | plus: '2.5' }} {{ 'a' | plus: 1 }} {{ nothing | plus: 1 }} {{ words | plus: 1 }} {{ '1_000' | plus: 1 }} {{ ' 7 ' | plus: 1 }} {{ '+7' | plus: 1 }} {{ '.5' | plus: 1 }} {{ '5.' | plus: 1 }} {{ '1e3' | plus: 1 }}
  {{ 0.3 | minus: 0.1 }} {{ 4.35 | times: 100 }} {{ 1.1 | times: 1.1 }} {{ 3 | times: 2.0 }} {{ 19.99 | times: 3 }} {{ '12.10' | times: 10 }} {{ big | times: 1000 }} {{ 0.5 | times: 0 }} {{ huge | plus: 1 }} {{ small | times: small }} {{ 1e3 }}
  {{ small | times: small }} {{ huge | plus: 1 }} {{ huge | times: huge }} {{ huge | minus: small }}
  {{ 1.5 | round }} {{ 2.5 | round }} {{ -1.5 | round }} {{ 1.2345 | round: 2 }} {{ 1.235 | round: 2 }} {{ 2.675 | round: 2 }} {{ 1234 | round: -2 }} {{ 1250 | round: -2 }} {{ 1234.5 | round: -2 }} {{ 5 | round: 2 }} {{ '2.5' | round }} {{ 'x' | round }} {{ 1.0 | round: 1 }} {{ 1.005 | round: 2 }} {{ 1.5 | round: nothing }} {{ 3 | round: nothing }}
  {{ nulls | compact | join: ',' }} {{ products | compact: 'vendor' | map: 'title' | join: ',' }} {{ nothing | compact }} {{ 'a' | compact }} {{ none | compact: 'x' | size }}
  {{ fruits | concat: numbers | join: ',' }} {{ nothing | concat: numbers | join: ',' }} {{ nested | concat: nested | size }} {{ 'a' | concat: fruits | size }}
  {{ fruits | concat: 'x' }}
  {{ fruits | concat: nothing }}
  {{ fruits | first }} {{ fruits | last }} {{ none | first }} {{ nothing | first }} {{ 'abc' | first }} {{ customer.address | first }} {{ 5 | last }} {{ (1..3) | first }} {{ (1..3) | last }}
  {{ fruits | join }} {{ fruits | join: ', ' }} {{ nested | join: ',' }} {{ mixed | join: ',' }} {{ nothing | join }} {{ 'abc' | join: ',' }} {{ (1..3) | join: '-' }} {{ customer.address | join }} {{ numbers | join: nothing }} {{ fractions | join: 1 }}
  {{ products | map: 'title' | join: ',' }} {{ products | map: 'vendor' | join: ',' }} {{ products | map: 'nope' | size }} {{ customer | map: 'first_name' }} {{ products | map: 'tags' | join: ',' }} {{ none | map: 'x' | size }} {{ nothing | map: 'x' | size }}
  {{ fruits | map: 'a' }} {{ nulls | map: 0 | join: ',' }} {{ fractions | map: 0 | join: '-' }}
  {{ numbers | map: 'x' }}
  {{ fruits | reverse | join: ',' }} {{ nested | reverse | join: ',' }} {{ nothing | reverse }} {{ (1..3) | reverse | join: ',' }} {{ 'abc' | reverse }}
  {{ fruits | size }} {{ name | size }} {{ nothing | size }} {{ customer | size }} {{ 5 | size }} {{ 1.5 | size }} {{ true | size }} {{ (1..5) | size }} {{ (5..1) | size }} {{ accents | size }}
  {{ fruits | sort | join: ',' }} {{ numbers | sort | join: ',' }} {{ fractions | sort | join: ',' }} {{ nulls | sort | join: ',' }} {{ nothing | sort }} {{ none | sort | size }} {{ 'b' | sort }} {{ (1..3) | sort | join }}
  {{ products | sort: 'price' | map: 'title' | join: ',' }} {{ products | sort: 'title' | map: 'title' | join: ',' }} {{ products | sort: 'vendor' | map: 'title' | join: ',' }}
  {{ mixed | sort }}
  {{ products | sort }}
  {{ nulls | sort: 'x' }}|{{ fractions | sort: 'x' }}
  {{ numbers | sort: 'x' }}
  {{ fruits | sort_natural | join: ',' }} {{ mixed | sort_natural | join: ',' }} {{ products | sort_natural: 'title' | map: 'title' | join: ',' }} {{ numbers | sort_natural | join: ',' }} {{ nulls | sort_natural | join: ',' }}
  {{ numbers | sum }} {{ fractions | sum }} {{ products | sum: 'price' }} {{ none | sum }} {{ nothing | sum }} {{ mixed | sum }} {{ nested | sum }} {{ fruits | sum }} {{ '5' | sum }} {{ products | map: 'price' | sum }}
  {{ fruits | uniq | join: ',' }} {{ numbers | uniq | join: ',' }} {{ products | uniq: 'available' | map: 'title' | join: ',' }} {{ products | uniq: 'vendor' | size }} {{ nulls | uniq | size }} {{ mixed | uniq | size }} {{ nothing | uniq | size }}
  {{ products | where: 'available' | map: 'title' | join: ',' }} {{ products | where: 'available', true | size }} {{ products | where: 'available', false | map: 'title' }} {{ products | where: 'price', 12 | map: 'title' }} {{ products | where: 'price', 12.0 | size }} {{ products | where: 'title', 'Tea' | map: 'price' }} {{ products | where: 'nope' | size }} {{ none | where: 'x' | size }} {{ nothing | where: 'x' | size }} {{ customer | where: 'first_name', 'Mei' | size }}
  {{ nulls | where: 'x' }}|{{ fruits | where: 'app' | join: ',' }}
  {{ numbers | where: 'x' }}
  {{ nothing | default: 'd' }} {{ name | default: 'd' }} {{ empty_text | default: 'd' }} {{ none | default: 'd' }} {{ hash_none | default: 'd' }} {{ no | default: 'd' }} {{ no | default: 'd', allow_false: true }} {{ nothing | default: 'd', allow_false: true }} {{ yes | default: 'd' }} {{ 0 | default: 'd' }} {{ spaces | default: 'd' }} {{ nothing | default }} {{ unknown.x | default: name }}
  {{ date | date: '%Y-%m-%d %H:%M:%S' }} {{ day | date: '%d.%m.%y' }} {{ iso | date: '%F %T' }} {{ stamp | date: '%F %T' }} {{ '1772700000' | date: '%s' }} {{ words_date | date: '%b %d, %y' }}
  {{ date | date: '%a %A %b %B %c|%d %e %-d %_d|%H %I %k %l|%j|%m %-m|%M|%p %P %^p %#p|%S|%U %W %V %G %g|%u %w|%x|%X|%y %Y|%Z %z %:z|%%' }}
  {{ day | date: '%D|%F|%R|%r|%T|%v|%h|%n|%t|%C|%L|%N|%3N|%s|%10Y|%-H|%05d|%^a|%^B|%#b|%10A|%-10A|%010A|%e' }}
  {{ '2026-01-01' | date: '%U %W %V %G %j %u %w' }} {{ '2027-01-01' | date: '%U %W %V %G %g' }} {{ '2024-02-29' | date: '%j %U' }} {{ '2024-12-30' | date: '%G-%V' }}
  {% for t in (1..1) %}{{ '2016-02-30' | date: '%F' }} {{ 'Feb 29 2015' | date: '%F' }} {{ '2016-03-14 24:00' | date: '%F %T' }} {{ '2016-13-14' | date: '%F' }} {{ '03/14/2016' | date: '%F' }} {{ '2016-03-14 25:00' | date: '%F' }}{% endfor %}
  {{ 'May I help 3' | date: '%F' }} {{ 'Room 101' | date: '%F' }} {{ '12-2016' | date: '%F' }} {{ '10 11 12' | date: '%F %H' }} {{ 'Order 42' | date: '%F' }} {{ 'tomorrow' | date: '%F' }} {{ 'Monday' | date: '%F' }} {{ '2016年3月14日' | date: '%F' }} {{ '14. März 2016' | date: '%F %T' }} {{ '1 2' | date: '%F' }}
  {{ '20160314T123045Z' | date: '%F %T' }} {{ '14.3.' | date: '%F %T.%L' }} {{ '2016-03-14T12:30:45,5Z' | date: '%F %T.%L' }} {{ '-1152098955' | date: '%F' }} {{ 'Mon Mar 14 12:30:00 UTC 2016' | date: '%F %T' }} {{ '1 Jan 50' | date: '%Y' }} {{ '1 Jan 99' | date: '%Y' }} {{ '5/6/7' | date: '%F' }} {{ "14 Mar '16" | date: '%F' }}
  {{ '14/Mar/2016:12:30:45 +0000' | date: '%F' }} {{ '2016-03-14T12:30:45.123456789+09:00[Asia/Tokyo]' | date: '%F %T' }} {{ ' 31 . ' | date: '%F %T' }} {{ '74-03' | date: '%F' }} {{ '12h30m15s' | date: '%T' }} {{ '5 p.m.' | date: '%T' }} {{ 'noon' | date: '%T' }}
  {{ day | date }}
  {{ -0.0 }} {{ 0 | times: -1.5 }} {{ -0.0 | plus: 0 }} {{ -0.0 | minus: 0 }} {{ -0.0 | plus: -0.0 }} {{ 0 | divided_by: -5.0 }} {{ -0.04 | round: 1 }} {{ -0.4 | round }} {{ -0.0 | abs }} {{ '-0.0' | times: 1 }} {{ -6.0 | modulo: 3 }} {{ -0.0 | at_least: 0 }} {{ 5 | minus: 5.0 }} {{ -0.0 | ceil }} {{ -0.004 | round: 2 }}
  {{ 5.666 | round: (1..2) }} {{ 12 | round: (1..2) }} {{ 5 | at_least: (1..9) }} {{ 5.55 | round: -0.5 }} {{ 5.55 | round: 1.9 }} {{ 2 | plus: (3..4) }}
  {{ products | where: nothing | size }} {{ products | where: nothing, 12 | size }} {{ products | where: 'title', nothing | size }} {{ none | where: nothing | size }} {{ products | compact: nothing | size }} {{ products | uniq: nothing | size }}
  {{ fruits | where: nothing }}
  {% assign foo? = 1 %}
  {% assign foo? = 1 %}{{ foo? }}
  {{ 'not a date' | date: '%Y' }} {{ nothing | date: '%Y' }} {{ '' | date: '%Y' }} {{ true | date: '%Y' }} {{ date | date: '' }} {{ date | date: nothing }} {{ 1.5 | date: '%Y' }} {{ date | date: 'plain' }}
  {{ 'Jan 2, 2006' | date: '%F' }} {{ '2 January 2006 10:30pm' | date: '%F %T' }} {{ '2006/01/02' | date: '%F' }} {{ 'Mon, 02 Jan 2006 15:04:05' | date: '%F %T' }} {{ '2006-01-02T15:04:05.678' | date: '%L' }} {{ '20060102T150405' | date: '%F %T' }} {{ '1st Feb 2020' | date: '%F' }} {{ 'March 2020' | date: '%F' }} {{ '2020-13-45' | date: '%F' }} {{ '10/11/2020' | date: '%F' }}
  {% assign x = 'v' %}{{ x }} {% assign x = x | append: 'w' | upcase %}{{ x }} {% assign y = fruits %}{{ y[0] }} {% assign n = 1 | plus: 2 %}{{ n | times: 2 }} {% assign z=1 %}{{ z }}
  {% assign a-b = 1 %}{{ a-b }}{% assign name = 'shadow' %}{{ name }}
  {% capture x %}<{{ name }}>{% endcapture %}{{ x }}{{ x | size }} {% capture 'y' %}q{% endcapture %}{{ y }}
  {% if yes %}a{% endif %}{% if no %}b{% endif %}{% if nothing %}c{% endif %}{% if empty_text %}d{% endif %}{% if 0 %}e{% endif %}{% if none %}f{% endif %}{% if unknown.x %}g{% endif %}
  {% if no %}a{% elsif yes %}b{% else %}c{% endif %}{% if no %}a{% elsif no %}b{% else %}c{% endif %}{% if no %}x{% elsif nothing %}y{% endif %}
  {% if one == 1 %}a{% endif %}{% if one == 1.0 %}b{% endif %}{% if one == '1' %}c{% endif %}{% if name == 'Ann' %}d{% endif %}{% if name == "ann" %}e{% endif %}{% if nothing == nil %}f{% endif %}{% if unknown == nothing %}g{% endif %}{% if yes == true %}h{% endif %}{% if fruits == fruits %}i{% endif %}{% if no == nil %}j{% endif %}
  {% if one != 2 %}a{% endif %}{% if one <> 2 %}b{% endif %}{% if one <> 1 %}c{% endif %}{% if nothing != nil %}d{% endif %}
  {% if one < 2 %}a{% endif %}{% if two <= 2 %}b{% endif %}{% if 2 > 1.5 %}c{% endif %}{% if 2 >= 2.5 %}d{% endif %}{% if 'a' < 'b' %}e{% endif %}{% if 'B' < 'a' %}f{% endif %}{% if nothing < 1 %}g{% endif %}{% if 1 > nothing %}h{% endif %}{% if nothing == 0 %}i{% endif %}{% if yes > no %}j{% endif %}{% if fruits < numbers %}k{% endif %}{% if customer > customer %}l{% endif %}
  {% if 1 < 'a' %}a{% endif %}
  {% if 'a' > 1 %}a{% endif %}
  {% if name contains 'n' %}a{% endif %}{% if name contains 'z' %}b{% endif %}{% if fruits contains 'apple' %}c{% endif %}{% if fruits contains 'app' %}d{% endif %}{% if customer contains 'first_name' %}e{% endif %}{% if nothing contains 'x' %}f{% endif %}{% if name contains nothing %}g{% endif %}{% if numeric contains 4 %}h{% endif %}{% if numbers contains 2 %}i{% endif %}{% if numbers contains 2.0 %}j{% endif %}{% if numbers contains '2' %}k{% endif %}{% if 5 contains 5 %}l{% endif %}{% if (1..5) contains 3 %}m{% endif %}
  {% if empty_text == empty %}a{% endif %}{% if none == empty %}b{% endif %}{% if hash_none == empty %}c{% endif %}{% if nothing == empty %}d{% endif %}{% if spaces == empty %}e{% endif %}{% if empty == empty_text %}f{% endif %}{% if name != empty %}g{% endif %}{% if 0 == empty %}h{% endif %}{% if nothing != empty %}i{% endif %}
  {% if empty_text == blank %}a{% endif %}{% if none == blank %}b{% endif %}{% if nothing == blank %}c{% endif %}{% if spaces == blank %}d{% endif %}{% if no == blank %}e{% endif %}{% if name == blank %}f{% endif %}{% if blank == nothing %}g{% endif %}{% if 0 == blank %}h{% endif %}{% if name != blank %}i{% endif %}{% if unknown == blank %}j{% endif %}
  {% if blank %}a{% endif %}{% if empty %}b{% endif %}{% if name < blank %}c{% endif %}{% if one > empty %}d{% endif %}
  {% if yes and no or yes %}a{% endif %}{% if yes or no and no %}b{% endif %}{% if no and no or yes %}c{% endif %}{% if no or yes and yes %}d{% endif %}{% if yes and yes and no or yes %}e{% endif %}{% if no and yes or yes and no %}f{% endif %}
  {% if one == 1 and name contains 'A' or two == 3 %}a{% endif %}{% if one==1and two==2 %}b{% endif %}
  {% unless yes %}a{% else %}b{% endunless %}{% unless no %}c{% endunless %}{% unless yes %}d{% elsif yes %}e{% endunless %}{% unless yes %}d{% elsif no %}e{% else %}f{% endunless %}
  {% case name %}{% when 'Ann' %}a{% when 'Bob' %}b{% else %}c{% endcase %}{% case one %}{% when 2 %}a{% else %}b{% endcase %}{% case two %}{% when 1, 2 %}x{% when 3 or 2 %}y{% endcase %}
  {% case name %} text {% when 'x' or 'Ann' %}a{% endcase %}{% case nothing %}{% when nil %}n{% endcase %}{% case empty_text %}{% when empty %}e{% endcase %}{% case spaces %}{% when blank %}b{% endcase %}{% case 1.0 %}{% when 1 %}f{% endcase %}
  {% case one %}{% when 1 %}a{% else %}b{% when 1 %}c{% else %}d{% endcase %}{% case one %}{% when 1, 1 %}twice{% endcase %}{% case one %}{% else %}first{% when 1 %}then{% endcase %}
  {% case customer.first_name %}{% when "Mei" , "Li" %}m{% endcase %}{% case fruits[0] %}{% when name %}n{% when fruits.first %}o{% endcase %}
  a{% comment %}b{{ name }}{% if x %}{% endif %}{% endcomment %}c
  a{% comment %}{% if yes %}x{% endif %}{% endcomment %}b{% # inline comment %}c{%- # another -%} d
  {% # first␤# second␤ # third %}x
  {% # first␤second %}x
  {% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'a', 'c' %}{% cycle 'a', 'c' %}
  {% cycle 'g': 'a', 'b' %}{% cycle 'h': 'a', 'b' %}{% cycle 'g': 'x', 'y' %}{% cycle name: 1, 2 %}{% cycle name: 1, 2 %}{% cycle 1, 2 %}{% cycle 1, 2 %}
  {% for i in (1..4) %}{% cycle one, two, 'z' %}{% endfor %}{% for i in (1..2) %}{% cycle name, 'x' %}{% cycle name, 'x' %}{% endfor %}
  {% for i in (1..5) %}{% cycle 'n': 'a', 'b', 'c' %}{% endfor %}{% cycle 'n': 'q' %}{% cycle fruits, 1 %}{% cycle 'solo' %}
  {% increment a %}{% increment a %}{{ a }}{% decrement a %}{% decrement b %}{% decrement b %}{{ b }}{% increment one %}{{ one }}{% assign c = 9 %}{% increment c %}{{ c }}
  {% echo name %}{% echo name | upcase | append: '!' %}{% echo 'x' %}{% echo nothing %}
  {% for i in fruits %}{{ i }},{% endfor %} {% for i in none %}x{% else %}empty{% endfor %} {% for i in nothing %}x{% else %}nil{% endfor %} {% for i in 'abc' %}[{{ i }}]{% endfor %}{% for i in empty_text %}x{% else %}-{% endfor %}{% for i in 5 %}x{% else %}5{% endfor %}
  {% for i in fruits limit:2 %}{{ i }}{% endfor %} {% for i in fruits offset:3 %}{{ i }}{% endfor %} {% for i in fruits limit:2 offset:1 %}{{ i }}{% endfor %} {% for i in fruits reversed %}{{ i }}{% endfor %} {% for i in numbers reversed limit:2 %}{{ i }}{% endfor %} {% for i in numbers reversed limit: 2 offset: 1 %}{{ i }}{% endfor %}
  {% for i in (1..3) %}{{ i }}{% endfor %} {% for i in (3..1) %}x{% else %}none{% endfor %} {% for i in (one..numbers.size) %}{{ i }}{% endfor %} {% for i in (1..'4') %}{{ i }}{% endfor %} {% for i in (1.9..3.9) %}{{ i }}{% endfor %} 
  {% for i in (1..10) reversed limit: 3 offset: 2 %}{{ i }}{% endfor %} {% for i in (nothing..2) %}{{ i }}{% endfor %} {% for i in ('a'..2) %}{{ i }}{% endfor %}
  {% for i in (1..pi) %}{{ i }}{% endfor %}
  {% for i in (1..6) limit: 2 %}{{ i }}{% endfor %}-{% for i in (1..6) limit: 2 offset: continue %}{{ i }}{% endfor %}-{% for i in (1..6) offset: continue %}{{ i }}{% endfor %}-{% for i in (1..6) offset: continue %}x{% else %}done{% endfor %}
  {% for i in numbers limit: 2 %}{{ i }}{% endfor %}{% for j in numbers offset: continue %}{{ j }}{% endfor %}|{% for i in numbers offset: continue limit: 1 %}{{ i }}{% endfor %}
  {% for i in fruits limit: two %}{{ i }}{% endfor %}{% for i in fruits limit: '1' %}{{ i }}{% endfor %}{% for i in fruits limit: nothing %}{{ i }}{% endfor %}{% for i in fruits offset: 99 %}x{% else %}past{% endfor %}{% for i in fruits limit: 0 %}x{% else %}zero{% endfor %}{% for i in fruits limit: -1 %}x{% else %}minus{% endfor %}{% for i in numbers offset: -2 %}{{ i }}{% endfor %}
  {% for i in fruits limit: 'x' %}{{ i }}{% endfor %}
  {% for i in fruits limit: 1.5 %}{{ i }}{% endfor %}
  {% for i in fruits %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ forloop.first }}{{ forloop.last }}{{ forloop.length }}{{ forloop.name }} {% endfor %}{{ forloop }}
  {% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.index }}{{ forloop.parentloop.last }} {% endfor %}{{ forloop.parentloop }}{{ forloop }}{% endfor %}
  {% for i in (1..5) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %} {% for i in (1..5) %}{% if i == 3 %}{% continue %}{% endif %}{{ i }}{% endfor %} {% for i in (1..3) %}{% for j in (1..3) %}{% if j == 2 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{% endfor %}
  {% for i in (1..3) %}{% capture c %}{% if i == 2 %}a{% continue %}{% endif %}b{% endcapture %}{{ i }}{{ c }}{% endfor %}{{ c }} {% for i in (1..3) %}{% case i %}{% when 2 %}{% break %}{% else %}{{ i }}{% endcase %}{% endfor %}
  a{% break %}b
  a{% continue %}b
  {% if yes %}a{% break %}b{% endif %}c
  {% for pair in customer.address %}{{ pair[0] }}={{ pair[1] }};{% endfor %}{% for pair in customer %}{{ pair.first }},{% endfor %}
  {% for i in fruits %}{% assign i = 'x' %}{{ i }}{% endfor %}{{ i }} {% for name in fruits %}{{ name }}{% endfor %}{{ name }} {% assign i = 0 %}{% for i in (1..2) %}{{ i }}{% assign i = 5 %}{% endfor %}{{ i }}
  {% for i in (1..3) %}{% assign last = i %}{% endfor %}{{ last }}{% for p in products %}{{ p.title }}{% for t in p.tags %}({{ t }}){% else %}-{% endfor %}{% endfor %}
  {% for i in nested %}[{{ i }}]{% endfor %}{% for i in mixed %}[{{ i }}]{% endfor %}
  {% tablerow i in fruits %}{{ i }}{% endtablerow %}
  {% tablerow i in fruits cols:2 %}{{ i }}{% endtablerow %}{% tablerow i in fruits cols:2 limit:3 offset:1 %}{{ i }}{% endtablerow %}
  {% tablerow i in (1..5) cols:3 %}{{ tablerowloop.index }}{{ tablerowloop.index0 }}{{ tablerowloop.rindex }}{{ tablerowloop.rindex0 }}{{ tablerowloop.first }}{{ tablerowloop.last }}{{ tablerowloop.col }}{{ tablerowloop.col0 }}{{ tablerowloop.row }}{{ tablerowloop.col_first }}{{ tablerowloop.col_last }}{{ tablerowloop.length }}{% endtablerow %}
  {% tablerow i in nothing %}x{% endtablerow %}|{% tablerow i in none %}x{% endtablerow %}|{% tablerow i in 'abc' %}{{ i }}{% endtablerow %}|{% tablerow i in (1..2) cols:5 %}{{ i }}{% endtablerow %}|{% tablerow i in (1..4) cols: two, limit: 3 %}{{ i }}{% endtablerow %}
  {% ifchanged %}a{% endifchanged %}{% ifchanged %}a{% endifchanged %}{% for i in numbers %}{% ifchanged %}{{ i }}{% endifchanged %}{% endfor %}
  {% liquid␤assign x = 1␤if x == 1␤echo 'one'␤else␤echo 'other'␤endif␤# comment␤for i in (1..3)␤echo i␤endfor␤%}
  a {%- liquid␤  echo name␤␤  case one␤  when 1␤    echo 'c'␤  endcase␤-%} b
  {% liquid echo name %}{% liquid␤comment␤ echo name␤endcomment␤echo 'x' %}
  {% raw %}{{ name }}{% if %}{% endraw %}{{ name }}{% raw %}{% endraw %}{% raw %} {{ {% endraw %}x
  {% render 'plain' %}{% render 'plain', name: 'Bob' %}{% render "plain" name: customer.first_name %}
  {% render 'product' for products as product %}|{% render 'product' with products[0] as product %}|{% render 'product', product: products[1] %}|{% render 'product' for products %}|{% render 'product' with products.first %}
  {% render 'parameters', a: 1, b: name, c: 'x' %} {% render 'parameters' a: nothing %} {% render 'folder/card' with name %} {% render 'folder/card' for fruits %}
  {% assign outer = 1 %}{% render 'assigns' %}{{ leaked }} {% increment n %}{% render 'counter' %}{% render 'counter' %}{% increment n %}{% cycle 'x', 'y' %}
  a{% render 'breaker' %}c {% for i in (1..2) %}{% render 'breaker' %}{{ i }}{% endfor %} {% render 'inner', who: 'W' %} {% for i in (1..2) %}{% render 'loop', items: numbers %}{% endfor %}
  {% render 'product' for nothing as product %}|{% render 'product' for name as product %}|{% render 'folder/card' for (1..3) %}
  a {%- if yes -%} b {%- endif -%} c
  a {{- name -}} b {{- name }} c {{ name -}} d
  {%- assign x = 1 -%} a␤{%- if yes %} b {% endif -%}␤c
  {% if yes %}   {% endif %}|{% if yes %} {% assign q = 1 %} {% endif %}|{% if yes %} {{ name }} {% endif %}|{% if yes %}  {% comment %} x {% endcomment %}  {% endif %}|{% if yes %} {% if no %} {% endif %} {% endif %}|
  {% for i in (1..3) %}  {% endfor %}|{% for i in (1..3) %} {% assign z = i %} {% endfor %}|{% case one %} {% when 1 %}  {% endcase %}|{% unless no %} {% endunless %}|{% for i in (1..2) %} {% break %} {% endfor %}|{% capture s %}  {% endcapture %}{{ s | size }}
  {% if yes %} {% increment v %} {% endif %}|{% if yes %} {% cycle 'a' %} {% endif %}|{% if yes %} {% raw %} {% endraw %} {% endif %}|{% if no %} {% else %} {% endif %}|{% if yes %} {% ifchanged %} {% endifchanged %} {% endif %}|
  {% if yes -%}  a  {%- else -%}  b  {%- endif %} c
  {{ name | unknown_filter }}
  {{ name | append }}
  {{ name | upcase: 1 }}
  {{ 'a' 'b' }}
  {{ a.0 }}
  {{ | upcase }}
  {{ name | }}
  {{ name
  {{ name }
  {% if yes %}
  {% endif %}
  {% if %}x{% endif %}
  {% if yes == %}x{% endif %}
  {% if yes = no %}x{% endif %}
  {% unknown %}
  {% for i on fruits %}{% endfor %}
  {% for i in fruits bad:1 %}{% endfor %}
  {% if yes %}{% endfor %}{% endif %}
  {% else %}
  {% case one %}{% when %}{% endcase %}
  {% assign x %}
  {% capture %}{% endcapture %}
  {% render name %}
  {% render 'absent' %}
  {% cycle %}
  {% raw %}
  {% comment %}
  {% if yes %}{% else if no %}x{% endif %}
  {{ fruits[ }}
  {{ (1..) }}
  {{ 1..3 }}
  {{ "unclosed }}
  {{ name | append: }}
  {{ name | append: 'a' 'b' }}
  {% if composed == decomposed %}same{% else %}other{% endif %}
  {% if spellings contains decomposed %}y{% endif %}{% if composed < decomposed %}less{% else %}more{% endif %}
  {% case composed %}{% when decomposed %}d{% when composed %}c{% endcase %}
  {{ spellings | uniq | size }}|{{ spellings | sort | join }}|{{ spellings | uniq | join: ' ' }}
  {{ spelled[composed] }}{{ spelled[decomposed] }}|{{ composed | size }}{{ decomposed | size }}
  {{ decomposed | replace: 'e', 'E' }}{{ decomposed | slice: -1 }}{{ decomposed | upcase }}{{ composed | remove: decomposed }}
  """#.split(separator: "\n").map { String($0.map { $0 == "␤" ? "\n" : $0 }) }
