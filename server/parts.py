"""The domain's services over their adapters, joined by constructor."""

from datetime import timedelta
from functools import partial

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.identity_check import FaceCheck
from adapters.agencies.samples import SampleCheck, SampleRegistry, SampleSource
from adapters.mongo.consent import MongoConsents
from adapters.mongo.counter import MongoCounterCases
from adapters.mongo.credit_reports import MongoCreditReports
from adapters.mongo.delegations import MongoDelegations
from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.look_authorities import MongoAuthorityDesk
from adapters.mongo.looks import MongoLooks
from adapters.mongo.notices import MongoNotices
from adapters.mongo.objections import MongoObjections
from adapters.mongo.people import MongoPeople
from adapters.mongo.reviewers import MongoReviewers
from adapters.mongo.staff_looks import MongoReportDesk
from adapters.mongo.subjects import MongoSubjects
from adapters.mongo.verification import MongoIssuedPapers
from content.samples import load_samples
from domain.consent import Consents
from domain.counter.opening import Counter
from domain.credit_reports.judging import Judging
from domain.credit_reports.objecting import Objecting
from domain.credit_reports.reading import AGREEMENT
from domain.electricity import as_case as application_case
from domain.electricity.as_case import ApplicationCases
from domain.identity import Identity
from domain.lectures.telling import DeskTelling
from domain.looks import Looks
from domain.moves import Moves
from domain.notices import Notices
from domain.objections import as_case as objection_case
from domain.objections.as_case import ObjectionCases
from domain.objections.service import Annotations
from domain.people.service import People
from domain.promises import as_case as promise_case
from domain.reviewers import Reviewers
from domain.staff_looks import at_counter
from domain.staff_looks.at_counter import CounterCases
from domain.staff_looks.service import StaffLooks
from domain.subjects.delegating import Delegations
from domain.subjects.handing_over import HandingOver
from domain.subjects.service import Subjects
from domain.subjects.subjects import Duty
from domain.tickets.handing_out import hand_over
from domain.verification import Verification
from server.alerts import AlertChannels
from server.attachments import AttachmentParts, ImageStore
from server.butler_desk import ButlerDesk
from server.contributions import ContributionParts
from server.counter import CounterParts
from server.electricity import ApplyingParts, ElectricityParts
from server.erasure import ErasureParts
from server.grid import GridParts
from server.ground import Ground
from server.lectures import LectureParts
from server.live import ListeningParts, LiveParts
from server.messages import MessageParts
from server.my_data import MyDataParts
from server.objections import ObjectionParts
from server.promises import PromiseParts
from server.pushes import PushParts
from server.reports import ReportParts
from server.required import RequiredFor
from server.staff import StaffParts
from server.usage_records import UsageParts
from server.watching import ViewersNow, WatchingParts
from server.wechat import WeChatParts


