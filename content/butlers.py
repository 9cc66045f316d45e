"""The butler's desk: when butlers work and where, what they do, what they usually say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from content.files import Strict, parsed
from content.service_items import FILE as SERVICE_ITEMS
from content.service_items import REPLIES, load_canned_replies, load_service_items
from domain.butlers.items import CannedReply, ServiceItem
from domain.butlers.places import PlaceFacts, PlaceKind
from domain.butlers.rostering import Coverage
from domain.butlers.weeks import UnclearHours, Week, read_day

FILE = "butlers.toml"
PLACES = "places.toml"

Kind = Annotated[PlaceKind, BeforeValidator(PlaceKind)]


def _intervals(text: str) -> str:
    try:
        read_day(text)
    except UnclearHours as error:
        raise ValueError(str(error)) from error
    return text


Hours = Annotated[str, AfterValidator(_intervals)]


class _Week(Strict):
    monday: Hours = ""
    tuesday: Hours = ""
    wednesday: Hours = ""
    thursday: Hours = ""
    friday: Hours = ""
    saturday: Hours = ""
    sunday: Hours = ""

    @model_validator(mode="after")
    def _some(self) -> "_Week":
        if not self.week():
            raise ValueError("some day is worked")
        return self

    def week(self) -> Week:
        """As the domain takes it."""
        days = {number: read_day(text) for number, text in enumerate(self.model_dump().values())}
        return {number: intervals for number, intervals in days.items() if intervals}


class _Coverage(Strict):
    uncovered_hours: int = Field(ge=1, le=24 * 14)
    warn_days: int = Field(ge=1, le=28)


class _Fairness(Strict):
    skill_first: bool


class _Butlers(Strict):
    sample: bool = False
    hours: _Week
    coverage: _Coverage
    fairness: _Fairness


class _Place(Strict):
    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$")
    name: str = Field(min_length=2, max_length=60)
    kind: Kind
    street: str = ""
    address: str = Field(default="", max_length=100)
    agency: str = Field(default="", max_length=60)
    hours: _Week | None = None


class _Places(Strict):
    sample: bool = False
    places: list[_Place] = Field(default=[], max_length=500)

    @model_validator(mode="after")
    def _whole(self) -> "_Places":
        streets = {one.code for one in self.places if one.kind is PlaceKind.STREET}
        if len({one.code for one in self.places}) != len(self.places):
            raise ValueError("every place has a code of its own")
        for one in self.places:
            if (one.kind is PlaceKind.STREET) is bool(one.street):
                raise ValueError(f"{one.code}: buildings and parks name a street, streets none")
            if one.street and one.street not in streets:
                raise ValueError(f"{one.code}: no street is named {one.street}")
        return self


class _Labelled(Protocol):
    """A file that says whether it is a sample."""

    @property
    def sample(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class ButlerContent:
    """What the butler's desk begins with; of ``places`` a parent is a code.

    ``files`` are those read, by name.
    """

    files: Mapping[str, _Labelled]
    items: Mapping[str, ServiceItem]
    replies: tuple[CannedReply, ...]
    coverage: Coverage
    places: tuple[PlaceFacts, ...]


def load_butlers(folder: Path) -> ButlerContent:
    """Read and check.

    Raises:
        ContentError: a file is missing, malformed or contradicts itself.
    """
    written = parsed(folder / FILE, _Butlers)
    places = parsed(folder / PLACES, _Places)
    items, replies = load_service_items(folder), load_canned_replies(folder)
    coverage = Coverage(
        week=written.hours.week(),
        longest=timedelta(hours=written.coverage.uncovered_hours),
        warn=timedelta(days=written.coverage.warn_days),
        skill_first=written.fairness.skill_first,
    )
    return ButlerContent(
        files={SERVICE_ITEMS: items, REPLIES: replies, FILE: written, PLACES: places},
        items=items.items,
        replies=replies.replies,
        coverage=coverage,
        places=tuple(_facts(one) for one in places.places),
    )


def _facts(one: _Place) -> PlaceFacts:
    return PlaceFacts(
        code=one.code,
        name=one.name,
        kind=one.kind,
        address=one.address,
        parent=one.street,
        hours=one.hours.week() if one.hours else None,
        agency=one.agency,
    )
