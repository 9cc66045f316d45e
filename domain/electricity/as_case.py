"""An open application for electricity, as a ground for staff to look, with what they see masked."""

from domain.electricity.applications import OVER, Application, State
from domain.electricity.ports import ApplicationStore
from domain.identifiers import mask_identity_number, mask_name, mask_text
from domain.staff_looks.cases import Case, MaskedField

KIND = "electricity"


class ApplicationCases:
    """Applications by their number."""

    def __init__(self, *, store: ApplicationStore) -> None:
        self._store = store

    async def __call__(self, number: str) -> Case | None:
        """The case of an application; open from handing in until it is over."""
        application = await self._store.by_number(number)
        if application is None:
            return None
        return Case(
            kind=KIND,
            number=number,
            title=f"用电申请 {number}",
            about=application.about,
            person_id=application.person_id,
            subject_id=application.subject_id,
            open=application.state not in OVER | {State.DRAFT},
            report_id=application.report_id,
            fields=masked_fields(application),
        )


def masked_fields(application: Application) -> tuple[MaskedField, ...]:
    """Of a natural person name and number; of everybody where, whom and what to call."""
    wanted = application.wanted
    own: tuple[tuple[str, str, str, str], ...] = ()
    if application.uscc is None:
        name, number = application.applicant, application.identifier
        own = (
            ("applicant", "申请人姓名", mask_name(name), name),
            ("identifier", "申请人证件号码", mask_identity_number(number), number),
        )
    said = (
        ("address", "用电地址", mask_text(wanted.address), wanted.address),
        ("contact", "联系人", mask_name(wanted.contact), wanted.contact),
        ("phone", "联系电话", mask_text(wanted.phone), wanted.phone),
    )
    return tuple(
        MaskedField(code=code, label=label, masked=masked, value=value)
        for code, label, masked, value in (*own, *said)
    )
