"""Text with markup that editors write: what stays, what goes, and how it reads."""

import pytest

from adapters.markup import clean, words


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>一<b>二</b></p>", "<p>一<b>二</b></p>"),
        ("<script>alert(1)</script><p>一</p>", "<p>一</p>"),
        ("<style>p{}</style><p>一</p>", "<p>一</p>"),
        ('<p onclick="x" style="color:red" class="a" id="b">一</p>', "<p>一</p>"),
        ('<img src="x" onerror="alert(1)">一', "<p>一</p>"),
        ('<iframe src="https://a.cn"></iframe>一', "<p>一</p>"),
        ('<form action="/x"><input name="y">一</form>', "<p>一</p>"),
        ('<a href="javascript:alert(1)">一</a>', '<a rel="noopener noreferrer">一</a>'),
        ('<a href="http://a.cn/">一</a>', '<a rel="noopener noreferrer">一</a>'),
        (
            '<a href="https://a.cn/?b=1" target="_blank">一</a>',
            '<a href="https://a.cn/?b=1" rel="noopener noreferrer">一</a>',
        ),
        ('<a href="/console">一</a>', '<a rel="noopener noreferrer">一</a>'),
        ("<svg><animate onbegin=alert(1)></svg>一", "<p>一</p>"),
        ("一 < 二 & 三", "<p>一 &lt; 二 &amp; 三</p>"),
        ("<p>未关<b>上", "<p>未关<b>上</b></p>"),
        ("一行\n\n  二行 ", "<p>一行</p><p>二行</p>"),
        ("", ""),
    ],
)
def test_only_what_is_for_reading_stays(written: str, kept: str) -> None:
    assert clean(written) == kept
    assert clean(kept) == kept


def test_it_is_read_a_line_for_each_block() -> None:
    html = clean(
        "<h3>步骤</h3><ol><li>确认 &lt;期限&gt;</li><li>改<b>正</b></li></ol><p>一<br>二</p>"
    )
    assert words(html) == "步骤\n确认 <期限>\n改正\n一\n二"
    assert words(clean("<table><tr><td>一</td><td>二</td></tr></table>")) == "一 二"
    assert words("") == ""


@pytest.mark.parametrize(
    ("html", "said"),
    [("<p>一</p>{}<p>二</p>", "一\n二"), ("<p>一{}二</p>", None), ("{}", "")],
)
@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "\n ", " \r\n"])
def test_a_mebibyte_of_blanks_is_read_at_once(html: str, said: str | None, blank: str) -> None:
    """Fifty times what an outline may have."""
    read = words(clean(html.format(blank * 2**20)))
    assert said is None or read == said
    assert all(line and line == line.strip() for line in read.splitlines())


@pytest.mark.parametrize("mark", ["<", "<p", "<p ", "<br<", "</td", "&", "&#"])
def test_marks_that_nothing_closes_are_read_at_once(mark: str) -> None:
    assert len(words(mark * 2**20)) <= len(mark) * 2**20
    assert words(clean(mark * 2**15)).count("<") <= 2**16
