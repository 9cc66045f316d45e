"""What a promisor sends and is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.promises.promises import Promise
from domain.promises.register import Line
from domain.promises.templates import Publicity, Template


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a promisor sends: the text that was read, the report, the blanks, who may see it."""

    text_hash: str
    report_id: str
    answers: Mapping[str, str]
    publicity: Publicity


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A promise with what its promisor is shown beside it.

    ``template`` is the text in force for a draft, and the one that was signed afterwards. Of a
    draft, ``publication`` is what is to be agreed to. ``current`` says whether the text of the
    promise is still in force.
    """

    promise: Promise
    template: Template | None
    publication: str
    publication_hash: str
    register: tuple[Line, ...]
    current: bool
