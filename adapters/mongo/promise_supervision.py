"""Reading what happened to a promise since it was signed."""

from datetime import date, datetime
from typing import Any

from domain.promises.supervision import (
    Answer,
    Breach,
    Degree,
    Finder,
    HandedIn,
    Kept,
    Order,
    Step,
    Supervision,
)
from domain.workdays import Deadline

Row = dict[str, Any]
# Of findings made before their finder was kept.
NOBODY = Finder(name="", uscc="")


def read_supervision(kept: Row | None) -> Supervision | None:
    """As the domain knows it; None for what nothing has happened to."""
    if kept is None:
        return None
    order, breach = kept["order"], kept["breach"]
    return Supervision(
        order=Order(what=order["what"], due=_required(order["due"])) if order else None,
        breach=_breach(breach) if breach else None,
        kept=_kept(kept["kept"]) if kept.get("kept") else None,
        handed_in=_handed_in(kept["handed_in"]) if kept.get("handed_in") else None,
        steps=tuple(
            Step(at=datetime.fromisoformat(step["at"]), text=step["text"]) for step in kept["steps"]
        ),
    )


def _kept(kept: Row) -> Kept:
    return Kept(on=date.fromisoformat(kept["on"]), finder=Finder(**kept["finder"]))


def _handed_in(kept: Row) -> HandedIn:
    return HandedIn(
        **{
            **kept,
            "on": date.fromisoformat(kept["on"]),
            "answer_by": _required(kept["answer_by"]),
            "answer": Answer(kept["answer"]),
        }
    )


def _breach(kept: Row) -> Breach:
    return Breach(
        **{
            **kept,
            "degree": Degree(kept["degree"]),
            "finder": Finder(**kept["finder"]) if "finder" in kept else NOBODY,
            "review_by": _deadline(kept.get("review_by")),
            "found_on": date.fromisoformat(kept["found_on"]) if kept["found_on"] else None,
            "objection_until": _deadline(kept["objection_until"]),
            "decide_by": _deadline(kept["decide_by"]),
        }
    )


def _deadline(kept: Row | None) -> Deadline | None:
    return _required(kept) if kept else None


def _required(kept: Row) -> Deadline:
    return Deadline(day=date.fromisoformat(kept["day"]), provisional=kept["provisional"])
