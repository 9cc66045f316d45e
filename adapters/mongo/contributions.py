"""Contributions: ids, versions and states; what they are of stands elsewhere."""

from pymongo import ReplaceOne

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of, unit_of
from domain.contributions import Contribution, State
from domain.transactions import Unit


class MongoContributions:
    """One document a thing, under the id of the thing."""

    def __init__(self, database: Database) -> None:
        self._contributions = database["contributions"]

    async def get(self, contribution_id: str) -> Contribution | None:
        """By the id of the thing."""
        row = await self._contributions.find_one({"_id": contribution_id})
        if row is None:
            return None
        return Contribution(
            id=row["_id"],
            kind=row["kind"],
            version=row["version"],
            state=State(row["state"]),
            changed_at=row["changed_at"],
            problem=row["problem"],
        )

    async def put(self, unit: Unit, contribution: Contribution) -> None:
        """In place of any before."""
        put = ReplaceOne({"_id": contribution.id}, _document(contribution), upsert=True)
        unit_of(unit).last("contributions", put)

    async def move(self, unit: Unit, contribution: Contribution, *, was: State) -> bool:
        """Save its new state; False when a later version waits meanwhile, or it moved on."""
        result = await self._contributions.replace_one(
            {
                "_id": contribution.id,
                "version": contribution.version,
                "state": was.value,
            },
            _document(contribution),
            session=session_of(unit),
        )
        return result.matched_count == 1


def _document(contribution: Contribution) -> Document:
    return {
        "_id": contribution.id,
        "v": 1,
        "kind": contribution.kind,
        "version": contribution.version,
        "state": contribution.state.value,
        "changed_at": contribution.changed_at,
        "problem": contribution.problem,
    }
