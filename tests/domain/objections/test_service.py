"""Who follows an objection: by own right, as agent, as helper."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import NotFound
from domain.objections.objections import TOLD, Objection, State, Step
from domain.objections.service import follow
from domain.subjects.subjects import OutOfScope, Role, Subject

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
USCC = "91350100M000100Y43"
OF_ENTERPRISE = Objection(
    id="objection",
    report_id="report",
    report_number="20261123153000A1B2C3D4",
    about=USCC,
    uscc=USCC,
    person_id="bob",
    subject_id="agency",
    principal_person="alice",
    section="penalties",
    section_title="行政处罚",
    record_id="p1",
    record_title="穗越罚〔2026〕1号",
    reason="当事人并非本企业。",
    raised_at=NOW,
    state=State.RAISED,
    steps=(Step(at=NOW, text=TOLD[State.RAISED]),),
)
OF_PERSON = replace(OF_ENTERPRISE, about="alice", uscc=None, person_id="alice", subject_id="alice")


def right(role: Role, *scope: str, uscc: str | None = USCC, **given: object) -> Subject:
    """A right under Alice."""
    subject = Subject(
        id="agency",
        person_id="bob",
        role=role,
        principal_id="alice",
        principal_person="alice",
        scope=scope,
        kind="enterprise" if uscc else "person",
        name="广州样例商贸有限公司",
        uscc=uscc,
        since=NOW,
    )
    return replace(subject, **given)  # type: ignore[arg-type]  # each test names real fields


@pytest.mark.parametrize(
    ("objection", "one"),
    [
        (OF_ENTERPRISE, right("legal_representative", id="another")),
        (OF_ENTERPRISE, right("agent", "report")),
        (OF_PERSON, right("self", uscc=None, id="alice", person_id="alice")),
        (OF_PERSON, right("helper", "follow", uscc=None, id="help")),
        (OF_PERSON, right("helper", "read", uscc=None, id="help")),
    ],
)
def test_who_stands_for_the_subject_helps_or_raised_it_follows(
    objection: Objection, one: Subject
) -> None:
    assert follow(objection, [one], now=NOW) == [one]


@pytest.mark.parametrize(
    ("objection", "one"),
    [
        (OF_ENTERPRISE, right("legal_representative", uscc="91440104MAYX10039C", id="another")),
        (OF_ENTERPRISE, right("agent", "report", id="other-agency")),
        (OF_ENTERPRISE, right("agent", "report", ended_at=NOW)),
        (OF_ENTERPRISE, right("agent", "report", suspended_at=NOW)),
        (OF_ENTERPRISE, right("agent", "report", ends_at=NOW - timedelta(seconds=1))),
        (OF_PERSON, right("helper", "follow", uscc=None, principal_person="carol")),
        (OF_PERSON, right("self", uscc=None, id="bob", principal_person="bob")),
    ],
)
def test_anybody_else_does_not_find_it(objection: Objection, one: Subject) -> None:
    with pytest.raises(NotFound):
        follow(objection, [one], now=NOW)


@pytest.mark.parametrize(
    ("objection", "one"),
    [
        (OF_ENTERPRISE, right("agent", "electricity")),
        (OF_PERSON, right("helper", "ask", uscc=None, id="help")),
    ],
)
def test_a_scope_that_does_not_cover_it_is_named(objection: Objection, one: Subject) -> None:
    with pytest.raises(OutOfScope):
        follow(objection, [one], now=NOW)
