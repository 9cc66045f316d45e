"""Text with markup that editors write: made harmless, and read as plain words."""

import re
from html import unescape

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


def clean(html: str) -> str:
    """Only what is for reading: no script, style, form, picture or frame; links by https alone.

    Of what has no tag each line becomes a paragraph.
    """
    harmless = nh3.clean(
        html,
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


def _kept(_: str, attribute: str, value: str) -> str | None:
    """A link leads out of the house: what is written here must not act in it."""
    return None if attribute == "href" and not value.startswith("https://") else value


def words(html: str) -> str:
    """What a person reads of clean markup, a line for each block."""
    broken = CELL.sub(" ", BLOCK.sub("\n", html))
    lines = (line.strip() for line in unescape(TAG.sub("", broken)).split("\n"))
    return "\n".join(line for line in lines if line)
