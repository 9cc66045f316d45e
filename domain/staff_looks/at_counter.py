"""A counter case that is not ended, as a ground for staff to look."""

from domain.counter.cases import CounterCase
from domain.counter.ports import CaseStore
from domain.identifiers import mask_identity_number, mask_name
from domain.staff_looks.cases import Case, MaskedField

KIND = "counter"


class CounterCases:
    """Counter cases by their number."""

    def __init__(self, *, store: CaseStore) -> None:
        self._store = store

    async def __call__(self, number: str) -> Case | None:
        """The case of this number."""
        case = await self._store.by_number(number)
        return _ground(case) if case else None


def _ground(case: CounterCase) -> Case:
    given = case.given
    return Case(
        kind=KIND,
        number=case.number,
        title=f"窗口业务 {case.number}",
        about=case.person_id,
        person_id=case.person_id,
        subject_id=case.person_id,
        open=bool(case.standing),
        fields=(
            MaskedField(code="name", label="姓名", masked=mask_name(given.name), value=given.name),
            MaskedField(
                code="id_number",
                label="证件号码",
                masked=mask_identity_number(given.id_number),
                value=given.id_number,
            ),
        ),
    )
