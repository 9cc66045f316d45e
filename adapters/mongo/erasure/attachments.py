"""What becomes of images: a person's go wherever they are attached, with all that opens them."""

from collections.abc import Mapping

from adapters.mongo.erasure.ways import AGAIN, Ways
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.transactions import Unit


class AttachmentSweeps:
    """Addresses that the person was given to images of others go too."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {
            "attachments": self._own,
            "attachment_addresses": self._ways.deleting(
                "attachment_addresses", lambda leaver: {"viewer": leaver.person_id}
            ),
        }

    async def _own(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "attachments", {"owner": leaver.person_id})
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "attachment_addresses", {"attachment_id": ids})
            await self._ways.delete(unit, "attachment_contents", {"_id": ids})
            await self._ways.delete(unit, "attachments", {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")
