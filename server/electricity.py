"""The parts of applications for electricity, joined."""

from datetime import timedelta

from adapters.mongo.electricity import MongoElectricity
from domain.electricity.supply import Desk
from domain.electricity.supplying import Supplying
from domain.electricity.telling import Telling
from domain.notices import Notices
from server.ground import Ground


class ElectricityParts:
    """Everything about applications for electricity."""

    def __init__(self, ground: Ground, *, notices: Notices) -> None:
        content = ground.content.electricity
        terms = content.terms
        self.store = MongoElectricity(ground.database, drafts_last=timedelta(days=terms.draft_days))
        self._telling = Telling(notices.tell)
        self.supplying = Supplying(
            store=self.store,
            desk=Desk(
                calendar=ground.content.calendar,
                papers=terms.papers,
                return_days=terms.return_days,
            ),
            telling=self._telling,
        )
