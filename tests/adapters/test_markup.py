"""Text with markup that editors write: what stays, what goes, and how it reads."""

import threading

import nh3
import pytest

from adapters import markup
from adapters.markup import clean, clean_aside, words, words_and_addresses


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
        (
            '<p><B\nclass="x">一</B><i/id=a>二</i><em title="">三</em></p>',
            "<p><b>一</b><i>二</i><em>三</em></p>",
        ),
        ("<blockquote cite=x>一<br class=a>二</blockquote>", "<blockquote>一<br>二</blockquote>"),
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


MARKS = ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("between", [" ", "/", "\n", "\t", "\f"])
def test_marks_left_open_are_few_in_each_paragraph_that_follows(
    monkeypatch: pytest.MonkeyPatch, mark: str, between: str
) -> None:
    """Each with another attribute, all of them would be opened again in every paragraph."""
    # Those that do not stay cost the same.
    monkeypatch.setattr(markup, "TAGS", {*markup.TAGS, *MARKS})
    marks = "".join(f"<{mark}{between}a{n}>" for n in range(50))
    kept = clean(f"<p>{marks}{marks.upper()}" + "<p>字" * 20)
    assert kept.count("<p>") == 21
    assert 0 < kept.count(f"<{mark}>") <= 100 + 20 * 3


async def test_others_are_served_while_a_text_is_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def cleaned(html: str, **_: object) -> str:
        threads.append(threading.get_ident())
        return html

    monkeypatch.setattr(nh3, "clean", cleaned)
    assert await clean_aside("<p>一</p>") == "<p>一</p>"
    assert threads
    assert threading.get_ident() not in threads


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('<p>见<a href="https://a.cn/">官网</a>。</p>', "见官网（https://a.cn/）。"),
        ('<p><a href="https://a.cn/?b=1&c=2">一</a></p>', "一（https://a.cn/?b=1&c=2）"),
        ('<p><a href="https://a.cn/<b>">一</a></p>', "一（https://a.cn/<b>）"),
        ('<p><a href="https://a.cn/"></a></p>', "（https://a.cn/）"),
        (
            '<a href="https://a.cn/"><b>一</b></a><a href="https://b.cn">二</a>',
            "一（https://a.cn/）二（https://b.cn）",
        ),
        (
            '<a href="https://a.cn/">一<table><td><a href="https://b.cn/">二</a></table></a>',
            "一\n二（https://b.cn/）\n（https://a.cn/）",
        ),
        ('<p><a href="http://a.cn/">一</a></p>', "一"),
        ("<p>一</p><p>二</p>", "一\n二"),
    ],
)
def test_where_a_link_leads_is_read_behind_it(written: str, said: str) -> None:
    assert words_and_addresses(clean(written)) == said
    assert "https://" not in words(clean(written))
