"""The texts in force: told within seconds of a publication, and held to when one is signed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import NotFound
from domain.promises.promises import NotAsRead
from domain.promises.templates import Template
from domain.promises.texts import Version, in_force, wording_of
from domain.transactions import Unit

# A process asks the database no more often; what is published is shown everywhere soon after.
FRESH = timedelta(seconds=5)
READ_AGAIN = "承诺书文本刚刚更新，请重新阅读后再操作。"


class PublishedTexts(Protocol):
    """What is published, narrowly."""

    async def numbers(self) -> Mapping[str, int]:
        """How often the publications of each text have changed."""

    async def published(self) -> Sequence[Version]:
        """All that are published, of whatever day."""

    async def hold(self, unit: Unit, template: str) -> int:
        """No publication of this text commits beside this unit; how many changes there were."""

    async def standing(self, unit: Unit, template: str, *, now: datetime) -> Version | None:
        """The version in force as this unit sees it."""


class TextsInForce:
    """Who asks gets what was true at most five seconds ago; who signs, what is true."""

    def __init__(self, *, store: PublishedTexts, templates: Mapping[str, Template]) -> None:
        self._store = store
        self._templates = templates
        self._numbers: Mapping[str, int] | None = None
        self._published: Mapping[str, Sequence[Version]] = {}
        self._read_at: datetime | None = None

    async def all(self, *, now: datetime) -> Sequence[Template]:
        """Every text in force, in the office's order."""
        found = [await self.find(code, now=now) for code in self._templates]
        return [one for one in found if one is not None]

    async def find(self, code: str, *, now: datetime, fresh: bool = False) -> Template | None:
        """The text in force; ``fresh`` asks the database now."""
        await self._know(now, fresh=fresh)
        return self._on(code, in_force(self._published.get(code, ()), now))

    async def get(self, code: str, *, now: datetime, fresh: bool = False) -> Template:
        """The same; raises NotFound when there is none of this code."""
        found = await self.find(code, now=now, fresh=fresh)
        if found is None:
            raise NotFound("没有这种承诺书。")
        return found

    async def as_read(self, code: str, *, text_hash: str, now: datetime) -> Template | None:
        """The text of this hash, in force or not any more."""
        await self._know(now)
        known = (self._on(code, one) for one in reversed(self._published.get(code, ())))
        return next((one for one in known if one and one.text_hash == text_hash), None)

    async def hold(self, unit: Unit, template: Template, *, now: datetime) -> None:
        """That this text is in force, and stays so until this unit commits.

        Raises:
            NotAsRead: another is.
        """
        number = await self._store.hold(unit, template.code)
        if number == (self._numbers or {}).get(template.code):
            # Nothing was published since this process read them all.
            standing = in_force(self._published.get(template.code, ()), now)
        else:
            standing = await self._store.standing(unit, template.code, now=now)
        if standing is None or standing.wording != wording_of(template):
            raise NotAsRead(READ_AGAIN)

    def ask_again(self) -> None:
        """Something was published in this very process: it shows it at once."""
        self._read_at = None

    def _on(self, code: str, version: Version | None) -> Template | None:
        template = self._templates.get(code)
        return version.wording.on(template) if template and version else None

    async def _know(self, now: datetime, *, fresh: bool = False) -> None:
        if not fresh and self._read_at and timedelta() <= now - self._read_at < FRESH:
            return
        numbers = await self._store.numbers()
        if numbers != self._numbers:
            self._published = _by_template(await self._store.published())
            self._numbers = numbers
        self._read_at = now


def _by_template(versions: Iterable[Version]) -> Mapping[str, Sequence[Version]]:
    found: dict[str, list[Version]] = {}
    for one in sorted(versions, key=lambda version: version.number):
        found.setdefault(one.template, []).append(one)
    return found
