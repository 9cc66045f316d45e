"""A signed promise under supervision, as a ground for staff to look, with what they see masked."""

from collections.abc import Mapping

from domain.identifiers import mask_identity_number, mask_name, mask_text
from domain.promises.ports import PromiseStore
from domain.promises.promises import Promise, State
from domain.promises.templates import Answer, Form, Template
from domain.staff_looks.cases import Case, MaskedField

KIND = "promise"
OVER = frozenset({State.DRAFT, State.KEPT, State.WITHDRAWN})
MASKED: frozenset[Form] = frozenset({"phone", "email"})
# An address is free text: what is asked for under this code is one.
ADDRESS = "address"


class PromiseCases:
    """Promises by their code."""

    def __init__(self, *, store: PromiseStore, templates: Mapping[str, Template]) -> None:
        self._store = store
        self._templates = templates

    def masked(self, promise: Promise) -> Mapping[str, str]:
        """What stands on a page instead of what is masked, by its code."""
        fields = masked_fields(promise, self._templates.get(promise.template))
        return {one.code: one.masked for one in fields}

    async def __call__(self, number: str) -> Case | None:
        """The case of a promise code."""
        promise = await self._store.by_code(number)
        if promise is None:
            return None
        return Case(
            kind=KIND,
            number=number,
            title=f"信用承诺 {number}",
            about=promise.about,
            person_id=promise.person_id,
            subject_id=promise.subject_id,
            open=promise.state not in OVER,
            report_id=promise.basis.report_id,
            fields=masked_fields(promise, self._templates.get(promise.template)),
        )


def masked_fields(promise: Promise, template: Template | None) -> tuple[MaskedField, ...]:
    """Of a natural person name and number, and whatever answer leads to somebody."""
    own: tuple[MaskedField, ...] = ()
    if promise.uscc is None:
        own = (
            MaskedField(
                code="promisor",
                label="承诺人姓名",
                masked=mask_name(promise.promisor),
                value=promise.promisor,
            ),
            MaskedField(
                code="identifier",
                label="承诺人证件号码",
                masked=mask_identity_number(promise.identifier),
                value=promise.identifier,
            ),
        )
    answers = (one for one in promise.answers if leads_to_somebody(one, template))
    return (
        *own,
        *(
            MaskedField(
                code=f"answer-{one.code}",
                label=one.label,
                masked=mask_text(one.value),
                value=one.value,
            )
            for one in answers
        ),
    )


def leads_to_somebody(answer: Answer, template: Template | None) -> bool:
    """Phones, e-mail and addresses; what nobody knows any more counts as such."""
    blanks = template.blanks if template else ()
    blank = next((one for one in blanks if one.code == answer.code), None)
    return blank is None or blank.form in MASKED or blank.code == ADDRESS
