"""Files that the partner fetches: those its deliveries name, while the consent behind them stands.

Of the report each fetch is recorded before it is answered, as a look of the supplier's.
"""

from dataclasses import dataclass
from typing import Protocol

from domain.consent import ConsentRequired
from domain.electricity.applications import Application, State
from domain.errors import DomainError, Kind, NotFound
from domain.grid.contents import PDF, PROMISE, REPORT
from domain.grid.delivering import consented
from domain.grid.door import note
from domain.grid.ports import Applications, Deliveries, RequireConsent
from domain.transactions import Act, Conflict

NO_FILE = "没有这个文件。"


class FileOver(DomainError):
    """It was named, and is not given any more."""

    code = "file_over"
    kind = Kind.GONE
    title = "文件已不再提供"


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A file handed out."""

    media_type: str
    content: bytes


class ReportFile(Protocol):
    """Reports, narrowly."""

    async def __call__(self, act: Act, *, report_id: str, consent_id: str) -> bytes | None:
        """The paper, after the look is durably recorded; None when it is valid no more."""


class PromiseFile(Protocol):
    """Promises, narrowly."""

    async def __call__(self, promise_id: str) -> bytes | None:
        """The letter; None while there is none."""


class Files:
    """The partner's way to files."""

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        applications: Applications,
        report_file: ReportFile,
        promise_file: PromiseFile,
        require_consent: RequireConsent,
    ) -> None:
        self._deliveries = deliveries
        self._applications = applications
        self._report_file = report_file
        self._promise_file = promise_file
        self._require_consent = require_consent

    async def fetch(self, act: Act, *, delivery_id: str, name: str) -> Fetched:
        """A file that this delivery names.

        Raises:
            NotFound: there is no such delivery, or it names no such file.
            ConsentRequired: the applicant has taken the consent back.
            Conflict: the letter is still being made.
            FileOver: the application was withdrawn, or the report is valid no more.
        """
        delivery = await self._deliveries.get(delivery_id)
        application = await self._applications.get(delivery.application_id) if delivery else None
        if delivery is None or application is None or name not in delivery.files:
            await note(act, delivery_id, "unknown_file")
            raise NotFound(NO_FILE)
        if application.state is State.WITHDRAWN:
            raise FileOver("申请已撤回，材料不再提供。")
        try:
            consent_id = await consented(self._require_consent, application)
        except ConsentRequired:
            await note(act, delivery_id, "no_consent")
            raise
        return await self._file(act, application, name, consent_id)

    async def _file(
        self, act: Act, application: Application, name: str, consent_id: str
    ) -> Fetched:
        if name == REPORT:
            content = await self._report_file(
                act, report_id=application.report_id, consent_id=consent_id
            )
            return _given(content, PDF, "报告已失效，不再提供。")
        if name == PROMISE:
            letter = await self._promise_file(application.promise_id)
            if letter is None:
                raise Conflict("承诺书尚未生成，请稍后再取。")
            return Fetched(media_type=PDF, content=letter)
        media_type = next((one.media_type for one in application.materials if one.id == name), "")
        file = await self._applications.file(application_id=application.id, material_id=name)
        return _given(file, media_type, "材料已不再提供。")


def _given(content: bytes | None, media_type: str, otherwise: str) -> Fetched:
    if content is None:
        raise FileOver(otherwise)
    return Fetched(media_type=media_type, content=content)
