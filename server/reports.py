"""The parts of credit reports, joined: asked for, made, read, shared, opened by who holds one."""

from datetime import timedelta

from adapters.agencies.samples import SampleSource
from adapters.documents.canonical import canonical_json
from adapters.mongo.credit_reports import MongoCreditReports, MongoFileAddresses
from adapters.mongo.looks import MongoLooks
from adapters.mongo.people import MongoPeople
from adapters.mongo.rights import MongoRightsDesk
from adapters.mongo.shares import MongoOpenings, MongoShares
from domain.consent import Consents
from domain.credit_reports.issuing import Issuing
from domain.credit_reports.opening import Openings
from domain.credit_reports.reading import AGREEMENT, Reading, SessionHolds
from domain.credit_reports.service import CreditReports
from domain.credit_reports.sharing import Sharing
from domain.notices import Notices
from domain.objections.service import Annotations
from domain.people.service import People
from domain.reviewers import Reviewers
from domain.subjects.service import Subjects
from server.ground import Ground


class ReportParts:
    """Everything about credit reports but the papers themselves."""

    def __init__(
        self,
        ground: Ground,
        *,
        store: MongoCreditReports,
        source: SampleSource,
        looks: MongoLooks,
        subjects: Subjects,
        consents: Consents,
        people: People,
        actors: MongoPeople,
        reviewers: Reviewers,
        annotations: Annotations,
        notices: Notices,
        session_holds: SessionHolds,
    ) -> None:
        self._ground, self._store, self._looks = ground, store, looks
        self._subjects, self._consents = subjects, consents
        self._annotations, self._notices = annotations, notices
        self._authorisation = ground.content.agreements[AGREEMENT]
        self.desk = MongoRightsDesk(ground.database)
        self.credit_reports = self._asking()
        self.reading = Reading(
            desk=self.desk,
            store=store,
            addresses=MongoFileAddresses(ground.database),
            looks=looks,
            authorisation=self._authorisation,
            session_holds=session_holds,
        )
        self.issuing = self._issuing(source, actors)
        shares = MongoShares(ground.database)
        self.sharing = self._sharing(shares)
        self.openings = self._openings(shares, people, reviewers)

    def _asking(self) -> CreditReports:
        return CreditReports(
            store=self._store,
            acting=self._subjects,
            require_consent=self._consents.require,
            wording=self._ground.content.wording,
            reuse=timedelta(seconds=self._ground.settings.report_reuse_seconds),
            annotations=self._annotations,
        )

    def _issuing(self, source: SampleSource, actors: MongoPeople) -> Issuing:
        ground = self._ground
        return Issuing(
            store=self._store,
            acting=self._subjects,
            people=actors,
            require_consent=self._consents.require,
            hold_consent=self._consents.hold,
            source=source,
            papers=ground.papers,
            canonical=canonical_json,
            wording=ground.content.wording,
            annotations=self._annotations,
            tell=self._notices.tell,
        )

    def _sharing(self, shares: MongoShares) -> Sharing:
        return Sharing(
            store=shares,
            reports=self._store,
            acting=self._subjects,
            granted=self.reading.granted,
            desk=self.desk,
            authorisation=self._authorisation,
        )

    def _openings(self, shares: MongoShares, people: People, reviewers: Reviewers) -> Openings:
        return Openings(
            shares=shares,
            openings=MongoOpenings(self._ground.database),
            reports=self._store,
            desk=self.desk,
            authorisation=self._authorisation,
            looks=self._looks,
            names=people.masked_names,
            still_here=reviewers.still_here,
            tell=self._notices.tell,
            annotations=self._annotations,
        )
