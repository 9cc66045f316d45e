"""Reading what happened to a promise since it was signed."""

from datetime import date, datetime
from typing import Any

from domain.promises.supervision import Breach, Degree, Order, Step, Supervision
from domain.workdays import Deadline

Kept = dict[str, Any]


def read_supervision(kept: Kept | None) -> Supervision | None:
    """As the domain knows it; None for what nothing has happened to."""
    if kept is None:
        return None
    order, breach = kept["order"], kept["breach"]
    return Supervision(
        order=Order(what=order["what"], due=_required(order["due"])) if order else None,
        breach=_breach(breach) if breach else None,
        steps=tuple(
            Step(at=datetime.fromisoformat(step["at"]), text=step["text"]) for step in kept["steps"]
        ),
    )


def _breach(kept: Kept) -> Breach:
    return Breach(
        **{
            **kept,
            "degree": Degree(kept["degree"]),
            "found_on": date.fromisoformat(kept["found_on"]) if kept["found_on"] else None,
            "objection_until": _deadline(kept["objection_until"]),
            "decide_by": _deadline(kept["decide_by"]),
        }
    )


def _deadline(kept: Kept | None) -> Deadline | None:
    return _required(kept) if kept else None


def _required(kept: Kept) -> Deadline:
    return Deadline(day=date.fromisoformat(kept["day"]), provisional=kept["provisional"])
