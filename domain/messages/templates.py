"""Templates: which notices WeChat carries, in which words.

A message says that something has happened and where to read it. The title of a notice names
nobody, so it may leave the house; its text may, so it never does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter

from domain.messages.fields import BadField, fitted
from domain.notices import Notice
from domain.time import SHANGHAI, day_in_words
from domain.transactions import NoticeKind

WORDS = frozenset({"title", "time", "date", "count"})
PAGE_WORDS = frozenset({"link"})
DIGEST_LINK = "/notices"
# What needs no escaping in the query of a page.
LINK = re.compile(r"/[A-Za-z0-9/_-]*")
# WeChat asks about so many templates at a time.
OFFERED = 3


@dataclass(frozen=True, kw_only=True)
class Template:
    """One template of ours in WeChat; ``about`` tells a person what will come."""

    name: str
    id: str
    title: str
    about: str
    page: str
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one message says; ``count`` is how many notices it stands for."""

    title: str
    at: datetime
    link: str
    count: int = 1


class Templates:
    """Which template carries which kind; ``digest`` carries several notices at once."""

    def __init__(
        self,
        *,
        by_kind: Mapping[NoticeKind, Template],
        digest: Template,
        offers: Mapping[str, tuple[NoticeKind, ...]],
    ) -> None:
        self.by_kind = by_kind
        self.digest = digest
        self.offers = offers

    @property
    def kinds(self) -> frozenset[NoticeKind]:
        """What WeChat carries at all."""
        return frozenset(self.by_kind)

    def named(self, name: str | None) -> Template | None:
        """By its name, as long as the district has it."""
        known = (*self.by_kind.values(), self.digest)
        return next((one for one in known if one.name == name), None)

    def of_id(self, template_id: str) -> Template | None:
        """By WeChat's id."""
        known = (*self.by_kind.values(), self.digest)
        return next((one for one in known if one.id == template_id), None)


def of_notice(notice: Notice) -> Said:
    """One notice by itself."""
    return Said(title=notice.title, at=notice.at, link=notice.link)


def of_several(count: int, now: datetime) -> Said:
    """Several at once."""
    return Said(title=f"您有 {count} 条新消息", at=now, link=DIGEST_LINK, count=count)


def filled(template: Template, said: Said) -> dict[str, str]:
    """Every field, as WeChat takes it.

    Raises:
        BadField: one that WeChat would refuse.
    """
    local = said.at.astimezone(SHANGHAI)
    words = {
        "title": said.title,
        "time": f"{day_in_words(said.at)} {local:%H:%M}",
        "date": day_in_words(said.at),
        "count": str(said.count),
    }
    return {
        name: fitted(name, written.format_map(words)) for name, written in template.fields.items()
    }


def page_of(template: Template, said: Said) -> str:
    """The page that the message opens."""
    link = said.link if LINK.fullmatch(said.link) else DIGEST_LINK
    return template.page.format_map({"link": link})


def faults_of(template: Template) -> list[str]:
    """What is wrong with a template as written; nothing when it can be sent."""
    written = {**template.fields, "page": template.page}
    found = [
        f"{name}: unknown word {{{word}}}"
        for name, text in written.items()
        for word in _words(text)
        if word not in (PAGE_WORDS if name == "page" else WORDS)
    ]
    if found:
        return found
    try:
        filled(template, Said(title="消息标题", at=datetime(2026, 12, 31, tzinfo=UTC), link=""))
    except BadField as bad:
        return [str(bad)]
    return []


def _words(text: str) -> list[str]:
    try:
        return [word for _, word, _, _ in Formatter().parse(text) if word is not None]
    except ValueError:
        return ["?"]
