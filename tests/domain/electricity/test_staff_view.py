"""Who sees what of an application: the clerk what is with the supplier, others masked."""

from dataclasses import replace

import pytest

from domain.electricity.applications import By, Proof, State, Step
from domain.electricity.staff_view import WITH_SUPPLIER, due_day, masked, with_supplier
from tests.electricity import BEGUN, CALENDAR, TERMS, WANTED, application

NOT_YET = {State.DRAFT, State.SUBMITTED, State.REPORT_BLOCKED, State.REPORT_OK}


@pytest.mark.parametrize("state", State)
def test_nothing_is_the_suppliers_before_it_is_handed_over(state: State) -> None:
    never = state in {*NOT_YET, State.IDENTITY_OK, State.WITHDRAWN}
    assert with_supplier(application(state=state)) is not never


def test_with_a_title_it_is_the_suppliers_once_the_person_is_known() -> None:
    assert with_supplier(application(state=State.IDENTITY_OK, proof=Proof.TITLE))


def test_what_was_worked_on_stays_to_be_seen_when_it_is_withdrawn() -> None:
    step = Step(at=BEGUN, state=State.ACCEPTED, by=By.SUPPLIER, text="已受理。")
    assert with_supplier(application(state=State.WITHDRAWN, steps=(step,)))


def test_a_person_cannot_be_told_from_what_is_masked() -> None:
    wanted = replace(WANTED, contact="林晓芸", phone="+8613800138000")
    one = application(uscc=None, applicant="林晓芸", identifier="440104199001010011", wanted=wanted)
    seen = masked(one)
    assert (seen.applicant, seen.wanted.contact) == ("林**", "林**")
    assert seen.identifier == "440*************11"
    assert seen.wanted.phone == "138****8000"
    assert seen.wanted.address == "广州市越秀区****"
    assert (seen.wanted.use, seen.tag) == (one.wanted.use, one.tag)


def test_an_enterprise_is_named_and_its_contact_is_not() -> None:
    seen = masked(application())
    assert seen.applicant == "样例便利店"
    assert seen.wanted.contact == "样****"
    assert masked(application(wanted=replace(WANTED, phone="", address=""))).wanted.phone == ""


def test_who_has_to_act_has_a_day_and_what_is_over_has_none() -> None:
    days = {
        state: due_day(application(state=state), TERMS, CALENDAR)
        for state in WITH_SUPPLIER
        if state is not State.RETURNED
    }
    assert {state for state, day in days.items() if day is None} == {
        State.CLOSED,
        State.REJECTED,
        State.WITHDRAWN,
    }
    unknown = application(wanted=replace(WANTED, business="gone"))
    assert due_day(unknown, TERMS, CALENDAR) is None
