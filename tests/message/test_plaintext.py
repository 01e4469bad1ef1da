import pytest

from mailgrid.message.plaintext import from_html

CASES = [
    ("<p>Dear {{ name }},</p><p>hello   and\n welcome</p>", "Dear {{ name }},\n\nhello and welcome\n"),
    ("<p>Caf&eacute; &amp; bar &lt;3</p>", "Café & bar <3\n"),
    ("one<br>two<br/>three", "one\ntwo\nthree\n"),
    ("<h1>News</h1>Text<h2>More</h2>", "News\n\nText\n\nMore\n"),
    (
        '<a href="https://example.org/?a=1&amp;b={{ id }}">Read on</a>',
        "Read on (https://example.org/?a=1&b={{ id }})\n",
    ),
    ('<a href="https://example.org/">https://example.org/</a>', "https://example.org/\n"),
    ('<a href="https://example.org/">example.org</a>', "example.org\n"),
    ('<a href="mailto:fay@example.org">fay@example.org</a>', "fay@example.org\n"),
    ('<a href="#top">Top</a> <a name="x">x</a>', "Top x\n"),
    ('<a href="https://example.org/"><img src="x.png" alt="Shop"></a>', "Shop (https://example.org/)\n"),
    ('<a href="https://example.org/"><img src="x.png"></a>', "https://example.org/\n"),
    ('<a href="{% if a %}{{ b }}{% else %}x{% endif %}">Go</a>', "Go ({% if a %}{{ b }}{% else %}x{% endif %})\n"),
    ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
    ("<ol><li>one</li><li>two<ul><li>in</li></ul></li></ol>", "1. one\n2. two\n  - in\n"),
    ("<ol>{% for x in y %}<li>{{ x }}</li>{% endfor %}</ol>", "{% for x in y %}\n- {{ x }}\n{% endfor %}\n"),
    (
        "<table><tr><th>Item</th><th>Price</th></tr><tr><td>a</td><td>{{ b }}</td></tr></table>",
        "Item  Price\na  {{ b }}\n",
    ),
    ("a<hr>b", "a\n\n----\n\nb\n"),
    ("<pre>a\n  b</pre>", "a\n  b\n"),
    ("<head><title>T</title><style>p {}</style></head><script>x()</script><p>Text</p>", "Text\n"),
    ('<div style="color:red; display: none">hidden <b>too</b></div><p>Text</p>', "Text\n"),
    ("<!-- note --><p>Text</p><!--[if mso]><table><tr><td><![endif]-->", "Text\n"),
    ("<!-- {% if a %} --><p>Text</p><!-- {% endif %} -->", "{% if a %}\n\nText\n\n{% endif %}\n"),
    ("<head>{% set a = 1 %}</head><p>{{ a }}</p>", "{% set a = 1 %}\n\n{{ a }}\n"),
    ("<title>{% block title %}x{% endblock %}</title><p>a</p>", "a\n"),
    (
        "<p>{{ a < b }}{% if a < b and c > d %}x{% endif %}{# <b> #}</p>",
        "{{ a < b }}{% if a < b and c > d %}x{% endif %}{# <b> #}\n",
    ),
    ('<p class="{% if a %}b{% endif %}" {{ c }}>Text</p>', "Text\n"),
    ("<p>&#123;&#123; not a tag }}</p>", "{{ '{' }}{ not a tag }}\n"),
    ("{% raw %}<b>{{ x }}</b>{% endraw %}", "{% raw %}{{ x }}{% endraw %}\n"),
    ("<b>unclosed <i>tags</p> and </ul></a></pre>", "unclosed tags\n\nand\n"),
    ("just text", "just text\n"),
    ("", "\n"),
]


@pytest.mark.parametrize("html, text", CASES)
def test_text_is_made_of_html(html: str, text: str) -> None:
    assert from_html(html) == text
