"""The parts of judging, joined: ratings, complaints and their clock, the evaluation, the sheets."""

from collections.abc import Mapping, Sequence

from adapters.mongo.judging.complaints import MongoComplaints
from adapters.mongo.judging.facts import MongoTicketFacts
from adapters.mongo.judging.judgements import MongoJudgements
from adapters.mongo.judging.ratings import MongoRatings
from adapters.mongo.judging.sheets import MongoSheets
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.staff import MongoStaff
from adapters.mongo.staff_contacts import MongoStaffContacts
from domain.judging.complaining import Complaining
from domain.judging.complaint_desk import ComplaintDesk
from domain.judging.escalating import ESCALATE, Escalating
from domain.judging.evaluating import EVALUATE, Evaluating
from domain.judging.figures import Counting
from domain.judging.giving import Giving
from domain.judging.judgement_desk import JudgementDesk
from domain.judging.opening import Opening
from domain.judging.performance import Performance
from domain.judging.ports import Checks, Follow
from domain.judging.sheet_office import DRAW, SheetOffice
from domain.judging.telling import Telling
from domain.live.events import Publish
from domain.notices import Notices
from domain.staff.roles import Role
from domain.transactions import Act, Again
from handlers.house import JudgingHouse
from server.alerts import AlertParts
from server.butlers import ButlerParts
from server.ground import Ground
from server.jobs import Topic

GONE = "原工作人员"
NO_PLACE = "未指定服务点"


class JudgingParts:
    """What comes of the butlers' work."""

    def __init__(
        self,
        ground: Ground,
        *,
        serving: ButlerParts,
        alerting: AlertParts,
        notices: Notices,
        publish: Publish,
        checks: Checks,
        follow: Follow,
    ) -> None:
        database, self._terms = ground.database, ground.content.judging
        self._ground, self._serving, self._alerting = ground, serving, alerting
        self._outbox, self._staff = Outbox(database), MongoStaff(database)
        self._contacts = MongoStaffContacts(database)
        self._tickets, self._follow = MongoTicketFacts(database), follow
        years = self._terms.kept_years
        self._ratings = MongoRatings(database, kept_years=years)
        self._complaints = MongoComplaints(database, kept_years=years)
        self._judgements = MongoJudgements(database, kept_years=years)
        self._sheets = MongoSheets(database)
        self._counting = Counting(
            tickets=self._tickets, ratings=self._ratings, complaints=self._complaints
        )
        self._telling = Telling(
            tell=notices.tell,
            tell_staff=self._alerting.tell,
            of_role=self._alerting.of_role,
            publish=publish,
        )
        self._escalating = Escalating(store=self._complaints, telling=self._telling)
        self._evaluating = self._evaluation()
        self._sheet_office = self._drawing()
        self.house = self._house(publish, checks)

    def _house(self, publish: Publish, checks: Checks) -> JudgingHouse:
        opening = Opening(store=self._complaints, telling=self._telling)
        return JudgingHouse(
            giving=self._giving(opening, publish, checks),
            complaining=Complaining(
                tickets=self._tickets,
                follow=self._follow,
                store=self._complaints,
                opening=opening,
                checks=checks,
            ),
            complaint_desk=ComplaintDesk(
                tickets=self._tickets,
                store=self._complaints,
                roles_of=self._roles_of,
                checks=checks,
                telling=self._telling,
                terms=self._terms,
            ),
            judgement_desk=self._judging(),
            performance=Performance(
                counting=self._counting,
                butlers=self._serving.butlers,
                sheets=self._sheets,
                terms=self._terms,
            ),
            sheet_office=self._sheet_office,
            terms=self._terms,
            names_of=self._names_of,
            places_of=self._places_of,
        )

    def _giving(self, opening: Opening, publish: Publish, checks: Checks) -> Giving:
        return Giving(
            tickets=self._tickets,
            follow=self._follow,
            store=self._ratings,
            opening=opening,
            checks=checks,
            person_of=self._person_of,
            publish=publish,
            terms=self._terms,
        )

    def _judging(self) -> JudgementDesk:
        return JudgementDesk(
            store=self._judgements,
            butlers=self._serving.butlers,
            tell_staff=self._alerting.tell,
            of_role=self._alerting.of_role,
            calendar=self._ground.content.calendar,
            terms=self._terms,
        )

    def _evaluation(self) -> Evaluating:
        return Evaluating(
            counting=self._counting,
            store=self._judgements,
            butlers=self._serving.butlers,
            tell_staff=self._alerting.tell,
            of_role=self._alerting.of_role,
            calendar=self._ground.content.calendar,
            terms=self._terms,
        )

    def _drawing(self) -> SheetOffice:
        return SheetOffice(
            tickets=self._tickets,
            ratings=self._ratings,
            complaints=self._complaints,
            store=self._sheets,
            terms=self._terms,
        )

    async def stand(self) -> None:
        """The messages of the daily evaluation and of the sheets are there."""
        await self._outbox.stand(EVALUATE)
        await self._outbox.stand(DRAW)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {ESCALATE: self._escalate, EVALUATE: self._evaluate, DRAW: self._draw}

    async def _escalate(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._escalating.work(act, complaint_id=claimed.object_id)

    async def _evaluate(self, act: Act, _: Claimed) -> Again:
        return await self._evaluating.work(act)

    async def _draw(self, act: Act, _: Claimed) -> Again:
        return await self._sheet_office.work(act)

    async def _roles_of(self, staff_id: str) -> Sequence[Role]:
        account = await self._staff.get(staff_id)
        return account.roles if account else ()

    async def _person_of(self, staff_id: str) -> str:
        bound = (await self._contacts.get(staff_id)).bound
        return bound.person_id if bound else ""

    async def _names_of(self, ids: Sequence[str]) -> Mapping[str, str]:
        wanted = sorted(set(ids) - {""})
        return dict.fromkeys(wanted, GONE) | dict(await self._staff.names(wanted))

    async def _places_of(self, ids: Sequence[str]) -> Mapping[str, str]:
        wanted = sorted(set(ids) - {""})
        return {"": NO_PLACE} | dict(await self._serving.places.names(wanted))
