"""What a section of an export is made from."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.mongo.database import Database, Document
from adapters.mongo.exporting.words import Words
from domain.exports.ports import Row

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Of:
    """Whose data are read, and when; ``purposes`` are the words for what reports are for.

    ``holder_of`` is the keyed hash by which what outlived an account is found.
    """

    database: Database
    person_id: str
    now: datetime
    purposes: Mapping[str, str]
    holder_of: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One section: the collections it tells of, and how their rows are read.

    ``words`` say what the codes of a column mean.
    """

    name: str
    title: str
    collections: tuple[str, ...]
    columns: Mapping[str, str]
    rows: Callable[[Of], AsyncIterator[Row]]
    words: Mapping[str, Words] = field(default_factory=dict)


async def subjects_of(of: Of) -> list[Document]:
    """For whom the person acts or has acted, ended ones too."""
    rows = of.database["subjects"].find({"person_id": of.person_id}).sort("since", 1)
    return [row async for row in rows]


async def abouts_of(of: Of) -> list[str]:
    """Whose credit the person has to do with: their own, and that of whom they act for."""
    found = {row["uscc"] or row.get("principal_person", "") for row in await subjects_of(of)}
    return sorted({of.person_id, *found} - {""})


async def batches(rows: AsyncIterator[Document]) -> AsyncIterator[Sequence[Document]]:
    """Rows in lots of at most 200."""
    lot: list[Document] = []
    async for row in rows:
        lot.append(row)
        if len(lot) == BATCH:
            yield lot
            lot = []
    if lot:
        yield lot
