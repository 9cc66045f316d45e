"""Applications for electricity as the tests need them, complete unless said otherwise."""

from datetime import UTC, datetime
from typing import Any

from content.catalogue import FOLDER, load
from domain.electricity.applications import Application, Premises, State, Wanted
from domain.electricity.supply import Desk, Move, MoveKind

CONTENT = load(FOLDER, district="440104")
TERMS = CONTENT.electricity.terms
CALENDAR = CONTENT.calendar
DESK = Desk(calendar=CALENDAR, papers=TERMS.papers, return_days=TERMS.return_days)
BEGUN = datetime(2026, 11, 24, 2, tzinfo=UTC)
WANTED = Wanted(
    business="business-new",
    premises=Premises.NO_TITLE,
    address="广州市越秀区样例路 8 号首层之一",
    capacity=10_000,
    use="便利店经营",
    contact="样例联系人",
    phone="13800138000",
)
# What each move needs to be made, on the day the applications of the tests are begun.
NEEDS: dict[MoveKind, dict[str, Any]] = {
    MoveKind.RETURN: {"papers": ("licence",), "reason": "照片不清晰"},
    MoveKind.SURVEY: {
        "begins_at": datetime(2099, 1, 5, 1, tzinfo=UTC),
        "ends_at": datetime(2099, 1, 5, 3, tzinfo=UTC),
    },
    MoveKind.REPLY_PLAN: {"plan": "由公变台区低压供电"},
    MoveKind.REJECT: {"reason": "地址属已征收房屋"},
}


def move(kind: MoveKind, **given: Any) -> Move:
    """A move with all it needs."""
    return Move(kind=kind, **{**NEEDS.get(kind, {}), **given})


def application(**given: Any) -> Application:
    """An enterprise's, in the state given."""
    plain = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "number": "YD261124000001",
        "person_id": "p1",
        "subject_id": "s1",
        "principal_id": "s1",
        "principal_person": "p1",
        "about": "91440104MA00000000",
        "uscc": "91440104MA00000000",
        "applicant": "样例便利店",
        "identifier": "91440104MA00000000",
        "wanted": WANTED,
        "created_at": BEGUN,
        "changed_at": BEGUN,
        "since": BEGUN,
        "state": State.PROMISE_SIGNED,
    }
    return Application(**{**plain, **given})