class Parts:
    """The domain's services over their adapters."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._join_wechat()
        platform = CreditPlatform(ground.outside.platform)
        self._samples = load_samples()
        self._registry = SampleRegistry(self._samples, platform)
        self._source = SampleSource(self._samples, platform, clock=ground.clock)
        self.reports = MongoCreditReports(ground.database)
        self._looks = MongoLooks(ground.database)
        self._people = MongoPeople(ground.database)
        self._join_telling()
        self._objections = MongoObjections(ground.database)
        self.annotations = Annotations(store=self._objections)
        self.verification = Verification(
            papers=MongoIssuedPapers(ground.database, hashes=ground.hashes), looks=self._looks
        )
        self._join_subjects()
        self._join_identity()
        self._join_reports()
        self.my_data = self._my_data()
        self.objecting = self._objecting()
        self._join_usage()
        self.electricity = self._electricity()
        self.promising = self._promising()
        self.applying = self._applying()
        self.grid = self._grid()
        self.counter = self._behind_counter()
        self.staff_looks = self._looked_by_staff()
        self._join_staff()
        self._join_lectures()
        self.erasure = ErasureParts(ground, self)
        self.pushes = self._pushes()

    def _join_lectures(self) -> None:
        self.lecturing = LectureParts(
            self._ground,
            telling=DeskTelling(
                tell_staff=self.desk.alerting.tell, of_role=self.desk.alerting.of_role
            ),
            notices=self.notices,
            checks=self.wechat.checks,
        )
        viewers = ViewersNow(
            people=self._people,
            session=self.identity.session,
            registering=self.lecturing.around.registering,
        )
        self.watching = WatchingParts(
            self._ground, media=self.lecturing.media, people=self._people, viewers=viewers
        )

    def _join_telling(self) -> None:
        ground, inbox = self._ground, MongoNotices(self._ground.database)
        self.notices = Notices(store=inbox, carried=ground.content.messages.templates.kinds)
        self.messaging = MessageParts(ground, tokens=self.wechat.tokens, inbox=inbox)

    def _join_wechat(self) -> None:
        """With the images that it checks."""
        self.live = LiveParts()
        images = ImageStore(self._ground, publish=self.live.publish)
        self.wechat = WeChatParts(self._ground, images=images.checking)
        self.attaching = AttachmentParts(images, begin_check=self.wechat.checks.image)

    def _join_staff(self) -> None:
        desk = self.desk = self._at_desk()
        self.alert_channels = AlertChannels(
            self._ground, self, telling=desk.alerting, roster=desk.serving.on_duty
        )
        leaves = [self.alert_channels.contacting.leave, hand_over]
        self.working = StaffParts(self._ground, clerks=self.counter.clerks, leaves=leaves)
        self.listening = self._listening()

    def _at_desk(self) -> ButlerDesk:
        return ButlerDesk(
            self._ground,
            live=self.live,
            notices=self.notices,
            subjects=self.subjects,
            checks=self.wechat.checks,
            attaching=self.attaching,
        )

    def _listening(self) -> ListeningParts:
        return ListeningParts(
            self._ground, self.live, identity=self.identity, staff=self.working.staff
        )

    def _pushes(self) -> PushParts:
        hears = {**self.erasure.hears, **self.wechat.hears, **self.messaging.hears}
        hears |= self.alert_channels.hears
        return PushParts(self._ground, listeners=hears)

    def _objecting(self) -> ObjectionParts:
        return ObjectionParts(
            self._ground,
            samples=self._samples,
            store=self._objections,
            subjects=self.subjects,
            consents=self.consents,
            people=self._people,
            notices=self.notices,
            find_record=Objecting(reading=self.reading, store=self.reports).record,
            checks=self.wechat.checks,
        )

    def _promising(self) -> PromiseParts:
        return PromiseParts(
            self._ground,
            subjects=self.subjects,
            people=self._people,
            consents=self.consents,
            agency=self._agency,
            notices=self.notices,
            find_report=Judging(reading=self.reading, store=self.reports).report,
            checks=self.wechat.checks,
            usage=self.usage.standing.entered_about,
            counter=self._counter,
            matters=self.electricity.matters,
            leave=self.contributing.contributions.leave,
        )

    def _join_usage(self) -> None:
        self.contributing = ContributionParts(self._ground, samples=self._samples)
        self.usage = UsageParts(
            self._ground,
            subjects=self.subjects,
            people=self._people,
            notices=self.notices,
            checks=self.wechat.checks,
            hand_over=self.contributing.contributions.leave,
        )

    def _behind_counter(self) -> CounterParts:
        return CounterParts(
            self._ground,
            cases=self._cases,
            people=self.people,
            at_counter=self.promising.at_counter,
            notices=self.notices,
        )

    def _electricity(self) -> ElectricityParts:
        async def report_number(report_id: str) -> str:
            report = await self.reports.get(report_id)
            return report.number if report else ""

        return ElectricityParts(self._ground, notices=self.notices, report_number=report_number)

    def _grid(self) -> GridParts:
        return GridParts(
            self._ground,
            electricity=self.electricity,
            consents=self.consents,
            reports=self.reports,
            promises=self.promising.store,
        )

    def _looked_by_staff(self) -> StaffLooks:
        """Another kind of case that staff may look from is another line here."""
        return StaffLooks(
            grounds={
                at_counter.KIND: CounterCases(store=self._cases),
                promise_case.KIND: self.promising.cases,
                objection_case.KIND: ObjectionCases(store=self._objections),
                application_case.KIND: ApplicationCases(store=self.electricity.store),
            },
            reports=MongoReportDesk(self._ground.database, reports=self.reports),
            looks=self._looks,
            notes=self.annotations.notes,
        )

    def _applying(self) -> ApplyingParts:
        return ApplyingParts(
            self._ground,
            self.electricity,
            acting=self.subjects,
            people=self._people,
            drafts=self.promising.drafts,
            texts=self.promising.texts,
            usage=self.usage.standing,
            consents=self.consents,
        )

    def _my_data(self) -> MyDataParts:
        return MyDataParts(
            self._ground,
            reports=self.reports,
            desk=self.reporting.desk,
            looks=self._looks,
            notices=self.notices,
            session_holds=self.identity.session,
        )

    def _join_subjects(self) -> None:
        ground = self._ground
        subjects = MongoSubjects(ground.database)
        self.subjects = Subjects(
            store=subjects,
            actors=self._people,
            registry=self._registry,
            tell=self.notices.tell,
        )
        self.looks = Looks(
            book=self._looks,
            acting=RequiredFor(self.subjects, Duty.READ),
            desk=MongoAuthorityDesk(ground.database),
        )
        self.consents = Consents(
            store=MongoConsents(ground.database),
            agreements=ground.content.agreements,
            acting=RequiredFor(self.subjects, Duty.SIGN),
        )
        delegations = MongoDelegations(ground.database)
        self.handing_over = HandingOver(store=delegations, codes=self.wechat.codes)
        self.delegations = Delegations(
            store=delegations,
            subjects=subjects,
            acting=self.subjects,
            actors=self._people,
            require_consent=partial(self.consents.require, agreement=AGREEMENT),
            tell=self.notices.tell,
        )

    def _join_identity(self) -> None:
        ground = self._ground
        accounts, sessions = MongoAccounts(ground.database), MongoSessions(ground.database)
        self._reviewers = Reviewers(
            store=MongoReviewers(ground.database), accounts=accounts, sessions=sessions
        )
        self.identity = Identity(
            accounts=accounts,
            sessions=sessions,
            persons=self._people,
            reviewer_now=self._reviewers.signing_in,
            lasting=timedelta(days=ground.settings.session_days),
        )
        self._agency = SampleCheck(
            self._samples,
            FaceCheck(ground.outside.identity),
            key=ground.keys.derived("samples"),
            clock=ground.clock,
        )
        self._cases = MongoCounterCases(ground.database)
        self._counter = Counter(store=self._cases, office=ground.content.office)
        self.people = People(
            store=self._people,
            agency=self._agency,
            samples=self._samples,
            phones=self.wechat.phone,
            openid_of=self.identity.openid_of,
            require_consent=self.consents.require,
            counter=self._counter,
            moves=self._moves(accounts, sessions),
        )

    def _moves(self, accounts: MongoAccounts, sessions: MongoSessions) -> Moves:
        return Moves(
            accounts=accounts,
            sessions=sessions,
            persons=self._people,
            tell=self.notices.tell,
            telephone=self._ground.content.office.telephone,
        )

    def _join_reports(self) -> None:
        self.reporting = ReportParts(
            self._ground,
            store=self.reports,
            source=self._source,
            looks=self._looks,
            subjects=self.subjects,
            consents=self.consents,
            people=self.people,
            actors=self._people,
            reviewers=self._reviewers,
            annotations=self.annotations,
            notices=self.notices,
            session_holds=self.identity.session,
        )
        self.reading = self.reporting.reading
