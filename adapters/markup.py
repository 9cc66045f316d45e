"""Text with markup that editors write: made harmless, and read as plain words."""

import asyncio
import re
from html import escape, unescape

import nh3

TAGS = {
    *("p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr"),
    *("strong", "b", "em", "i", "u", "sub", "sup", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# Whatever stands beside one another in a page stands on lines of its own. What nothing closes goes
# on to the end, so that each sign is read once.
BLOCK = re.compile(r"<(?:/?(?:p|h[2-4]|ul|ol|li|blockquote|table|thead|tbody|tr)|br|hr)\b[^>]*>?")
CELL = re.compile(r"</t[hd]>")
TAG = re.compile(r"<[^>]*>?")
LINK = re.compile(r'<a(?: [a-z]+="[^"]*")*>|</a>')
ADDRESS = re.compile(r' href="([^"]*)"')
# HTML opens every mark of these that is open again in each new paragraph, three at most that are
# alike: as no attribute of theirs stays, they are alike before they are parsed. To cut at the first
# ">" leaves no such mark with an attribute, however it is read.
MARK = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\t\n\f\r /][^>]*>?", re.IGNORECASE
)


def clean(html: str) -> str:
    """Only what is for reading: no script, style, form, picture or frame; links by https alone.

    Of what has no tag each line becomes a paragraph.
    """
    harmless = nh3.clean(
        MARK.sub(r"<\1>", html),
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        link_rel="noopener noreferrer",
    )
    if "<" in harmless:
        return harmless
    lines = (line.strip() for line in harmless.splitlines())
    return "".join(f"<p>{line}</p>" for line in lines if line)


async def clean_aside(html: str) -> str:
    """The same in a thread: others are served meanwhile."""
    return await asyncio.to_thread(clean, html)


def _kept(_: str, attribute: str, value: str) -> str | None:
    """A link leads out of the house: what is written here must not act in it."""
    return None if attribute == "href" and not value.startswith("https://") else value


def words(html: str) -> str:
    """What a person reads of clean markup, a line for each block."""
    broken = CELL.sub(" ", BLOCK.sub("\n", html))
    lines = (line.strip() for line in unescape(TAG.sub("", broken)).split("\n"))
    return "\n".join(line for line in lines if line)


def words_and_addresses(html: str) -> str:
    """The same, and behind what each link says its address in brackets: 文字（地址）."""
    addresses: list[str] = []

    def told(tag: re.Match[str]) -> str:
        if tag[0] != "</a>":
            found = ADDRESS.search(tag[0])
            addresses.append(found[1] if found else "")
            return ""
        address = addresses.pop() if addresses else ""
        return f"（{escape(unescape(address))}）" if address else ""

    return words(LINK.sub(told, html))
