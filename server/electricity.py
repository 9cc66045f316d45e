"""The parts of applications for electricity, joined."""

from datetime import timedelta
from functools import partial

from adapters.mongo.electricity import MongoElectricity
from domain.electricity.staff_view import ReportNumber, StaffView, due_day
from domain.electricity.supply import Desk
from domain.electricity.supplying import Supplying
from domain.electricity.telling import Telling
from domain.notices import Notices
from server.ground import Ground


class ElectricityParts:
    """Everything about applications for electricity."""

    def __init__(self, ground: Ground, *, notices: Notices, report_number: ReportNumber) -> None:
        content = ground.content.electricity
        terms = content.terms
        calendar = ground.content.calendar
        self.store = MongoElectricity(
            ground.database,
            drafts_last=timedelta(days=terms.draft_days),
            due_day=partial(due_day, terms=terms, calendar=calendar),
        )
        self._telling = Telling(notices.tell)
        self.supplying = Supplying(
            store=self.store,
            desk=Desk(
                calendar=calendar,
                papers=terms.papers,
                return_days=terms.return_days,
            ),
            telling=self._telling,
        )
        self.staff_view = StaffView(
            store=self.store,
            terms=terms,
            calendar=calendar,
            supplying=self.supplying,
            report_number=report_number,
        )
