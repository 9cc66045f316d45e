"""What the recipient of a share sees: the invitation, and for half an hour the report.

Nobody signs in here; the secrets in the addresses are the permission, and each request reads
again the right that the share rests on. A refused request at a share that was there is recorded.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.consent import Agreement
from domain.credit_reports.ports import Annotations, ReportStore
from domain.credit_reports.reading import File, Granted, RightsDesk
from domain.credit_reports.reports import CreditReport
from domain.credit_reports.reports import State as ReportState
from domain.credit_reports.shares import (
    OPENING_LASTS,
    DeadLink,
    Opening,
    OpeningStore,
    Share,
    ShareOver,
    ShareStore,
    State,
    behind,
)
from domain.errors import DomainError, NotFound
from domain.identifiers import mask_name, mask_organisation_name
from domain.looks import Action, Look, LookBook
from domain.transactions import Act, NoticeKind, Tell, Unit

NO_SHARE = "这个链接不正确或已失效，请核对是否完整，或联系分享给您的人。"
NO_OPENING = "这个页面已失效：每次打开后 30 分钟内可以查看。如链接仍有效，请重新打开分享链接。"


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What stands before a report is opened: who shares, masked; no credit information."""

    share: Share
    subject: str
    sharer: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An opened report: its content as JSON bytes, on what terms it is shown, what is to be known.

    ``note`` tells of objections that stand now, which an earlier copy cannot say itself.
    """

    opening: Opening
    share: Share
    snapshot: bytes
    superseded: bool
    note: str


class MaskedNames(Protocol):
    """People, narrowly."""

    async def __call__(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """Masked names by id."""


class StillHere(Protocol):
    """Reviewers, narrowly."""

    async def __call__(self, person_ids: Collection[str], *, now: datetime) -> bool:
        """Whether none of them is a reviewer whose time is over."""


class Openings:
    """The way of a share's recipient."""

    def __init__(
        self,
        *,
        shares: ShareStore,
        openings: OpeningStore,
        reports: ReportStore,
        desk: RightsDesk,
        authorisation: Agreement,
        looks: LookBook,
        names: MaskedNames,
        still_here: StillHere,
        tell: Tell,
        annotations: Annotations,
    ) -> None:
        self._shares = shares
        self._openings = openings
        self._reports = reports
        self._desk = desk
        self._authorisation = authorisation
        self._looks = looks
        self._names = names
        self._still_here = still_here
        self._tell = tell
        self._annotations = annotations

    async def invitation(self, act: Act, *, secret: str) -> Invitation:
        """Who shares what with whom; it opens nothing and uses nothing up.

        Raises:
            DeadLink: no such share.
            ShareOver: it was there and is no more.
        """
        async with _refusals_recorded(act):
            share, _ = await self._standing(act, secret)
        report = await self._report(share)
        names = await self._names([share.person_id])
        mask = mask_organisation_name if report.uscc else mask_name
        return Invitation(
            share=share,
            subject=mask(report.subject_name),
            sharer=names.get(share.person_id, ""),
        )

    async def open(self, act: Act, *, secret: str, name: str) -> Opening:
        """Open the report, as who one says one is; the subject is told of the first time.

        Raises:
            DeadLink, ShareOver: as for the invitation.
        """

        async def work(unit: Unit) -> Opening:
            share, granted = await self._standing(act, secret)
            opening = Opening(
                secret=act.draw.secret(),
                share_id=share.id,
                name=name,
                at=act.at,
                expires_at=min(act.at + OPENING_LASTS, share.ends_at),
            )
            await self._shares.replace(unit, share.opened(act.at), was=share)
            await self._openings.add(unit, opening)
            await unit.audit(act.event("share.opened", share.id))
            if share.opened_at is None:
                for person_id in sorted({granted.footing.principal_person, share.person_id}):
                    await self._tell_opened(unit, act, person_id, share, granted, name)
            return opening

        async with _refusals_recorded(act):
            return await act.commit(work)

    async def read(self, act: Act, *, secret: str) -> Shown:
        """The report, after the look is durably recorded.

        Raises:
            DeadLink: no such opening, or its half hour is over.
            ShareOver: the share was taken back, or the right behind it has ended.
        """
        opening, share, granted = await self._opened(act, secret)
        await self._looks.record(_look(act, opening, share, granted, Action.SHARE_READ))
        snapshot = await self._reports.snapshot(share.report_id)
        if snapshot is None:
            raise NotFound
        about = granted.rights.about
        notes = await self._annotations.notes([about])
        return Shown(
            opening=opening,
            share=share,
            snapshot=snapshot,
            superseded=granted.rights.state is ReportState.SUPERSEDED,
            note=notes.get(about, ""),
        )

    async def file(self, act: Act, *, secret: str) -> File:
        """The paper, after the look is durably recorded; raises as for reading."""
        opening, share, granted = await self._opened(act, secret)
        await self._looks.record(_look(act, opening, share, granted, Action.SHARE_DOWNLOAD))
        pdf = await self._reports.pdf(share.report_id)
        if pdf is None:
            raise NotFound
        return File(name=f"{granted.rights.number}.pdf", pdf=pdf)

    async def _standing(self, act: Act, secret: str) -> tuple[Share, Granted]:
        share = await self._shares.find(secret)
        if share is None:
            raise DeadLink(NO_SHARE)
        return share, await self._in(act, share, {State.STANDING})

    async def _opened(self, act: Act, secret: str) -> tuple[Opening, Share, Granted]:
        opening = await self._openings.find(secret)
        share = await self._shares.get(opening.share_id) if opening else None
        if opening is None or share is None or opening.expires_at <= act.at:
            raise DeadLink(NO_OPENING)
        async with _refusals_recorded(act):
            granted = await self._in(act, share, {State.STANDING, State.OPENED})
        return opening, share, granted

    async def _in(self, act: Act, share: Share, wanted: set[State]) -> Granted:
        """The right behind a share that is in a wanted state; raises ShareOver."""
        rights = await self._desk.rights(session_id="", report_id=share.report_id)
        try:
            if rights is None:
                raise NotFound
            granted = behind(share, rights, authorisation=self._authorisation, now=act.at)
            people = {share.person_id, granted.footing.principal_person}
            if not await self._still_here(people, now=act.at):
                raise NotFound
        except DomainError as ended:
            raise ShareOver(share, share.state(act.at, holds=False)) from ended
        state = share.state(act.at, holds=True)
        if state not in wanted:
            raise ShareOver(share, state)
        return granted

    async def _report(self, share: Share) -> CreditReport:
        report = await self._reports.get(share.report_id)
        if report is None:
            raise DeadLink(NO_SHARE)
        return report

    async def _tell_opened(
        self, unit: Unit, act: Act, person_id: str, share: Share, granted: Granted, name: str
    ) -> None:
        await self._tell(
            unit,
            act,
            kind=NoticeKind.SHARE,
            person_id=person_id,
            title="分享的报告已被打开",
            text=(
                f"分享给“{share.recipient}”的报告 {granted.rights.number} 已被打开，"
                f"如不是您预期的人，请收回分享。打开人自称：{name}"
            ),
            link=f"/reports/{share.report_id}",
        )


@asynccontextmanager
async def _refusals_recorded(act: Act) -> AsyncIterator[None]:
    """Who comes to a share that is over leaves a trace."""
    try:
        yield
    except ShareOver as over:
        event = act.event("share.refused", over.share_id, because=over.state.value)

        async def record(unit: Unit) -> None:
            await unit.audit(event)

        await act.record(record)
        raise


def _look(act: Act, opening: Opening, share: Share, granted: Granted, action: Action) -> Look:
    rights = granted.rights
    return Look(
        id=act.draw.id(),
        at=act.at,
        viewer=f"share:{share.id}",
        role="recipient",
        about=rights.about,
        person_id=rights.person_id,
        subject_id=rights.subject_id,
        report_id=rights.report_id,
        report_number=rights.number,
        action=action,
        purpose=rights.purpose,
        authority=share.id,
        trace_id=act.trace_id,
        viewer_name=opening.name,
        viewer_purpose=share.purpose,
    )
