"""Telling the staff: in the transaction of what it tells of, and once for each key."""

from domain.alerts.alerts import LONGEST_TITLE, Alert, Urgency, id_of
from domain.alerts.ports import AlertStore
from domain.live.events import Publish
from domain.live.streams import of_staff
from domain.transactions import Act, Unit

KIND = "alert"
CARRY = "alert"


class Telling:
    """Leaves alerts with the work of carrying them further, and says so to an open console."""

    def __init__(self, *, store: AlertStore, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def __call__(
        self,
        unit: Unit,
        act: Act,
        *,
        staff_id: str,
        title: str,
        text: str,
        link: str,
        urgency: Urgency,
        key: str,
        about: str = "",
    ) -> None:
        """Tell it in this transaction, once: the same key never tells the same person twice.

        ``about`` is the person whom the text speaks of, so that it goes with them. A title that
        is too long is cut: nothing that has happened fails for it.
        """
        alert = Alert(
            id=id_of(staff_id=staff_id, key=key),
            staff_id=staff_id,
            key=key,
            at=act.at,
            title=title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
            text=text,
            link=link,
            urgency=urgency,
            about=about,
            changed_at=act.at,
        )
        if await self._store.add(unit, alert):
            await unit.send(act.message(CARRY, alert.id))
            streams = [of_staff(staff_id)]
            await self._publish(unit, act, streams=streams, kind=KIND, about=alert.id)
