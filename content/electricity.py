"""Applications for electricity: businesses, papers, days and managers, from electricity.toml."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from content.files import ContentError, Strict, parsed
from domain.electricity.applications import SUPPLYING, TO_BE_TAKEN, Manager, State
from domain.electricity.terms import TITLE_PROOF, Business, Files, Paper, Terms

FILE = "electricity.toml"
# Where the supplier has to act, and so for so many days.
TIMED = {*TO_BE_TAKEN, *SUPPLYING, State.ENERGISED}

Step = Annotated[State, BeforeValidator(State)]
Days = Annotated[int, Field(ge=1, le=365)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]


class _Paper(Strict):
    code: str = Field(pattern=r"^[a-z][a-z_]{0,39}$")
    label: str = Field(min_length=1, max_length=30)
    hint: str = Field(max_length=100)
    required: bool
    deferrable: bool


class _Business(Strict):
    code: Code
    label: str = Field(min_length=1, max_length=30)
    grid_code: str = Field(max_length=40)
    increase: bool
    categories: list[Literal["organisation", "individual_business", "person"]] = Field(
        min_length=1, max_length=3
    )
    most_watts: int = Field(ge=1000, le=100_000_000)
    papers: list[_Paper] = Field(min_length=1, max_length=20)
    days: dict[Step, Days]

    @model_validator(mode="after")
    def _whole(self) -> "_Business":
        codes = [paper.code for paper in self.papers]
        if TITLE_PROOF not in codes or len(set(codes)) != len(codes):
            raise ValueError(f"{self.code} names {TITLE_PROOF}, and every paper once")
        if any(paper.code == TITLE_PROOF and paper.deferrable for paper in self.papers):
            raise ValueError(f"{self.code}: {TITLE_PROOF} is never handed in later")
        if set(self.days) != TIMED:
            steps = ", ".join(sorted(state.value for state in TIMED))
            raise ValueError(f"{self.code}: days for exactly {steps}")
        return self


class _Files(Strict):
    most_bytes: int = Field(ge=100_000, le=12 * 1024 * 1024)
    most: int = Field(ge=1, le=100)
    most_pixels: int = Field(ge=1_000_000, le=100_000_000)
    most_pages: int = Field(ge=1, le=1000)


class _Manager(Strict):
    name: str = Field(min_length=1, max_length=40)
    phone: str = Field(pattern=r"^[0-9-]{7,20}$")


class _Electricity(Strict):
    sample: bool = False
    supplier: str = Field(min_length=1, max_length=60)
    promise: Code
    account: str = Field(min_length=1, max_length=100)
    later_days: Days
    later_counting: Literal["calendar", "working"]
    return_days: Days
    draft_days: Days
    good_years: int = Field(ge=1, le=20)
    files: _Files
    managers: list[_Manager] = Field(min_length=1, max_length=50)
    businesses: list[_Business] = Field(min_length=1, max_length=20)

    @field_validator("account")
    @classmethod
    def _pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _once(self) -> "_Electricity":
        if len({one.code for one in self.businesses}) != len(self.businesses):
            raise ValueError("every business has a code of its own")
        return self


@dataclass(frozen=True, kw_only=True)
class ElectricityContent:
    """What can be applied for and what holds for it; ``promise`` is the text's code."""

    sample: bool
    supplier: str
    promise: str
    terms: Terms


def load_electricity(folder: Path, *, promises: Collection[str]) -> ElectricityContent:
    """Read and check; ``promises`` are the texts there are.

    Raises:
        ContentError: the file is missing, malformed or contradicts itself.
    """
    written = parsed(folder / FILE, _Electricity)
    if written.promise not in promises:
        raise ContentError(f"{FILE}: there is no promise {written.promise}")
    terms = Terms(
        businesses={one.code: _business(one) for one in written.businesses},
        later_days=written.later_days,
        later_working=written.later_counting == "working",
        return_days=written.return_days,
        draft_days=written.draft_days,
        good_years=written.good_years,
        account=written.account,
        managers=tuple(Manager(**one.model_dump()) for one in written.managers),
        files=Files(**written.files.model_dump()),
    )
    return ElectricityContent(
        sample=written.sample,
        supplier=written.supplier,
        promise=written.promise,
        terms=terms,
    )


def _business(one: _Business) -> Business:
    return Business(
        code=one.code,
        label=one.label,
        grid_code=one.grid_code,
        increase=one.increase,
        categories=tuple(one.categories),
        most_watts=one.most_watts,
        papers=tuple(Paper(**paper.model_dump()) for paper in one.papers),
        days=one.days,
    )
