"""Sharing a report, seeing what is shared, and taking it back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from domain.consent import Agreement
from domain.credit_reports.ports import Acting, ReportStore
from domain.credit_reports.reading import Granted, RightsDesk
from domain.credit_reports.reports import CreditReport
from domain.credit_reports.reports import State as ReportState
from domain.credit_reports.shares import (
    MOST,
    MOST_STANDING,
    NotShareable,
    Share,
    ShareStore,
    State,
    TooManyShares,
    behind,
    end_of,
    until_fault,
)
from domain.errors import DomainError, Invalid, NotFound
from domain.subjects.subjects import OWN_RIGHT, Duty, Footing
from domain.transactions import Act, Unit

UNSHAREABLE = {
    ReportState.EXPIRED: "这份报告已过有效期，请重新申请后再分享。",
    ReportState.SUPERSEDED: "已有同一主体、同一用途的新报告，请分享新报告。",
    ReportState.REVOKED: "这份报告已作废，不能分享。",
}
FORMER = "这份报告是原法定代表人在任时申请的，请重新申请报告后再分享。"


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A share and where it stands; its secret while it is just made."""

    share: Share
    state: State
    secret: str = ""


class GrantedTo(Protocol):
    """Reading, narrowly."""

    async def __call__(self, act: Act, *, report_id: str, duty: Duty) -> Granted:
        """By what right the caller may do this with the report; raises otherwise."""


class Sharing:
    """One person's shares; who stands for the principal has those of its agents too."""

    def __init__(
        self,
        *,
        store: ShareStore,
        reports: ReportStore,
        acting: Acting,
        granted: GrantedTo,
        desk: RightsDesk,
        authorisation: Agreement,
    ) -> None:
        self._store = store
        self._reports = reports
        self._acting = acting
        self._granted = granted
        self._desk = desk
        self._authorisation = authorisation

    async def share(
        self, act: Act, *, report_id: str, recipient: str, purpose: str, once: bool, until: date
    ) -> Shared:
        """Share a report with a recipient for a purpose, once or until a day.

        Raises:
            SignInAgain, NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading.
            NotShareable: the paper is over, or is a former principal's, where the present one
                could not see with whom it is shared.
            Invalid: the day is past, too far ahead, or after the report's last.
            TooManyShares: so many stand already.
        """
        granted = await self._granted(act, report_id=report_id, duty=Duty.SHARE)
        expires_at = await self._expiry(granted, act.at)
        fault = until_fault(until, report_expires_at=expires_at, now=act.at)
        if fault is not None:
            raise Invalid([fault])
        secret = act.draw.secret()

        async def work(unit: Unit) -> Shared:
            known = await self._store.of_report(report_id)
            _refuse_more(known, act.at)
            share = _made(
                act,
                granted,
                ordinal=known[0].ordinal + 1 if known else 1,
                recipient=recipient,
                purpose=purpose,
                once=once,
                ends_at=end_of(until, report_expires_at=expires_at),
            )
            await self._store.add(unit, share, secret=secret)
            await unit.audit(
                act.event("share.made", share.id, report=report_id, role=granted.footing.role)
            )
            return Shared(share=share, state=State.STANDING, secret=secret)

        return await act.commit(work)

    async def of(self, act: Act, *, report_id: str) -> tuple[Shared, ...]:
        """Shares of a report, newest first: all for its principal, an agent's own for an agent.

        Raises:
            NotFound: the caller has nothing to do with the report.
            OutOfScope: the caller may not share.
        """
        footing = await self._footing(act, await self._reports.get(report_id))
        rights = await self._desk.rights(session_id=act.session_id, report_id=report_id)
        if rights is None:
            raise NotFound
        shown = []
        for share in await self._store.of_report(report_id):
            if _is_for(share, act, footing):
                try:
                    behind(share, rights, authorisation=self._authorisation, now=act.at)
                    holds = True
                except DomainError:
                    holds = False
                shown.append(Shared(share=share, state=share.state(act.at, holds=holds)))
        return tuple(shown)

    async def revoke(self, act: Act, *, share_id: str) -> None:
        """Take a share back: link and openings are dead from the next request on.

        Raises:
            NotFound: neither the caller's nor shared for whom the caller represents.
            OutOfScope: the caller may not share.
        """

        async def work(unit: Unit) -> None:
            share = await self._store.get(share_id)
            if share is None:
                raise NotFound
            footing = await self._footing(act, await self._reports.get(share.report_id))
            if not _is_for(share, act, footing):
                raise NotFound
            if share.revoked_at is None:
                await self._store.replace(unit, share.revoked(act.at), was=share)
                await unit.audit(act.event("share.revoked", share.id, role=footing.role))

        await act.commit(work)

    async def _expiry(self, granted: Granted, now: datetime) -> datetime:
        if granted.footing.principal_id != granted.rights.principal_id:
            raise NotShareable(FORMER)
        report = await self._reports.get(granted.rights.report_id)
        if report is None or report.issue is None:
            raise NotFound
        state = report.state_at(now)
        if state in UNSHAREABLE:
            raise NotShareable(UNSHAREABLE[state])
        return report.issue.expires_at

    async def _footing(self, act: Act, report: CreditReport | None) -> Footing:
        if report is None:
            raise NotFound
        return await self._acting.footing(
            person_id=act.actor,
            subject_id=report.subject_id,
            principal_id=report.principal_id,
            duty=Duty.SHARE,
            now=act.at,
        )


def _is_for(share: Share, act: Act, footing: Footing) -> bool:
    return share.person_id == act.actor or footing.role in OWN_RIGHT


def _refuse_more(known: tuple[Share, ...], now: datetime) -> None:
    if len(known) >= MOST:
        raise TooManyShares(f"这份报告已分享 {MOST} 次，请重新申请报告后再分享。")
    standing = sum(share.state(now, holds=True) is State.STANDING for share in known)
    if standing >= MOST_STANDING:
        raise TooManyShares(
            f"这份报告同时有效的分享最多 {MOST_STANDING} 个，请先收回不再需要的分享。"
        )


def _made(act: Act, granted: Granted, **given: Any) -> Share:
    return Share(
        id=act.draw.id(),
        report_id=granted.rights.report_id,
        person_id=act.actor,
        subject_id=granted.footing.id,
        principal_id=granted.footing.principal_id,
        consent_id=granted.consent_id,
        created_at=act.at,
        **given,
    )
